"""Orders of every shop account: what was sold, to whom, for how much, at which rates."""

from django.db import models
from django.db.models import Q

from tradewind.buyers.models import Buyer
from tradewind.core.models import ShopAccount
from tradewind.orders.bulk_models import BulkItem, BulkRun
from tradewind.orders.change_models import OrderChange
from tradewind.orders.handling_models import OrderHold, OrderNote, OrderTag, Tagging
from tradewind.orders.import_models import FileEntry, FileLayout, OrderFile
from tradewind.orders.states import OrderState
from tradewind.orders.view_models import OrderColumns, OrderView

__all__ = [
    "AddressChange",
    "BulkItem",
    "BulkRun",
    "Cancellation",
    "FileEntry",
    "FileLayout",
    "Order",
    "OrderChange",
    "OrderColumns",
    "OrderFile",
    "OrderHold",
    "OrderLine",
    "OrderNote",
    "OrderTag",
    "OrderView",
    "Tagging",
]


class Order(models.Model):
    """One sale, or one credit note of an imported history. Amounts are minor units of `currency`."""

    class Kind(models.TextChoices):
        SALE = "sale"
        CREDIT = "credit"

    ref = models.CharField(max_length=20, unique=True)
    account = models.ForeignKey(ShopAccount, on_delete=models.PROTECT)
    external_id = models.CharField(max_length=80, blank=True, default="")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.SALE)
    state = models.CharField(max_length=16, choices=OrderState.choices)
    buyer = models.ForeignKey(Buyer, null=True, on_delete=models.PROTECT, related_name="orders")
    # As the buyer gave them for this order; erasing a buyer empties them.
    email = models.EmailField(blank=True, default="")
    # name, company, line1, line2, district, postcode, city, region, country, phone, tax_id
    ship_to = models.JSONField(default=dict)
    gift_note = models.TextField(blank=True, default="")  # to be printed and put into the parcel
    country = models.CharField(max_length=2, blank=True, default="")
    market = models.CharField(max_length=12, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    currency = models.CharField(max_length=3)
    goods = models.BigIntegerField()
    delivery = models.BigIntegerField(default=0)
    discount = models.BigIntegerField(default=0)  # negative or zero
    tax = models.BigIntegerField(default=0)
    tax_included = models.BooleanField(default=True)
    total = models.BigIntegerField()
    paid = models.BigIntegerField(default=0)  # written down from the ledger
    delivery_option = models.JSONField(default=dict)  # code, name {language}, warehouse, lane figures as quoted
    payment_method = models.CharField(max_length=30, blank=True, default="")
    rules = models.JSONField(default=dict)  # versions of rules and rates that this order was computed with
    cart_key = models.CharField(max_length=40, null=True, unique=True)  # a cart becomes one order at the most
    # Of goods that go once more at no cost, also where the order was split: the case because of which they do (shipping.Trouble).
    case_id = models.BigIntegerField(null=True)
    placed_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)  # when it was emptied of what is personal
    source_digest = models.CharField(max_length=64, blank=True, default="")  # of an imported record, to see changes
    # False: the sales channel's file does not tell what was paid, and the amounts are not zero but unknown.
    is_priced = models.BooleanField(default=True, db_default=True)
    # Since when it is kept back; written down from its holds. Says nothing any more once the order has left.
    held_at = models.DateTimeField(null=True)
    tracking = models.CharField(max_length=60, blank=True, default="", db_default="")  # written down by shipping
    # As a sales channel's files told it: status in its words, updated_at, moments {}, others {}, reports {code: digest}
    source = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "external_id"], condition=~Q(external_id=""), name="order_external_once"
            ),
        ]
        indexes = [
            models.Index(fields=["-placed_at", "-id"], name="order_newest"),
            models.Index(fields=["state", "-placed_at", "-id"], name="order_by_state"),
            models.Index(fields=["country", "-placed_at", "-id"], name="order_by_country"),
            models.Index(fields=["buyer", "-placed_at", "-id"], name="order_by_buyer"),
            models.Index(fields=["account", "-placed_at", "-id"], name="order_by_account"),
            models.Index(fields=["account", "state", "-placed_at", "-id"], name="order_by_account_state"),
            models.Index(fields=["-placed_at", "-id"], name="order_held", condition=Q(held_at__isnull=False)),
            models.Index(fields=["case_id", "id"], name="order_of_case", condition=Q(case_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.ref


class OrderLine(models.Model):
    """One line as it was sold. Its words and rates do not change when the product does."""

    class Kind(models.TextChoices):
        GOODS = "goods"
        DELIVERY = "delivery"
        DISCOUNT = "discount"
        MANUAL = "manual"
        FEE = "fee"
        CHARGE = "charge"  # a duty, or a tax that was taken off the price; `sku` is its key

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.GOODS)
    position = models.PositiveSmallIntegerField()
    variant_id = models.BigIntegerField(null=True)
    sku = models.CharField(max_length=60, blank=True, default="")
    title = models.CharField(max_length=200)
    options = models.CharField(max_length=120, blank=True, default="")
    quantity = models.IntegerField()
    unit = models.DecimalField(max_digits=18, decimal_places=4)  # as sold: some sources price below a minor unit
    total = models.BigIntegerField()
    tax_rate = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    tax = models.BigIntegerField(default=0)
    # Zero or below: what a code took off this line. The order's discount line is their sum, `total` does not have it.
    discount = models.BigIntegerField(default=0, db_default=0)
    picture = models.CharField(max_length=200, blank=True, default="")
    parts = models.JSONField(default=list)  # of a bundle as it was sold: [[sku, units in one bundle]]
    dispatched = models.IntegerField(default=0)  # written down by shipping

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="order_line_once")]
        indexes = [
            models.Index(
                fields=["sku", "order"], name="order_line_unmatched", condition=Q(kind="goods", variant_id__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku or self.title}"


class Cancellation(models.Model):
    """Why an order was cancelled. `words` are the buyer's own, personal data that erasing a buyer empties."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="cancellation")
    reason = models.CharField(max_length=20)  # a code of orders.cancelling
    words = models.CharField(max_length=500, blank=True, default="")
    cancelled_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["cancelled_at", "reason"], name="cancellation_by_time")]

    def __str__(self) -> str:
        return f"{self.reason} {self.order_id}"


class AddressChange(models.Model):
    """A buyer's wish to have an order sent elsewhere, and, once its code was given, the record of it.

    Only the digest of the code is kept. Addresses are personal data, which erasing a buyer empties.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="address_changes")
    key = models.CharField(max_length=40)  # made with the page that asks: two clicks are one wish
    before = models.JSONField(default=dict)  # as Order.ship_to, both
    after = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="address_wish", condition=Q(confirmed_at__isnull=True))]

    def __str__(self) -> str:
        return f"address change {self.pk} of {self.order_id}"
