"""Changing what a market is called and speaks, how goods travel there, and how buyers pay."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.account.again import asks_again
from tradewind.console.markets.detail import show_market
from tradewind.console.markets.offer_previewing import Look, is_saving, preview_of_method, preview_of_way
from tradewind.console.markets.problems import problem_in
from tradewind.core.staff import NotValid, needs
from tradewind.core.words import LOCALES
from tradewind.lib.clock import utc_now
from tradewind.markets.models import Market
from tradewind.markets.opening import change_market
from tradewind.payments.models import MethodOffer
from tradewind.payments.offering import change_offer, give_offer
from tradewind.shipping.models import DeliveryOption
from tradewind.shipping.offering import OptionTerms, change_option, give_terms


@needs("markets.change")
@require_POST
def change_words(request: HttpRequest, market_id: int) -> HttpResponse:
    market = get_object_or_404(Market, pk=market_id)
    try:
        names = {code: typed.read_text(request.POST, f"name_{code}", is_needed=False, longest=60) for code in LOCALES}
        change_market(
            market=market,
            name={language: name for language, name in names.items() if name},
            languages=typed.read_text(request.POST, "languages").lower().replace(",", " ").split(),
            at=utc_now(),
            by=pages.actor_of(request),
        )
    except (typed.WrongInput, NotValid) as wrong:
        problem = problem_in("words", wrong, request.POST.dict())
        return show_market(request, market_id, problem=problem, status=422)
    return pages.to_page("console:market", done="market-changed", market_id=market_id)


@needs("markets.change")
@require_POST
def change_way(request: HttpRequest, market_id: int) -> HttpResponse:
    market = get_object_or_404(Market, pk=market_id)
    option = get_object_or_404(DeliveryOption, pk=typed.read_id(request.POST, "option"), market_id=market_id)
    form = f"option-{option.pk}"
    try:
        terms = OptionTerms(
            is_on=request.POST.get("is_on") == "on",
            cost=typed.read_amount(request.POST, "cost", currency=option.currency, is_zero_allowed=True),
            days_min=typed.read_quantity(request.POST, "days_min"),
            days_max=typed.read_quantity(request.POST, "days_max"),
        )
        if not is_saving(request):
            give_terms(option, terms)
            look = Look(form, request.POST.dict(), preview_of_way(market, option, at=utc_now()))
            return show_market(request, market_id, look=look)
        change_option(option_id=option.pk, terms=terms, at=utc_now(), by=pages.actor_of(request))
    except (typed.WrongInput, NotValid) as wrong:
        problem = problem_in(form, wrong, request.POST.dict())
        return show_market(request, market_id, problem=problem, status=422)
    return pages.to_page("console:market", done="market-changed", anchor="options", market_id=market_id)


@needs("markets.change")
@asks_again("markets.pay")
@require_POST
def change_method(request: HttpRequest, market_id: int) -> HttpResponse:
    market = get_object_or_404(Market, pk=market_id)
    offer = get_object_or_404(MethodOffer, pk=typed.read_id(request.POST, "method"), market_id=market_id)
    form, is_on = f"method-{offer.pk}", request.POST.get("is_on") == "on"
    try:
        hold_days = typed.read_quantity(request.POST, "hold_days")
        if not is_saving(request):
            give_offer(offer, is_on=is_on, hold_days=hold_days)
            look = Look(form, request.POST.dict(), preview_of_method(market, offer, at=utc_now()))
            return show_market(request, market_id, look=look)
        change_offer(offer_id=offer.pk, is_on=is_on, hold_days=hold_days, at=utc_now(), by=pages.actor_of(request))
    except (typed.WrongInput, NotValid) as wrong:
        problem = problem_in(form, wrong, request.POST.dict())
        return show_market(request, market_id, problem=problem, status=422)
    return pages.to_page("console:market", done="market-changed", anchor="methods", market_id=market_id)
