"""Changing what a market is called and speaks, how goods travel there, and how buyers pay."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.markets.detail import show_market
from tradewind.console.markets.problems import problem_in
from tradewind.core.staff import NotValid, needs
from tradewind.core.words import LOCALES
from tradewind.lib.clock import utc_now
from tradewind.markets.models import Market
from tradewind.markets.opening import change_market
from tradewind.payments.models import MethodOffer
from tradewind.payments.offering import change_offer
from tradewind.shipping.models import DeliveryOption
from tradewind.shipping.offering import OptionTerms, change_option


@needs("markets.change")
@require_POST
def change_words(request: HttpRequest, market_id: int) -> HttpResponse:
    market = Market.objects.filter(pk=market_id).first()
    if market is None:
        raise Http404
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
    option = DeliveryOption.objects.filter(pk=typed.read_id(request.POST, "option"), market_id=market_id).first()
    if option is None:
        raise Http404
    try:
        terms = OptionTerms(
            is_on=request.POST.get("is_on") == "on",
            cost=typed.read_amount(request.POST, "cost", currency=option.currency, is_zero_allowed=True),
            days_min=typed.read_quantity(request.POST, "days_min"),
            days_max=typed.read_quantity(request.POST, "days_max"),
        )
        change_option(option_id=option.pk, terms=terms, at=utc_now(), by=pages.actor_of(request))
    except (typed.WrongInput, NotValid) as wrong:
        problem = problem_in(f"option-{option.pk}", wrong, request.POST.dict())
        return show_market(request, market_id, problem=problem, status=422)
    return pages.to_page("console:market", done="market-changed", anchor="options", market_id=market_id)


@needs("markets.change")
@require_POST
def change_method(request: HttpRequest, market_id: int) -> HttpResponse:
    offer = MethodOffer.objects.filter(pk=typed.read_id(request.POST, "method"), market_id=market_id).first()
    if offer is None:
        raise Http404
    try:
        change_offer(
            offer_id=offer.pk,
            is_on=request.POST.get("is_on") == "on",
            hold_days=typed.read_quantity(request.POST, "hold_days"),
            at=utc_now(),
            by=pages.actor_of(request),
        )
    except (typed.WrongInput, NotValid) as wrong:
        problem = problem_in(f"method-{offer.pk}", wrong, request.POST.dict())
        return show_market(request, market_id, problem=problem, status=422)
    return pages.to_page("console:market", done="market-changed", anchor="methods", market_id=market_id)
