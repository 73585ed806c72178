"""A plan: what a workbook would change, before anything is written."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop

from tradewind.catalog.editing_variants import VariantDraft
from tradewind.catalog.fact_values import Choices
from tradewind.catalog.models import Category, Product
from tradewind.catalog.workbook import Change
from tradewind.catalog.workbook_reading import Row
from tradewind.lib.money import Money

# What is done, of how many.
OnProgress = Callable[[int, int], None]
NO_PRODUCT = gettext_noop("No product is called {name}. Name one of the catalogue, or add it to the sheet Products.")
NO_ARTICLE = gettext_noop("No article is called {name}. Name one of the catalogue, or add it to the sheet Variants.")


@dataclass
class ProductPlan:
    """A product of the workbook as it would be. `product` is None for a new one."""

    slug: str
    product: Product | None
    category: Category | None
    content: dict[str, Any]
    variants: list[VariantDraft] = field(default_factory=list)
    has_variants: bool = False
    # The rows that add a choice: every variant that is sold has to say which value of it it is.
    new_choices: list[Row] = field(default_factory=list)

    @property
    def version(self) -> int:
        return self.product.draft_version if self.product else 0


@dataclass(frozen=True, slots=True)
class PricePlan:
    sku: str
    market_id: int
    before: Money | None
    price: Money


@dataclass(frozen=True, slots=True)
class SetPlan:
    """What a set consists of, as units by article number, before and after. Without any it is no set."""

    sku: str
    before: dict[str, int]
    after: dict[str, int]


@dataclass
class Plan:
    """Everything that would be done, and each cell that it comes from."""

    products: dict[str, ProductPlan] = field(default_factory=dict)
    prices: list[PricePlan] = field(default_factory=list)
    sets: list[SetPlan] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    unchanged: int = 0
    prices_unchanged: int = 0
    # The choices that filters know, read when the first fact asks.
    choices: Choices | None = None

    @property
    def digest(self) -> str:
        """The same for the same changes: what was seen in a preview is what is done."""
        told = "\n".join(repr(change) for change in self.changes)
        return hashlib.sha256(told.encode()).hexdigest()


def note(changes: list[Change], row: Row, column: str, what: str, before: str, after: str) -> None:
    """Put a cell on the list of changes, if it says something else."""
    if before != after:
        changes.append(Change(row.sheet, row.cell(column), what, before, after))
