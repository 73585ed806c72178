"""One of those who are told: the rules, a test with its answer, and what was sent."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.alerting import receiving, trying
from tradewind.alerting.models import Receiver
from tradewind.alerting.ports import WrongRobot
from tradewind.alerting.queries import NoSuchReceiver, notes_of, receiver_of
from tradewind.alerting.receiving import NameTaken
from tradewind.console import pages, typed
from tradewind.console.account.again import asks_again
from tradewind.console.alerts import form, wording
from tradewind.console.settings.panel import tell
from tradewind.console.typed import Problem, WrongInput
from tradewind.core.panels import Step
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now

_PAGE = 30


@needs("alerts.view")
@require_safe
def receiver_page(request: HttpRequest, receiver_id: int) -> HttpResponse:
    return _show(request, _row(receiver_id))


@needs("alerts.change")
@asks_again("alerts.save")
@require_POST
def save(request: HttpRequest, receiver_id: int) -> HttpResponse:
    row = _row(receiver_id)
    try:
        receiving.change(
            receiver=row,
            rules=form.read_rules(request.POST, by_mail=row.is_mail),
            answers=pages.staff_of(request),
            to=form.read_new_place(request.POST, row.way),
            by=pages.actor_of(request),
            at=utc_now(),
        )
    except (WrongRobot, NameTaken) as problem:
        return _show(request, row, problem=form.problem_of(request, form.CHANGE, form.refusal(problem)), status=422)
    except WrongInput as wrong:
        return _show(request, row, problem=form.problem_of(request, form.CHANGE, wrong), status=422)
    return pages.to_page("console:alert-receiver", done="alert-saved", receiver_id=receiver_id)


@needs("alerts.change")
@require_POST
def switch(request: HttpRequest, receiver_id: int) -> HttpResponse:
    is_on = request.POST.get("on") == "yes"
    receiving.switch(receiver=_row(receiver_id), on=is_on, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:alert-receiver", done="alert-on" if is_on else "alert-off", receiver_id=receiver_id)


@needs("alerts.change")
@require_POST
def remove(request: HttpRequest, receiver_id: int) -> HttpResponse:
    receiving.remove(receiver=_row(receiver_id), by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:alerts", done="alert-removed")


@needs("alerts.change")
@require_POST
def test(request: HttpRequest, receiver_id: int) -> HttpResponse:
    """At once, while somebody waits: as far as the other side, then a message."""
    row = _row(receiver_id)
    return _show(request, row, steps=trying.try_out(row, now=utc_now))


@needs("alerts.change")
@require_POST
def send_again(request: HttpRequest, receiver_id: int, note_id: int) -> HttpResponse:  # noqa: ARG001  # every view takes it
    note = _row(receiver_id).notes.filter(pk=note_id).first()
    if note is None:
        raise Http404
    try:
        receiving.send_again(note=note, at=utc_now())
    except receiving.SwitchedOff:
        return pages.to_page("console:alert-receiver", done="gone", receiver_id=receiver_id)
    except receiving.OutOfReach:
        return pages.to_page("console:alert-receiver", done="alert-out-of-reach", receiver_id=receiver_id)
    return pages.to_page("console:alert-receiver", done="alert-sent", anchor="said", receiver_id=receiver_id)


def _row(receiver_id: int) -> Receiver:
    try:
        return receiver_of(receiver_id)
    except NoSuchReceiver:
        raise Http404 from None


def _show(
    request: HttpRequest,
    row: Receiver,
    *,
    problem: Problem | None = None,
    steps: list[Step] | None = None,
    status: int = 200,
) -> HttpResponse:
    after = typed.read_id(request.GET, "after") or None
    page = notes_of(row, after=after, size=_PAGE)
    values = {
        "row": row,
        "state": wording.active_tag(row),
        "words": wording,
        "notes": [(note, wording.state_tag(note.state)) for note in page.rows],
        "older": page.older,
        "is_first": after is None,
        "kinds": wording.kinds_to_choose(by_mail=row.is_mail),
        "problem": problem,
        "steps": tell(steps) if steps else [],
        "went_well": bool(steps) and all(step.is_good for step in steps or []),
        "otherwise": form.typed_of(row),
    }
    return pages.show(request, "alerts/detail.html", values, status=status)
