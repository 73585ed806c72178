"""Alerts: who is told of what, and having somebody else told."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.alerting import receiving
from tradewind.alerting.kinds import KINDS, NOT_BY_MAIL
from tradewind.alerting.ports import WrongRobot, robots
from tradewind.alerting.queries import receivers
from tradewind.alerting.receiving import NameTaken, Place, Rules, TooMany
from tradewind.console import pages
from tradewind.console.account.again import asks_again
from tradewind.console.alerts import form, wording
from tradewind.console.typed import Problem, WrongInput
from tradewind.core.models import Staff
from tradewind.core.staff import needs
from tradewind.core.words import STAFF_LANGUAGES
from tradewind.lib.clock import utc_now
from tradewind.markets.shop import shop_profile

# What a new one is told of until somebody says otherwise.
_USUAL = {f"kind-{kind}": "on" for kind in KINDS} | form.USUAL


@needs("alerts.view")
@require_safe
def alerts_page(request: HttpRequest) -> HttpResponse:
    return _show(request)


@needs("alerts.change")
@asks_again("alerts.add")
@require_POST
def add_robot(request: HttpRequest) -> HttpResponse:
    """A second click finds what the first has made; the same robot with another secret has that from now on."""
    try:
        rules, place = form.read_rules(request.POST, by_mail=False), form.read_place(request.POST)
        return pages.to_page("console:alert-receiver", done="alert-added", receiver_id=_add(request, rules, place))
    except WrongInput as wrong:
        return _show(request, problem=form.problem_of(request, form.ROBOT, wrong), status=422)


@needs("alerts.change")
@asks_again("alerts.add")
@require_POST
def add_letters(request: HttpRequest) -> HttpResponse:
    try:
        rules = form.read_rules(request.POST, by_mail=True)
        place = Place("mail", staff=form.read_person(request.POST))
        return pages.to_page("console:alert-receiver", done="alert-added", receiver_id=_add(request, rules, place))
    except WrongInput as wrong:
        return _show(request, problem=form.problem_of(request, form.LETTERS, wrong), status=422)


def _add(request: HttpRequest, rules: Rules, place: Place) -> int:
    """Raises WrongInput."""
    staff, actor, now = pages.staff_of(request), pages.actor_of(request), utc_now()
    try:
        return receiving.add(rules=rules, place=place, answers=staff, by=actor, at=now).pk
    except NameTaken as taken:
        if not receiving.is_same(taken.other, place):
            raise form.refusal(taken) from None
        receiving.add_again(receiver=taken.other, rules=rules, place=place, answers=staff, by=actor, at=now)
        return taken.other.pk
    except (WrongRobot, TooMany) as problem:
        raise form.refusal(problem) from None


def _show(request: HttpRequest, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
    staff = pages.staff_of(request)
    usual = _USUAL | {"zone": shop_profile().zone, "language": STAFF_LANGUAGES.get(staff.language, "zh")}
    values = {
        "rows": [(row, wording.active_tag(row)) for row in receivers()],
        "words": wording,
        "robots": [(robot.code, wording.way_words(robot.code)) for robot in robots()],
        "people": Staff.objects.filter(is_active=True).order_by("name", "pk"),
        "kinds": wording.kinds_to_choose(by_mail=False),
        "kinds_by_mail": wording.kinds_to_choose(by_mail=True),
        "problem": problem,
        "otherwise": usual,
        "otherwise_by_mail": {name: on for name, on in usual.items() if name[5:] not in NOT_BY_MAIL},
    }
    return pages.show(request, "alerts/listing.html", values, status=status)
