"""A new version of a rule: typed, looked at, and then begun. The one before ends where it begins."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from tradewind.console import pages, typed
from tradewind.console.markets.detail import show_market
from tradewind.console.markets.previewing import Preview, preview_of
from tradewind.console.markets.problems import problem_in
from tradewind.console.markets.queries import rule_on
from tradewind.console.markets.rule_form import NEW, VALUE_FIELDS, fields_of, read_version
from tradewind.console.markets.wording import KEYS, key_words, value_words
from tradewind.console.typed import Problem
from tradewind.core.staff import NotValid, needs
from tradewind.core.words import LOCALES
from tradewind.lib.charging import Base, Collected, Kind, Sort
from tradewind.lib.clock import utc_now
from tradewind.markets.charges import PREFIX
from tradewind.markets.models import Market, MarketRule
from tradewind.markets.ruling import CONFIDENCES, RETURN_PAYERS, RuleVersion, begin_rule, check_rule, end_rule

_FORM = "rule"
_KNOWN = gettext_noop("There is such a rule already: give it a new version instead.")


@needs("markets.change")
@require_http_methods(["GET", "HEAD", "POST"])
def rule_page(request: HttpRequest, market_id: int, key: str) -> HttpResponse:
    """The form; posted with action=preview what it would change, with action=save the version begins."""
    market = _market(market_id)
    if key != NEW and key not in KEYS and not key.startswith(PREFIX):
        raise Http404
    if request.method != "POST":
        return _show(request, market, key, fields_of(_present(market, key), key=key, today=utc_now().date()))
    fields = request.POST.dict()
    try:
        version = read_version(fields, key)
        if key == NEW and MarketRule.objects.filter(market=market, key=version.key).exists():
            raise typed.WrongInput("charge_key", _KNOWN)
        check_rule(market, version)
        if fields.get("action") == "save":
            begin_rule(market=market, version=version, at=utc_now(), by=pages.actor_of(request))
            return pages.to_page("console:market", done="rule", anchor="rules", market_id=market_id)
    except (typed.WrongInput, NotValid) as wrong:
        return _show(request, market, key, fields, problem=problem_in(_FORM, _named(wrong, key), fields), status=422)
    return _show(request, market, key, fields, version=version)


@needs("markets.change")
@require_POST
def end(request: HttpRequest, market_id: int, key: str) -> HttpResponse:
    """Let the version that holds end on a day, without a successor."""
    market = _market(market_id)
    rule = MarketRule.objects.filter(market=market, pk=typed.read_id(request.POST, "rule"), key=key).first()
    if rule is None:
        raise Http404
    try:
        day = typed.read_day(request.POST, "valid_to") or utc_now().date()
        end_rule(rule=rule, on=day, at=utc_now(), by=pages.actor_of(request))
    except (typed.WrongInput, NotValid) as wrong:
        problem = problem_in(f"end-{rule.pk}", wrong, request.POST.dict())
        return show_market(request, market_id, problem=problem, status=422)
    return pages.to_page("console:market", done="rule-ended", anchor="rules", market_id=market_id)


def _show(  # noqa: PLR0913
    request: HttpRequest,
    market: Market,
    key: str,
    fields: dict[str, str],
    *,
    problem: Problem | None = None,
    version: RuleVersion | None = None,
    status: int = 200,
) -> HttpResponse:
    present = _present(market, key)
    preview: Preview | None = preview_of(market, version) if version is not None else None
    values = {
        "market": market,
        "key": key,
        "is_charge": key == NEW or key.startswith(PREFIX),
        "is_new": key == NEW,
        "name": key_words(key, present.value if present else None),
        "present": present,
        "present_words": value_words(key, present.value, market.currency) if present else "",
        "next_words": value_words(version.key, version.value, market.currency) if version else "",
        "fields": fields,
        "languages": list(LOCALES),
        "codes": {"sort": list(Sort), "kind": list(Kind), "collected": list(Collected), "base": list(Base)},
        "confidences": CONFIDENCES,
        "payers": RETURN_PAYERS,
        "problem": problem,
        "version": version,
        "preview": preview,
    }
    return pages.show(request, "markets/rule.html", values, status=status)


def _market(market_id: int) -> Market:
    market = Market.objects.filter(pk=market_id).first()
    if market is None:
        raise Http404
    return market


def _present(market: Market, key: str) -> MarketRule | None:
    return rule_on(market, key, on=utc_now().date())


def _named(wrong: typed.WrongInput | NotValid, key: str) -> typed.WrongInput | NotValid:
    """The value of a rule that is no charge has one field, with a name that says what to type."""
    if isinstance(wrong, NotValid) and wrong.field == "value" and key in VALUE_FIELDS:
        return NotValid(VALUE_FIELDS[key], wrong.words)
    return wrong
