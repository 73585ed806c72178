"""Products and what is known of them. Texts are JSON with language keys; prices are typed per variant and market."""

from django.db import models
from django.db.models import Q

from tradewind.catalog.packing_models import PackingRule
from tradewind.catalog.shelf_models import (
    Attribute,
    AttributeChoice,
    AttributeValue,
    CategoryChoice,
    Departure,
    Listing,
    ListingChange,
    OldSlug,
    Ranking,
    SearchWord,
)
from tradewind.catalog.workbook_models import WorkbookRun
from tradewind.core.models import StoredFile

__all__ = [
    "Attribute",
    "AttributeChoice",
    "AttributeValue",
    "Category",
    "CategoryChoice",
    "Departure",
    "Listing",
    "ListingChange",
    "Media",
    "OldSlug",
    "PackingRule",
    "Price",
    "PriceChange",
    "Product",
    "PublishedVersion",
    "Ranking",
    "SearchWord",
    "Variant",
    "WorkbookRun",
]


class Category(models.Model):
    """A shelf. Its goods are also on the shelf that it stands in: `parent`."""

    slug = models.SlugField(unique=True)
    name = models.JSONField()
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.slug


class Product(models.Model):
    """What the content team works on. The storefront reads its published versions."""

    class State(models.TextChoices):
        DRAFT = "draft"
        LIVE = "live"
        OFFLINE = "offline"

    slug = models.SlugField(max_length=80, unique=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    created_at = models.DateTimeField()
    position = models.PositiveIntegerField(default=0)
    # Versions of what a page shows, raised in the transaction of each change: the page's cache key is made of them.
    text_version = models.PositiveIntegerField(default=0)
    price_version = models.PositiveIntegerField(default=0)
    stock_version = models.PositiveIntegerField(default=0)
    # Raised by each change of what the content team works on: a form that was opened before it is refused.
    draft_version = models.PositiveIntegerField(default=0)
    # Written down here by higher modules.
    is_available = models.BooleanField(default=False)
    # title, subtitle, points, description, facts, box: see catalog.content. The last column, because SQLite reads through
    # all that lies before the one that is asked for, and each page asks for the versions.
    content = models.JSONField()

    class Meta:
        indexes = [
            models.Index(
                fields=["category", "position", "id"], condition=Q(state="live"), name="product_live_category"
            ),
            models.Index(fields=["position", "id"], condition=Q(state="live"), name="product_live"),
        ]

    def __str__(self) -> str:
        return self.slug


class Variant(models.Model):
    """What is bought, stocked and weighed."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField(max_length=60, unique=True)
    options = models.JSONField(default=dict)  # option key -> value key, in the order in which they are chosen
    position = models.PositiveSmallIntegerField(default=0)
    # False once it is no longer sold. It is never deleted: orders, stock and the ledger of prices name it.
    is_offered = models.BooleanField(default=True)
    weight_g = models.PositiveIntegerField()
    package_mm = models.JSONField(null=True)  # [length, width, height]
    barcode = models.CharField(max_length=14, blank=True, default="", db_default="")  # GTIN: 8, 12, 13 or 14 digits
    # How much is in it, where it is sold by weight, volume, length or area, as lib.unit_pricing writes it: "250 ml"
    net_content = models.CharField(max_length=16, blank=True, default="", db_default="")
    customs = models.JSONField(default=dict)  # hs_code, origin, declared {en, zh}, traits []
    # Written down by inventory: units that may be sold now, over all warehouses, and which of these have any.
    available = models.IntegerField(default=0)
    stocked_at = models.JSONField(default=list)
    # Of a bundle: [[variant id, units in one bundle]], written down with its BundlePart rows. Empty: a thing by itself.
    consists_of = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.sku


class BundlePart(models.Model):
    """A bundle holds so many units of another variant, and has no stock of its own."""

    bundle = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="parts")
    part = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="bundled_in")
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bundle", "part"], name="bundle_part_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="bundle_part_some"),
            models.CheckConstraint(condition=~Q(bundle=models.F("part")), name="bundle_part_another"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.part_id} in {self.bundle_id}"


class Media(models.Model):
    """A picture or video with its role and where the right to use it comes from."""

    class State(models.TextChoices):
        READY = "ready"
        PREPARING = "preparing"
        FAILED = "failed"

    class Role(models.TextChoices):
        FRONT = "front"
        BACK = "back"
        SIDE = "side"
        ANGLE = "angle"
        DETAIL = "detail"
        ON_MODEL = "on_model"
        IN_USE = "in_use"
        IN_BOX = "in_box"
        VIDEO = "video"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="media")
    option = models.JSONField(null=True)  # [option key, value key] when it shows one choice only
    role = models.CharField(max_length=10, choices=Role.choices)
    position = models.PositiveSmallIntegerField()
    alt = models.JSONField()
    # own, or supplier: then `permission` says who allowed it and when. Empty keeps the product from being published.
    origin = models.CharField(max_length=20)
    permission = models.CharField(max_length=200, blank=True, default="")
    # What was uploaded, kept privately. None for media that came with their renditions.
    original = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="media")
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    problem = models.CharField(max_length=200, blank=True, default="")
    # Buyers see it. What was uploaded after the last publishing waits for the next.
    is_live = models.BooleanField(default=True)
    # [left, top, right, bottom] in thousandths of the original that are shown; None for all of it.
    crop = models.JSONField(null=True)
    # Raised with each change that asks for other renditions: what an older order of work brings is then not taken.
    recipe = models.PositiveIntegerField(default=0)
    colour = models.CharField(max_length=7, blank=True, default="")  # placeholder while the picture loads
    # [{path, width, height, format}], largest last; paths are below MEDIA_URL and never change their content
    renditions = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "position"], name="media_position_once")]

    def __str__(self) -> str:
        return f"{self.product_id} {self.role} {self.position}"


class Price(models.Model):
    """The present price of a variant in a market, in minor units, in the form in which it is shown there."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="prices")
    market_id = models.BigIntegerField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "market_id"], name="price_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="price_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class PriceChange(models.Model):
    """The ledger of prices: what was asked, where, from when. Never edited: laws are decided on it."""

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="price_changes")
    market_id = models.BigIntegerField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    before = models.BigIntegerField(null=True)
    valid_from = models.DateTimeField()
    by = models.CharField(max_length=60)
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["variant", "market_id", "valid_from"], name="price_history")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} from {self.valid_from}"


class PublishedVersion(models.Model):
    """What buyers read: an approved copy of a product in one language."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="published")
    language = models.CharField(max_length=8)
    version = models.PositiveIntegerField()
    is_current = models.BooleanField()
    content = models.JSONField()
    published_at = models.DateTimeField()
    approved_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "language", "version"], name="published_once"),
            models.UniqueConstraint(
                fields=["product", "language"], condition=Q(is_current=True), name="published_current_once"
            ),
        ]
        # Whether there is a text, answered from the index alone: lists ask for each product that they look at.
        indexes = [models.Index(fields=["product", "language", "is_current"], name="published_is_there")]

    def __str__(self) -> str:
        return f"{self.product_id} {self.language} v{self.version}"
