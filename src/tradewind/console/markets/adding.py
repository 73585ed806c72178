"""Giving a market another way to deliver, or another way to pay."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.account.again import asks_again
from tradewind.console.markets.detail import show_market
from tradewind.console.markets.offer_previewing import Look, is_saving, preview_of_method, preview_of_way
from tradewind.console.markets.problems import problem_in
from tradewind.core.staff import NotValid, needs
from tradewind.inventory.models import Warehouse
from tradewind.lib.clock import utc_now
from tradewind.markets.models import Market
from tradewind.payments.offering import NewOffer, add_offer, new_offer
from tradewind.shipping.offering import NewOption, OptionTerms, add_option, new_option


@needs("markets.change")
@require_POST
def add_way(request: HttpRequest, market_id: int) -> HttpResponse:
    market = get_object_or_404(Market, pk=market_id)
    place = get_object_or_404(Warehouse, pk=typed.read_id(request.POST, "warehouse"))
    try:
        option = NewOption(
            code=typed.read_text(request.POST, "code", longest=30).lower(),
            name=_names(request),
            warehouse_id=place.pk,
            terms=OptionTerms(
                is_on=True,
                cost=typed.read_amount(request.POST, "cost", currency=market.currency, is_zero_allowed=True),
                days_min=typed.read_quantity(request.POST, "days_min"),
                days_max=typed.read_quantity(request.POST, "days_max"),
            ),
            is_tracked=request.POST.get("is_tracked") == "on",
            max_weight_g=typed.read_quantity(request.POST, "max_weight_g"),
        )
        if not is_saving(request):
            preview = preview_of_way(market, new_option(market.pk, option), at=utc_now())
            return show_market(request, market_id, look=Look("option-new", request.POST.dict(), preview))
        add_option(market_id=market.pk, option=option, at=utc_now(), by=pages.actor_of(request))
    except (typed.WrongInput, NotValid) as wrong:
        problem = problem_in("option-new", wrong, request.POST.dict())
        return show_market(request, market_id, problem=problem, status=422)
    return pages.to_page("console:market", done="market-changed", anchor="options", market_id=market_id)


@needs("markets.change")
@asks_again("markets.pay")
@require_POST
def add_method(request: HttpRequest, market_id: int) -> HttpResponse:
    market = get_object_or_404(Market, pk=market_id)
    try:
        offer = NewOffer(
            code=typed.read_text(request.POST, "code", longest=30).lower(),
            provider=request.POST.get("provider", ""),
            name=_names(request),
            hold_days=typed.read_quantity(request.POST, "hold_days"),
        )
        if not is_saving(request):
            preview = preview_of_method(market, new_offer(market.pk, offer), at=utc_now())
            return show_market(request, market_id, look=Look("method-new", request.POST.dict(), preview))
        add_offer(market_id=market.pk, offer=offer, at=utc_now(), by=pages.actor_of(request))
    except (typed.WrongInput, NotValid) as wrong:
        problem = problem_in("method-new", wrong, request.POST.dict())
        return show_market(request, market_id, problem=problem, status=422)
    return pages.to_page("console:market", done="market-changed", anchor="methods", market_id=market_id)


def _names(request: HttpRequest) -> dict[str, str]:
    names = {c: typed.read_text(request.POST, f"name_{c}", longest=60, is_needed=c == "en") for c in ("en", "zh")}
    return {language: name for language, name in names.items() if name}
