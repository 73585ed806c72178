"""Lines of other channels' orders that are not found among our articles, and the button that looks again."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages, typed
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.orders.matching import count_unmatched, match_lines, unmatched_orders


@needs("orders.import")
@require_safe
def unmatched_page(request: HttpRequest) -> HttpResponse:
    reach = pages.reach_of(request)
    after = typed.read_key(request.GET, "after")
    rows, older = unmatched_orders(reach, after=after)
    articles, orders = count_unmatched(reach)
    values = {
        "rows": rows,
        "older": typed.write_key(older) if older else "",
        "is_first": after is None,
        "articles": articles,
        "orders": orders,
    }
    return pages.show(request, "orderfiles/unmatched.html", values)


@needs("orders.import")
@require_POST
def look_again(request: HttpRequest) -> HttpResponse:
    matched = match_lines(pages.reach_of(request), by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:unmatched", done="matched" if matched.lines else "none-matched")
