"""Discount codes: the list with what became of each, making a new one, ending one."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.checkout.codes import end_code
from tradewind.checkout.models import DiscountCode
from tradewind.checkout.queries import code_list
from tradewind.console import pages, typed
from tradewind.console.codes.form import make_from
from tradewind.console.codes.goods import categories_to_choose, goods_words
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.markets.queries import all_markets

FORM: Final = "code"


@needs("codes.view")
@require_safe
def codes_page(request: HttpRequest) -> HttpResponse:
    return _show(request)


@needs("codes.change")
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    try:
        make_from(request.POST, by=pages.actor_of(request), at=utc_now())
    except typed.WrongInput as wrong:
        again = {name: str(value) for name, value in request.POST.items()}
        again |= {f"market-{code}": "on" for code in request.POST.getlist("market")}
        again |= {f"category-{slug}": "on" for slug in request.POST.getlist("category")}
        return _show(request, problem=Problem(FORM, wrong.field, wrong.words, again), status=422)
    return pages.to_page("console:codes", done="code-made")


@needs("codes.change")
@require_POST
def end(request: HttpRequest, code_id: int) -> HttpResponse:
    try:
        end_code(code_id, by=pages.actor_of(request), at=utc_now())
    except DiscountCode.DoesNotExist:
        raise Http404 from None
    return pages.to_page("console:codes", done="code-ended")


def _show(request: HttpRequest, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
    now = utc_now()
    after = typed.read_key(request.GET, "after")
    page = code_list(after=after)
    markets = all_markets(on=now.date())
    values = {
        "rows": [(row, row.state(now)) for row in page.rows],
        "older": typed.write_key(page.older) if page.older else "",
        "is_first": after is None,
        "markets": {market.code: market.name(words.spoken()) for market in markets},
        "currencies": list(dict.fromkeys(market.currency for market in markets)),
        "occasions": DiscountCode.Occasion.values,
        "gives": DiscountCode.Gives.values,
        "goods": goods_words(page.rows, words.spoken()),
        "categories": categories_to_choose(words.spoken()),
        "problem": problem,
    }
    return pages.show(request, "codes/listing.html", values, status=status)
