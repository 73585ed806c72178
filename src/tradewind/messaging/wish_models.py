"""What a buyer wants to hear of, beside what is necessary, and by which clock they live."""

from django.db import models

from tradewind.orders.models import Order


class LetterWish(models.Model):
    """A buyer's wish, given on the page of one order. It holds for that order, and for their others until they say otherwise there."""

    class Way(models.TextChoices):
        ALL = "all"
        NEEDED = "needed"  # only what the buyer has to do something about

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="letter_wish")
    buyer_id = models.BigIntegerField(null=True)
    way = models.CharField(max_length=6, choices=Way.choices, default=Way.ALL)
    wants_requests = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["buyer_id", "-at"], name="letter_wish_of_buyer")]

    def __str__(self) -> str:
        return f"{self.way} of order {self.order_id}"


class BuyerZone(models.Model):
    """The time zone of the browser with which an order was placed: an IANA name. Erasing the order forgets it."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="buyer_zone")
    zone = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.zone} of order {self.order_id}"
