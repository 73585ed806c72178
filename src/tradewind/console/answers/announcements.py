"""Special notices: written, looked at, announced, changed and taken down. Whom they hit and who is told: `noticing.py`."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages, typed
from tradewind.console.answers.notice_form import (
    EFFECTS,
    KINDS,
    choices,
    proposed,
    read_notice,
    typed_in,
    typed_of,
    with_words,
)
from tradewind.console.answers.notice_preview import Preview, preview_of
from tradewind.console.answers.noticing import hits_part
from tradewind.console.typed import Problem
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.markets.announcing import LONGEST, LONGEST_TITLE, announce, as_row, change_announcement, end_announcement
from tradewind.markets.models import Announcement
from tradewind.shipping.notice_proposing import Occasion, next_holiday

FORM: Final = "announcement"


@needs("answers.change")
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """An empty form; with ?proposal the next holiday's, filled in."""
    holiday = next_holiday(at=utc_now()) if "proposal" in request.GET else None
    return _show(request, proposed(holiday) if holiday else proposed(Occasion("festival", "nothing")))


@needs("answers.change")
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Words are proposed, the notice is looked at, or it is announced: which, says the button."""
    answer = _looked_at(request, None)
    if answer is not None:
        return answer
    row = announce(read_notice(request.POST, now=utc_now()), by=pages.actor_of(request), at=utc_now())
    if not row.acts:
        return pages.to_page("console:answers", done="announced")
    return pages.to_page("console:announcement", done="announced", announcement_id=row.pk)


@needs("answers.view")
@require_safe
def notice_page(request: HttpRequest, announcement_id: int) -> HttpResponse:
    row = _found(announcement_id)
    return _show(request, typed_of(row), row=row)


@needs("answers.change")
@require_POST
def change(request: HttpRequest, announcement_id: int) -> HttpResponse:
    row = _found(announcement_id)
    answer = _looked_at(request, row)
    if answer is not None:
        return answer
    notice = read_notice(request.POST, now=utc_now(), begun_at=row.begins_at)
    change_announcement(row.pk, notice, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:announcement", done="announcement-changed", announcement_id=row.pk)


@needs("answers.change")
@require_POST
def end(request: HttpRequest, announcement_id: int) -> HttpResponse:
    try:
        end_announcement(announcement_id, by=pages.actor_of(request), at=utc_now())
    except Announcement.DoesNotExist:
        raise Http404 from None
    return pages.to_page("console:answers", done="announcement-ended")


def _looked_at(request: HttpRequest, row: Announcement | None) -> HttpResponse | None:
    """The form again, with words, a preview or what is wrong with it; None where all is right and meant to be saved."""
    form, act, now = typed_in(request.POST), request.POST.get("action", "save"), utc_now()
    try:
        if act == "propose":
            return _show(request, with_words(form, request.POST), row=row)
        notice = read_notice(request.POST, now=now, begun_at=row.begins_at if row else None)
    except typed.WrongInput as wrong:
        problem = Problem(FORM, wrong.field, wrong.words, {})
        return _show(request, form, row=row, problem=problem, status=422)
    if act == "save":
        return None
    supposed = as_row(notice)
    supposed.pk = row.pk if row else None
    supposed.said_at = row.said_at if row else now
    return _show(request, form, row=row, preview=preview_of(supposed, pages.reach_of(request), at=now))


def _show(
    request: HttpRequest,
    form: dict[str, Any],
    *,
    row: Announcement | None = None,
    preview: Preview | None = None,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    values = {
        "form": form,
        "row": row,
        "preview": preview,
        "problem": problem,
        "choices": choices(),
        "kinds": KINDS,
        "effects": EFFECTS,
        "longest": LONGEST,
        "longest_title": LONGEST_TITLE,
        **(hits_part(request, row) if row is not None else {}),
    }
    return pages.show(request, "answers/notice.html", values, status=status)


def _found(announcement_id: int) -> Announcement:
    row = Announcement.objects.filter(pk=announcement_id).first()
    if row is None:
        raise Http404
    return row
