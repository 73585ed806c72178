"""Special notices: made, and taken down."""

from datetime import datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.answers.overview import market_of, show_answers
from tradewind.console.typed import Problem
from tradewind.core.staff import needs
from tradewind.core.words import LOCALES
from tradewind.lib.clock import utc_now
from tradewind.markets.announcing import LONGEST, Notice, announce, end_announcement
from tradewind.markets.models import Announcement

FORM: Final = "announcement"
_WRONG: Final = {
    "empty": gettext_noop("Please write it in at least one language."),
    "order": gettext_noop("It ends before it begins. Please choose a later last day."),
}


@needs("answers.change")
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    try:
        announce(_read(request), by=pages.actor_of(request), at=utc_now())
    except typed.WrongInput as wrong:
        problem = Problem(FORM, wrong.field, wrong.words, {name: str(value) for name, value in request.POST.items()})
        return show_answers(request, problem=problem, status=422)
    return pages.to_page("console:answers", done="announced")


@needs("answers.change")
@require_POST
def end(request: HttpRequest, announcement_id: int) -> HttpResponse:
    try:
        end_announcement(announcement_id, by=pages.actor_of(request), at=utc_now())
    except Announcement.DoesNotExist:
        raise Http404 from None
    return pages.to_page("console:answers", done="announcement-ended")


def _read(request: HttpRequest) -> Notice:
    """Raises WrongInput in words for everything that the person can put right."""
    texts: dict[str, str] = {}
    for language in LOCALES:
        text = typed.read_text(request.POST, f"text-{language}", longest=LONGEST, is_needed=False)
        texts |= {language: text} if text else {}
    first, last = typed.read_day(request.POST, "first"), typed.read_day(request.POST, "last")
    begins_at: datetime = typed.begin_of(first) if first else utc_now()
    notice = Notice(market_of(request), texts, begins_at, typed.end_of(last) if last else None)
    if not texts:
        raise typed.WrongInput("text-en", _WRONG["empty"])
    if notice.ends_at is not None and notice.ends_at <= begins_at:
        raise typed.WrongInput("last", _WRONG["order"])
    return notice
