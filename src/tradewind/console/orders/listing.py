"""The list of orders: filters in the address, pages by key, an exact count as far as counting pays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from tradewind.console import labels, pages, typed
from tradewind.console.counts import count_words
from tradewind.console.orders.acts import acts_open_to
from tradewind.console.orders.columns import COLUMNS, DEFAULT, NUMBERS, head, known
from tradewind.console.orders.filters import Asked, read_filters
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.models import ShopAccount, Staff
from tradewind.core.reach import Reach
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.lib.countries import country_choices
from tradewind.orders.cancelling import BUYERS_REASONS, REASONS
from tradewind.orders.counting import Count, count_each
from tradewind.orders.history import cancellations_for
from tradewind.orders.models import OrderTag, OrderView
from tradewind.orders.queries import COUNTED, Listing, order_list
from tradewind.orders.states import OrderState
from tradewind.orders.tagging import tags_in_use
from tradewind.orders.viewing import preferred_columns, views_of

# So many tabs say how many orders they lead to.
MOST_COUNTED: Final = 60
# Over how long the reasons of cancellations are counted.
COUNTED_DAYS: Final = timedelta(days=90)


@needs("orders.view")
@require_safe
def orders_page(request: HttpRequest) -> HttpResponse:
    return show_orders(request, request.GET)


def show_orders(
    request: HttpRequest, query: QueryDict, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    """The list that an address asks for, with what was wrong in one of its forms."""
    reach = pages.reach_of(request)
    asked, accounts, tags = asked_for(query, reach)
    before = typed.read_key(query, "before")
    after = None if before else typed.read_key(query, "after")
    views = views_of(pages.staff_of(request))
    counted = _count(asked, views, reach, accounts, tags)
    how = Listing(oldest_first=asked.is_oldest_first, with_marks=True, counted=counted.shown)
    page = order_list(asked.filters, reach, after=after, before=before, how=how)
    values = {
        "page": page,
        "cancelled_for": counted.reasons,
        "asked": asked,
        "count": count_words(page.count, is_all=page.is_counted_fully),
        "newer": typed.write_key(page.newer) if page.newer else "",
        "older": typed.write_key(page.older) if page.older else "",
        "is_first": after is None and before is None,
        "accounts": accounts,
        "tags": tags,
        "address_query": asked.query,
        **_offered(asked, pages.staff_of(request)),
        "views": views,
        "view_counts": counted.views,
        "ticked": problem.typed.get("ticked", "").split(",") if problem else [],
        "problem": problem,
    }
    return pages.show(request, "orders/listing.html", values, status=status)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many the list finds, None where it is searched by words and counts for itself; what each view's tab says; and (reason, number)
    of cancellations, the most frequent first, where the list is about them.
    """

    shown: int | None = None
    views: Mapping[int, str] = field(default_factory=dict)
    reasons: Sequence[tuple[str, str]] = ()


def _count(
    asked: Asked, views: Sequence[OrderView], reach: Reach, accounts: list[ShopAccount], tags: list[OrderTag]
) -> Counted:
    """One statement."""
    kept = [read_filters(QueryDict(view.query), accounts, tags).filters for view in views[:MOST_COUNTED]]
    is_searched, reasons, until = bool(asked.filters.text), _reasons(asked), utc_now()
    if is_searched and not kept and not reasons:
        return Counted()
    since = until - COUNTED_DAYS
    of_reasons = [cancellations_for(reason, reach, since=since, until=until) for reason in reasons]
    counts = count_each(None if is_searched else asked.filters, kept, reach, limit=COUNTED, further=of_reasons)
    met = sorted(zip(counts.further, reasons, strict=True), key=lambda each: (-each[0], each[1]))
    return Counted(
        shown=None if is_searched else counts.shown,
        views={view.pk: _in_short(count) for view, count in zip(views, counts.others, strict=False)},
        reasons=[(reason, count_words(number, most=COUNTED)) for number, reason in met if number],
    )


def _reasons(asked: Asked) -> Sequence[str]:
    return (*REASONS, *BUYERS_REASONS) if asked.filters.state == OrderState.CANCELLED else ()


def _in_short(count: Count) -> str:
    """Three digits at the most, and a sign that there are more, or may be."""
    if count.number >= COUNTED:
        return f"{COUNTED - 1}+"
    return str(count.number) if count.is_all else f"{count.number}+"


def _offered(asked: Asked, staff: Staff) -> dict[str, Any]:
    """What somebody may choose in this list."""
    return {
        "states": labels.codes("order_state"),
        "kinds": labels.codes("order_kind"),
        "countries": country_choices(words.locale_of(words.spoken())),
        "acts": acts_open_to(staff),
        "columns": columns_for(asked, staff),
        "all_columns": COLUMNS,
        "column_head": head,
        "numbers": NUMBERS,
    }


def columns_for(asked: Asked, staff: Staff) -> tuple[str, ...]:
    """Those of the address, else those that somebody prefers, else the usual ones."""
    return asked.columns or known(preferred_columns(staff)) or DEFAULT


def asked_for(query: QueryDict, reach: Reach) -> tuple[Asked, list[ShopAccount], list[OrderTag]]:
    """The filters of an address, with the accounts and the tags that it may name."""
    accounts = list(reach.of(ShopAccount.objects.order_by("name", "id"), field="pk"))
    tags = tags_in_use()
    return read_filters(query, accounts, tags), accounts, tags
