"""One way to deliver: how it carries, looked at before it is saved."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from tradewind.console import pages, typed
from tradewind.console.markets.offer_previewing import is_saving, preview_of_way
from tradewind.console.markets.problems import problem_in
from tradewind.console.markets.rates_form import HEADINGS
from tradewind.console.markets.way_form import WayForm, form_of_way, read_way, sent_way
from tradewind.console.markets.way_preview import scales_of
from tradewind.console.markets.way_words import DUTIES, KINDS
from tradewind.console.typed import Problem
from tradewind.core.staff import NotValid, needs
from tradewind.core.words import say, spoken
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.markets.models import Market
from tradewind.markets.queries import market_by_code
from tradewind.shipping.carrying import Carrying, ChangedMeanwhile, change_carrying, give_carrying, seen_of
from tradewind.shipping.freight import DIVISORS
from tradewind.shipping.models import DeliveryOption
from tradewind.shipping.terms import as_terms

_FORM = "way"
_MEANWHILE = gettext_noop(
    "Somebody else has changed this way meanwhile. What you typed is kept: look at it again, and save."
)


@needs("markets.change")
@require_http_methods(["GET", "HEAD", "POST"])
def way_page(request: HttpRequest, market_id: int, option_id: int) -> HttpResponse:
    """Posted with action=preview it shows what would change; with action=save it is so."""
    option = DeliveryOption.objects.select_related("warehouse").filter(pk=option_id, market_id=market_id).first()
    if option is None:
        raise Http404
    if request.method != "POST":
        return _show(request, option, form_of_way(option))
    try:
        form = read_way(request, option)
        if form.carrying is None:
            return _show(request, option, form, status=422)
        give_carrying(DeliveryOption.objects.get(pk=option.pk), form.carrying)
        if not is_saving(request):
            return _show(request, option, form, looked_at=form.carrying)
        seen, by = request.POST.get("seen", ""), pages.actor_of(request)
        change_carrying(option_id=option.pk, carrying=form.carrying, seen=seen, at=utc_now(), by=by)
    except (typed.WrongInput, NotValid) as wrong:
        return _again(request, option, wrong)
    except ChangedMeanwhile:
        return _again(request, option, typed.WrongInput("seen", _MEANWHILE))
    return pages.to_page("console:market-delivery", done="market-changed", market_id=market_id)


def _again(request: HttpRequest, option: DeliveryOption, wrong: typed.WrongInput | NotValid) -> HttpResponse:
    problem = problem_in(_FORM, wrong, request.POST.dict())
    return _show(request, option, sent_way(request, option), problem=problem, status=422)


def _show(
    request: HttpRequest,
    option: DeliveryOption,
    form: WayForm,
    *,
    problem: Problem | None = None,
    looked_at: Carrying | None = None,
    status: int = 200,
) -> HttpResponse:
    market, now = Market.objects.get(pk=option.market_id), utc_now()
    # Whoever was told that somebody else was faster has seen what it is now.
    is_fresh = request.method != "POST" or (problem is not None and problem.field == "seen")
    values = {
        "market": market,
        "option": option,
        "form": form,
        "fields": form.fields,
        "problem": problem,
        "seen": seen_of(option) if is_fresh else request.POST.get("seen", ""),
        "kinds": [(code, say(spoken(), words)) for code, words in KINDS.items()],
        "duties": [(code, say(spoken(), words)) for code, words in DUTIES.items()],
        "divisors": [(each, f"÷ {each}" if each else say(spoken(), "no")) for each in DIVISORS],
        "flat": Money(option.cost, option.currency),
        "column_words": " · ".join(say(spoken(), heading) for heading in HEADINGS.values()),
        "scales": (),
        "preview": None,
    }
    if looked_at is not None:
        view, before = market_by_code(market.code, on=now.date()), as_terms(option)
        changed = give_carrying(option, looked_at)
        scales = scales_of(view, before, as_terms(changed), at=now)
        values |= {"scales": scales, "preview": preview_of_way(market, changed, at=now)}
    return pages.show(request, "markets/way.html", values, status=status)
