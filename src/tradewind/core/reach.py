"""How far somebody's work reaches: into all shop accounts, or into some of them and no others.

Whatever reads orders, or what belongs to them, asks for a reach. It has no default, so that nobody forgets it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Reach:
    """The shop accounts that somebody may see. None: all there are, and all that will be."""

    account_ids: frozenset[int] | None
    has_own_shop: bool = True

    @property
    def is_whole(self) -> bool:
        return self.account_ids is None

    def holds(self, account_id: int | None) -> bool:
        """Is this account within reach? What belongs to no account concerns everybody."""
        return self.account_ids is None or account_id is None or account_id in self.account_ids

    def only(self, account_ids: Iterable[int], *, own_shop_id: int | None) -> "Reach":
        """No more than these accounts, and none that was out of reach before."""
        asked = frozenset(account_ids)
        kept = asked if self.account_ids is None else self.account_ids & asked
        return Reach(kept, has_own_shop=own_shop_id in kept)

    def of(self, rows: QuerySet[Row], *, field: str = "account_id", or_of_none: bool = False) -> QuerySet[Row]:
        """Those of the rows that belong to an account within reach, and with `or_of_none` those that belong to none."""
        if self.account_ids is None:
            return rows
        within = Q(**{f"{field}__in": sorted(self.account_ids)})
        return rows.filter(within | Q(**{f"{field}__isnull": True}) if or_of_none else within)


EVERYWHERE: Final = Reach(None)
