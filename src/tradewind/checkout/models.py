"""Carts and wish lists. What a buyer typed at the checkout stays with the cart until an order is placed or the cart expires."""

from django.db import models


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
