"""Carts and wish lists. What a buyer typed at the checkout stays with the cart until an order is placed or the cart expires."""

from django.db import models

from tradewind.shipping.models import Trouble


class Cart(models.Model):
    """Found by a random key in the buyer's cookie, which is all that the cookie holds."""

    key = models.CharField(max_length=40, unique=True)
    market = models.CharField(max_length=12)
    language = models.CharField(max_length=8)
    draft = models.JSONField(default=dict)  # address, delivery, payment as far as typed
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"cart {self.pk}"


class CartLine(models.Model):
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    variant_id = models.BigIntegerField()
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cart", "variant_id"], name="cart_line_once")]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}"


class DiscountCode(models.Model):
    """A word that buyers type to pay less. What it gives never changes once it is made: orders refer to it."""

    class Gives(models.TextChoices):
        PERCENT = "percent"
        AMOUNT = "amount"
        FREE_DELIVERY = "delivery"

    class Occasion(models.TextChoices):
        """Why there is a discount. One for everybody and always is none: it is the price."""

        FIRST_PURCHASE = "first_purchase"
        END_OF_SEASON = "end_of_season"
        SEASON = "season"
        EVENT = "event"
        CLEARANCE = "clearance"
        UNPAID_ORDER = "unpaid_order"
        RETURNING_BUYER = "returning_buyer"
        APOLOGY = "apology"

    code = models.CharField(max_length=24, unique=True)  # as `codes.normal` writes it
    occasion = models.CharField(max_length=16, choices=Occasion.choices)
    gives = models.CharField(max_length=8, choices=Gives.choices)
    percent = models.PositiveSmallIntegerField(default=0)
    amounts = models.JSONField(default=dict)  # currency -> minor units; without one it does not hold in that currency
    least = models.JSONField(default=dict)  # currency -> minor units of goods, as shown, from which it holds
    markets = models.JSONField(default=list)  # codes of markets; none: all
    # Ids of the goods that it holds for; a category includes those below it. Both empty: all goods.
    products = models.JSONField(default=list)
    categories = models.JSONField(default=list)
    # Of the one buyer that it is for, as identities compare addresses. Empty: for everybody.
    email = models.CharField(max_length=254, blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    most_uses = models.PositiveIntegerField(null=True)
    is_once_per_buyer = models.BooleanField(default=True)
    is_for_new_buyers = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    # The case whose buyer was given it as an apology: one for a case at the most.
    trouble = models.OneToOneField(Trouble, null=True, on_delete=models.SET_NULL, related_name="code")

    class Meta:
        indexes = [models.Index(fields=["-created_at", "-id"], name="discount_code_newest")]

    def __str__(self) -> str:
        return self.code

    @property
    def is_limited(self) -> bool:
        return bool(self.products or self.categories)


class CodeUse(models.Model):
    """A code that an order was placed with. Counted anew each time, so that no counter can drift."""

    code = models.ForeignKey(DiscountCode, on_delete=models.PROTECT, related_name="uses")
    order_id = models.BigIntegerField(unique=True)
    buyer_id = models.BigIntegerField()
    amount = models.BigIntegerField()  # minor units of the order's currency, above zero
    currency = models.CharField(max_length=3)
    used_at = models.DateTimeField()
    given_back_at = models.DateTimeField(null=True)  # the order was cancelled

    class Meta:
        indexes = [models.Index(fields=["code", "buyer_id"], name="code_use_by_buyer")]

    def __str__(self) -> str:
        return f"code {self.code_id} on order {self.order_id}"


class WishList(models.Model):
    """Found as a cart is, by a random key in a cookie. It belongs to no person: forgetting it erases it (checkout.wishes)."""

    key = models.CharField(max_length=40, unique=True)
    touched_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"wish list {self.pk}"


class Wish(models.Model):
    wish_list = models.ForeignKey(WishList, on_delete=models.CASCADE, related_name="wishes")
    variant_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wish_list", "variant_id"], name="wish_once")]

    def __str__(self) -> str:
        return f"wish for {self.variant_id}"


class ThankYouAnswer(models.Model):
    """What a buyer told us after ordering: questions that would only have been in the way before."""

    class FoundBy(models.TextChoices):
        SEARCH = "search"
        SOCIAL = "social"
        FRIEND = "friend"
        MARKETPLACE = "marketplace"
        ADVERTISEMENT = "advertisement"
        PRESS = "press"
        BOUGHT_BEFORE = "bought_before"
        OTHER = "other"

    order_id = models.BigIntegerField(unique=True)
    market = models.CharField(max_length=12)
    found_by = models.CharField(max_length=16, choices=FoundBy.choices, blank=True, default="")
    words = models.TextField(blank=True, default="")  # what nearly kept them from ordering; erased with the buyer
    answered_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"answer about order {self.order_id}"
