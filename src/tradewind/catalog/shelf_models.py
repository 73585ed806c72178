"""What browsing needs: attributes with their values, and one row per product and market that lists it."""

from django.db import models
from django.db.models import Q


class Attribute(models.Model):
    """A property by which goods are described and, where `is_filterable`, found: colour, material, volume."""

    class Kind(models.TextChoices):
        CHOICE = "choice"
        NUMBER = "number"
        TEXT = "text"

    key = models.SlugField(max_length=40, unique=True)
    # It belongs to this category and those below it; to all of them where there is none.
    category = models.ForeignKey("catalog.Category", null=True, on_delete=models.PROTECT)
    name = models.JSONField()
    kind = models.CharField(max_length=6, choices=Kind.choices)
    unit = models.CharField(max_length=10, blank=True, default="")
    is_filterable = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class AttributeChoice(models.Model):
    """One of the values of an attribute of kind choice."""

    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="choices")
    key = models.CharField(max_length=60)
    name = models.JSONField()
    swatch = models.CharField(max_length=7, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attribute", "key"], name="attribute_choice_once")]

    def __str__(self) -> str:
        return f"{self.attribute_id} {self.key}"


class AttributeValue(models.Model):
    """What a product, or one of its variants, has of an attribute: exactly one of choice, number and text.

    Made of the product's content when it is published (see catalog.describing), never edited here.
    """

    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="values", db_index=False)
    variant = models.ForeignKey("catalog.Variant", null=True, on_delete=models.CASCADE, db_index=False)
    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE)
    choice = models.ForeignKey(AttributeChoice, null=True, on_delete=models.CASCADE, db_index=False)
    number = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    text = models.JSONField(null=True)  # language -> text

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "choice"], condition=Q(variant__isnull=False), name="variant_choice_once"
            ),
            models.CheckConstraint(
                condition=Q(choice__isnull=False, number=None, text=None)
                | Q(choice=None, number__isnull=False, text=None)
                | Q(choice=None, number=None, text__isnull=False),
                name="attribute_value_is_one",
            ),
        ]
        indexes = [
            models.Index(fields=["product", "choice", "variant"], name="value_by_product"),
            models.Index(fields=["choice", "product"], condition=Q(choice__isnull=False), name="value_by_choice"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.attribute_id}"


class CategoryChoice(models.Model):
    """A choice that some product of this category was ever published with: what its filters offer."""

    category = models.ForeignKey("catalog.Category", on_delete=models.CASCADE, related_name="choices")
    choice = models.ForeignKey(AttributeChoice, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["category", "choice"], name="category_choice_once")]

    def __str__(self) -> str:
        return f"{self.category_id} {self.choice_id}"


class Listing(models.Model):
    """A live product in a market that has a price for it: what lists filter and sort by, written down (catalog.listing).

    Sort orders are columns, so that a page is one walk along an index. Ties are broken by the product's id.
    """

    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, db_index=False)
    market_id = models.BigIntegerField()
    category = models.ForeignKey("catalog.Category", on_delete=models.PROTECT, db_index=False)
    lowest = models.BigIntegerField()
    highest = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    net_content = models.CharField(max_length=16, blank=True, default="", db_default="")  # of what costs the lowest
    is_available = models.BooleanField()
    recommended = models.BigIntegerField()  # smaller is shown earlier; what is sold out comes last
    newest = models.BigIntegerField()  # smaller is newer
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "market_id"], name="listing_once")]
        indexes = [
            models.Index(fields=["market_id", "category", "recommended", "product"], name="listing_recommended"),
            models.Index(fields=["market_id", "category", "newest", "product"], name="listing_newest"),
            models.Index(fields=["market_id", "category", "lowest", "product"], name="listing_by_price"),
            # Of all categories together: where a search for a frequent word looks.
            models.Index(fields=["market_id", "recommended", "product"], name="listing_all_recommended"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.market_id}"


class ListingChange(models.Model):
    """Says that a market's lists read differently from here on. Number and sum of its rows' ids are their version.

    Rows and not a counter: writers of a counter would wait for each other, and for each other's products. Not the
    largest id: PostgreSQL may commit a smaller one later.
    """

    market_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["market_id", "id"], name="listing_changes")]

    def __str__(self) -> str:
        return f"{self.market_id} {self.pk}"


class OldSlug(models.Model):
    """An address that a product had before: links to it go on to where the product is now."""

    slug = models.SlugField(max_length=80, unique=True)
    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="old_slugs")

    def __str__(self) -> str:
        return self.slug


class Departure(models.Model):
    """What stands in the place of a product that is offline. Gone when the product is back.

    Not columns of the product: their readers would read through its texts.
    """

    product = models.OneToOneField("catalog.Product", on_delete=models.CASCADE, related_name="departure")
    successor = models.ForeignKey("catalog.Product", null=True, on_delete=models.SET_NULL, related_name="+")
    is_for_good = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.product_id} to {self.successor_id}"


class Ranking(models.Model):
    """What moves a product from its own place among what is recommended (catalog.ranking). No row: nothing does."""

    product = models.OneToOneField("catalog.Product", on_delete=models.CASCADE, related_name="ranking")
    # Written down by orders: how many held it in the last weeks, and how far that lifts it.
    orders = models.PositiveIntegerField(default=0)
    strength = models.PositiveSmallIntegerField(default=0)
    pin = models.PositiveSmallIntegerField(null=True)  # staff want it at the front, the smallest number first

    class Meta:
        indexes = [models.Index(fields=["product"], condition=Q(orders__gt=0), name="ranking_sold")]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.pin or self.strength}"


class SearchWord(models.Model):
    """A word that the goods of a language are described with: what mistyped words are compared to."""

    language = models.CharField(max_length=8)
    word = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "word"], name="search_word_once")]

    def __str__(self) -> str:
        return f"{self.language} {self.word}"
