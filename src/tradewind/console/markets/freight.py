"""How goods travel to a market: the proposal of ways, goods that cannot travel, and what free delivery leaves."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from tradewind.console import pages, typed
from tradewind.console.markets.offer_previewing import OfferPreview, preview_of_ways
from tradewind.console.markets.problems import problem_in
from tradewind.console.markets.way_words import KINDS, reason_words, refused_words
from tradewind.console.typed import Problem
from tradewind.core.staff import NotValid, needs
from tradewind.core.words import say, spoken
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.markets.models import Market
from tradewind.markets.queries import MarketView, market_by_code
from tradewind.shipping.arranging import Arrangement, arrange, arrangement_of
from tradewind.shipping.carrying import ChangedMeanwhile
from tradewind.shipping.free_delivery import free_delivery, state_margin, stated_for
from tradewind.shipping.margins import Stated
from tradewind.shipping.models import DeliveryOption
from tradewind.shipping.proposing import Proposal, propose
from tradewind.shipping.recent import Sold, fared, sold_lately
from tradewind.shipping.stuck import survey
from tradewind.shipping.terms import terms_arranged
from tradewind.shipping.weighing import Prices

_FORMS: Final = ("prices", "arrange", "margin")
_MEANWHILE: Final = gettext_noop("Somebody else has changed the ways meanwhile. Look at them again.")
_PERCENT: Final = gettext_noop("Please write a percentage, like 12.5.")


@needs("markets.change")
@require_http_methods(["GET", "HEAD", "POST"])
def delivery_page(request: HttpRequest, market_id: int) -> HttpResponse:
    """Posted by one of its forms: an arrangement is looked at or saved, a margin stated."""
    market = Market.objects.filter(pk=market_id).first()
    if market is None:
        raise Http404
    if request.method != "POST":
        return _show(request, market)
    form = request.POST.get("form", "")
    try:
        if form == "margin":
            _state(request, market)
            return pages.to_page("console:market-delivery", done="margin-stated", anchor="free", market_id=market_id)
        wanted, seen = _read_arrangement(request, market_id)
        if request.POST.get("action") != "save":
            return _show(request, market, wanted=wanted)
        arrange(market_id=market_id, wanted=wanted, seen=seen, at=utc_now(), by=pages.actor_of(request))
    except ChangedMeanwhile:
        problem = problem_in("arrange", typed.WrongInput("seen", _MEANWHILE), request.POST.dict())
        return _show(request, market, problem=problem, status=422)
    except (typed.WrongInput, NotValid) as wrong:
        problem = problem_in(form if form in _FORMS else "arrange", wrong, request.POST.dict())
        return _show(request, market, problem=problem, status=422)
    return pages.to_page("console:market-delivery", done="market-changed", market_id=market_id)


def _show(
    request: HttpRequest,
    market: Market,
    *,
    wanted: Arrangement | None = None,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    now = utc_now()
    view = market_by_code(market.code, on=now.date())
    reach = pages.reach_of(request)
    sold = sold_lately(view, reach)
    prices, problem = _prices(request, view, problem)
    proposal = propose(view, sold, fared(view, reach, now=now), at=now, prices=prices)
    preview: OfferPreview | None = None
    if wanted is not None:
        preview = preview_of_ways(market, terms_arranged(market.pk, wanted), at=now)
    values = {
        "market": market,
        "proposal": proposal,
        "wanted": wanted if wanted is not None else (proposal.wanted if proposal else ()),
        "present": arrangement_of(market.pk),
        "weighed": [(each.way.code, each) for each in proposal.weighed] if proposal else (),
        "places_now": _places(market),
        "rows": _rows(proposal, view.currency) if proposal else {},
        "options": DeliveryOption.objects.filter(market_id=market.pk)
        .select_related("warehouse")
        .order_by("position", "id"),
        "kinds": KINDS,
        "money_of": lambda amount: Money(amount, view.currency),
        "problem": problem,
        "preview": preview,
        "survey": survey(view, proposal.country) if proposal else None,
        "refused_words": refused_words,
        **_free(request, view, sold, proposal),
    }
    return pages.show(request, "markets/delivery.html", values, status=status)


def _places(market: Market) -> Mapping[str, str]:
    """At which place each way is offered now, by its code."""
    offered = [code for code, is_on in arrangement_of(market.pk) if is_on]
    numbers = {code: str(place) for place, code in enumerate(offered, start=1)}
    return {code: numbers.get(code, say(spoken(), "off")) for code, _ in arrangement_of(market.pk)}


def _rows(proposal: Proposal, currency: str) -> Mapping[str, list[str]]:
    """Why each way stands where it stands, in words."""
    return {
        each.way.code: [reason_words(reason, proposal.ways, currency) for reason in each.reasons]
        for each in proposal.weighed
    }


def _prices(request: HttpRequest, market: MarketView, problem: Problem | None) -> tuple[Prices | None, Problem | None]:
    """What a day and an accident count, where the owner says so; None: as usual."""
    if not request.GET.get("day"):
        return None, problem
    try:
        amounts = [
            typed.read_amount(request.GET, name, currency=market.currency, is_zero_allowed=True).amount
            for name in ("day", "late", "lost")
        ]
    except typed.WrongInput as wrong:
        return None, problem_in("prices", wrong, request.GET.dict())
    return Prices(*amounts), problem


def _free(request: HttpRequest, market: MarketView, sold: list[Sold], proposal: Proposal | None) -> dict[str, Any]:
    """What free delivery leaves on a way whose carrier's rates are known: the one that was asked for, else the first."""
    stated, is_stated = stated_for(market)
    ways = [each for each in proposal.ways.values() if each.freight.own is not None] if proposal else []
    way = next((each for each in ways if each.option == request.GET.get("way")), next(iter(ways), None))
    found = None
    if way is not None and proposal is not None:
        asked = [way.freight.free_from] if way.freight.free_from is not None else []
        found = free_delivery(market, way, sold, asked, proposal.country, at=utc_now())
    return {"stated": stated, "is_stated": is_stated, "free": found, "free_way": way, "free_ways": ways}


def _state(request: HttpRequest, market: Market) -> None:
    fields = request.POST
    fee = typed.read_amount(fields, "fee", currency=market.currency, is_zero_allowed=True)
    stated = Stated(_percent(fields, "goods_percent"), _percent(fields, "fee_percent"), fee)
    now = utc_now()
    state_margin(market=market_by_code(market.code, on=now.date()), stated=stated, at=now, by=pages.actor_of(request))


def _percent(fields: Mapping[str, str], name: str) -> Decimal:
    try:
        percent = Decimal(fields.get(name, "").strip().replace(",", ".")[:8])
    except InvalidOperation:
        raise typed.WrongInput(name, _PERCENT) from None
    if not percent.is_finite():
        raise typed.WrongInput(name, _PERCENT)
    return round(percent, 2)


def _read_arrangement(request: HttpRequest, market_id: int) -> tuple[Arrangement, Arrangement]:
    """What is wanted, by the places that were typed, and what was seen. Raises WrongInput."""
    present = arrangement_of(market_id)
    places = {code: typed.read_quantity(request.POST, f"place.{code}") for code, _ in present}
    wanted = [(code, request.POST.get(f"on.{code}") == "on") for code in sorted(places, key=lambda code: places[code])]
    seen = [(code, is_on == "on") for code, _, is_on in (each.partition(":") for each in request.POST.getlist("seen"))]
    return wanted, seen
