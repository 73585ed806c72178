"""The list of orders: filters in the address, pages by key, an exact count as far as counting pays."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from tradewind.console import labels, pages, typed
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
from tradewind.orders.counting import Count, count_each
from tradewind.orders.history import cancellations_by_reason
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
    counted, of_views = _count(asked, views, reach, accounts, tags)
    how = Listing(oldest_first=asked.is_oldest_first, with_marks=True, counted=counted)
    page = order_list(asked.filters, reach, after=after, before=before, how=how)
    now = utc_now()
    is_about_cancelled = asked.filters.state == OrderState.CANCELLED
    values = {
        "page": page,
        "cancelled_for": (
            cancellations_by_reason(reach, since=now - COUNTED_DAYS, until=now) if is_about_cancelled else []
        ),
        "asked": asked,
        "count": f"{page.count:,}" if page.is_counted_fully else f"{page.count:,}+",
        "newer": typed.write_key(page.newer) if page.newer else "",
        "older": typed.write_key(page.older) if page.older else "",
        "is_first": after is None and before is None,
        "accounts": accounts,
        "tags": tags,
        "address_query": asked.query,
        **_offered(asked, pages.staff_of(request)),
        "views": views,
        "view_counts": of_views,
        "ticked": problem.typed.get("ticked", "").split(",") if problem else [],
        "problem": problem,
    }
    return pages.show(request, "orders/listing.html", values, status=status)


def _count(
    asked: Asked, views: Sequence[OrderView], reach: Reach, accounts: list[ShopAccount], tags: list[OrderTag]
) -> tuple[int | None, dict[int, str]]:
    """How many the list finds, None where it is searched by words and counts for itself, and what each view's tab says. One statement."""
    kept = [read_filters(QueryDict(view.query), accounts, tags).filters for view in views[:MOST_COUNTED]]
    is_searched = bool(asked.filters.text)
    if is_searched and not kept:
        return None, {}
    own, counts = count_each(None if is_searched else asked.filters, kept, reach, limit=COUNTED)
    said = {view.pk: _in_short(count) for view, count in zip(views, counts, strict=False)}
    return (None if is_searched else own), said


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
