"""The list of orders: filters in the address, pages by key, an exact count as far as counting pays."""

from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.console import labels, pages, typed
from tradewind.console.orders.filters import read_filters
from tradewind.core import words
from tradewind.core.models import ShopAccount
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.lib.countries import country_choices
from tradewind.orders.history import cancellations_by_reason
from tradewind.orders.queries import order_list
from tradewind.orders.states import OrderState
from tradewind.orders.tagging import tags_in_use

# Over how long the reasons of cancellations are counted.
COUNTED_DAYS: Final = timedelta(days=90)


@needs("orders.view")
@require_safe
def orders_page(request: HttpRequest) -> HttpResponse:
    reach = pages.reach_of(request)
    accounts = list(reach.of(ShopAccount.objects.order_by("name", "id"), field="pk"))
    tags = tags_in_use()
    asked = read_filters(request.GET, accounts, tags)
    before = typed.read_key(request.GET, "before")
    after = None if before else typed.read_key(request.GET, "after")
    page = order_list(asked.filters, reach, after=after, before=before)
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
        "states": labels.codes("order_state"),
        "kinds": labels.codes("order_kind"),
        "accounts": accounts,
        "tags": tags,
        "countries": country_choices(words.locale_of(words.spoken())),
    }
    return pages.show(request, "orders/listing.html", values)
