"""The filters of the list as they stand in the address. What cannot be understood is left out, and the page says so."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from tradewind.console import labels, typed
from tradewind.console.orders.columns import known
from tradewind.core.models import ShopAccount
from tradewind.lib.countries import COUNTRIES
from tradewind.orders.filtering import OrderFilters
from tradewind.orders.models import OrderTag

_LONGEST_TEXT = 100
OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters in force, as the form shows them again, and the names of those that were left out."""

    filters: OrderFilters
    placed_from: date | None
    placed_to: date | None
    ignored: tuple[str, ...]
    is_oldest_first: bool = False
    columns: tuple[str, ...] = ()  # empty: as the reader prefers them
    view_id: int = 0  # the view that was opened; the filters may have changed since

    @property
    def is_narrowed(self) -> bool:
        return self.filters != OrderFilters()

    @property
    def has_rarer(self) -> bool:
        """Is anything chosen among the filters that a small screen folds away?"""
        return self.is_oldest_first or self.filters != OrderFilters(state=self.filters.state, text=self.filters.text)

    @property
    def query(self) -> str:
        """Filters, order, columns and view, as an address carries them; the place in the list is not among them."""
        shown = {
            "view": self.view_id or "",
            "q": self.filters.text,
            "buyer": self.filters.buyer_id or "",
        }
        columns = {"cols": ",".join(self.columns)} if self.columns else {}
        named = urlencode({name: value for name, value in shown.items() if value} | columns, safe=",")
        return "&".join(part for part in (named, self.kept_query) if part)

    @property
    def kept_query(self) -> str:
        """What a view keeps: without what was searched for and without the buyer, which would outlive their erasure."""
        shown = {
            "state": self.filters.state,
            "kind": self.filters.kind,
            "country": self.filters.country,
            "account": self.filters.account_id or "",
            "held": "1" if self.filters.is_held else "",
            "tag": self.filters.tag_id or "",
            "note": "1" if self.filters.has_note else "",
            "from": self.placed_from or "",
            "to": self.placed_to or "",
            "sort": OLDEST if self.is_oldest_first else "",
        }
        return urlencode({name: value for name, value in shown.items() if value})


def read_filters(query: QueryDict, accounts: list[ShopAccount], tags: list[OrderTag]) -> Asked:
    choices = dict(_choices(accounts, tags))
    ignored = [name for name, allowed in choices.items() if query.get(name, "") not in {"", *allowed}]
    chosen = {name: "" if name in ignored else query.get(name, "") for name in choices}
    first, last, unclear = typed.read_period(query)
    ignored += unclear
    buyer_id = typed.read_id(query, "buyer")
    if query.get("buyer") and not buyer_id:
        ignored.append("buyer")
    filters = OrderFilters(
        state=chosen["state"],
        kind=chosen["kind"],
        country=chosen["country"],
        account_id=int(chosen["account"]) if chosen["account"] else None,
        buyer_id=buyer_id or None,
        is_held=chosen["held"] == "1",
        tag_id=int(chosen["tag"]) if chosen["tag"] else None,
        has_note=chosen["note"] == "1",
        text=query.get("q", "").strip()[:_LONGEST_TEXT],
    )
    if first:
        filters = replace(filters, placed_from=typed.begin_of(first))
    if last:
        filters = replace(filters, placed_until=typed.end_of(last))
    return Asked(
        filters,
        first,
        last,
        tuple(ignored),
        is_oldest_first=chosen["sort"] == OLDEST,
        columns=known(query.get("cols", "").split(",")),
        view_id=typed.read_id(query, "view"),
    )


def _choices(accounts: list[ShopAccount], tags: list[OrderTag]) -> Iterator[tuple[str, set[str]]]:
    yield "state", set(labels.codes("order_state"))
    yield "sort", {OLDEST}
    yield "held", {"1"}
    yield "note", {"1"}
    yield "tag", {str(tag.pk) for tag in tags}
    yield "kind", set(labels.codes("order_kind"))
    yield "country", set(COUNTRIES)
    yield "account", {str(account.pk) for account in accounts}
