"""All markets, and opening another one: by hand, or from those that we bring along."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages, typed
from tradewind.console.markets.problems import problem_in
from tradewind.console.markets.queries import market_list
from tradewind.console.typed import Problem
from tradewind.core.staff import NotValid, needs
from tradewind.core.words import LOCALES, pick, spoken
from tradewind.lib.clock import utc_now
from tradewind.markets.models import Market
from tradewind.markets.opening import NewMarket, open_market, open_preset, presets

_FORM = "opening"


@needs("markets.view")
@require_safe
def markets_page(request: HttpRequest) -> HttpResponse:
    return _show(request)


@needs("markets.change")
@require_POST
def open_by_hand(request: HttpRequest) -> HttpResponse:
    try:
        market = open_market(market=_read(request), at=utc_now(), by=pages.actor_of(request))
    except (typed.WrongInput, NotValid) as wrong:
        return _show(request, problem_in(_FORM, wrong, request.POST.dict()), status=422)
    return pages.to_page("console:market", done="market", market_id=market.pk)


@needs("markets.change")
@require_POST
def open_from_presets(request: HttpRequest) -> HttpResponse:
    code = request.POST.get("code", "")
    if code not in presets():
        return _show(request, status=422)
    try:
        market = open_preset(code=code, at=utc_now(), by=pages.actor_of(request))
    except NotValid as wrong:
        return _show(request, problem_in("presets", wrong, request.POST.dict()), status=422)
    return pages.to_page("console:market", done="market", market_id=market.pk)


def _show(request: HttpRequest, problem: Problem | None = None, *, status: int = 200) -> HttpResponse:
    opened = set(Market.objects.values_list("code", flat=True))
    values = {
        "rows": market_list(on=utc_now().date()),
        "presets": [(c, pick(t["name"], spoken()), t["currency"]) for c, t in presets().items() if c not in opened],
        "languages": list(LOCALES),
        "problem": problem,
    }
    return pages.show(request, "markets/listing.html", values, status=status)


def _read(request: HttpRequest) -> NewMarket:
    fields = request.POST
    names = {code: typed.read_text(fields, f"name_{code}", is_needed=code == "en", longest=60) for code in ("en", "zh")}
    return NewMarket(
        code=typed.read_text(fields, "code", longest=12).lower(),
        name={language: name for language, name in names.items() if name},
        countries=typed.read_text(fields, "countries", longest=600).upper().replace(",", " ").split(),
        currency=typed.read_text(fields, "currency", longest=3).upper(),
        languages=typed.read_text(fields, "languages").lower().replace(",", " ").split(),
        shows_tax=fields.get("shows_tax") == "on",
    )
