"""What an alert was about, on a phone: each thing as it is now, with the page on which it is mended.

Whoever was told opens it, so it shows everybody what their own role and accounts let them see, and nothing else.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.alerting.composing import Line, told
from tradewind.alerting.kinds import KINDS, ability_of
from tradewind.alerting.models import Alert, Note
from tradewind.alerting.queries import NoSuchNote, alerts_of, note_of
from tradewind.console import pages
from tradewind.core.staff import may, needs
from tradewind.core.words import spoken
from tradewind.lib.clock import utc_now


@dataclass(frozen=True, slots=True)
class Shown:
    """`line` is None where it is over."""

    alert: Alert
    line: Line | None


@needs("today.view")
@require_safe
def note_page(request: HttpRequest, note_id: int) -> HttpResponse:
    note = _note(note_id)
    seen = [alert for alert in alerts_of(note) if _may_see(request, alert)]
    if not seen and not may(pages.staff_of(request), "alerts.view"):
        raise Http404
    lines = told(seen, spoken(), now=utc_now())
    rows = sorted((Shown(alert, lines.get(alert.pk)) for alert in seen), key=_place)
    left = sum(row.line is not None for row in rows)
    return pages.show(request, "alerts/note.html", {"note": note, "rows": rows, "left": left})


def _place(row: Shown) -> tuple[bool, int]:
    """What is left first, and of that the most urgent."""
    return row.line is None, KINDS.index(row.alert.kind)


def _note(note_id: int) -> Note:
    try:
        return note_of(note_id)
    except NoSuchNote:
        raise Http404 from None


def _may_see(request: HttpRequest, alert: Alert) -> bool:
    staff = pages.staff_of(request)
    return pages.reach_of(request).holds(alert.account_id) and may(staff, ability_of(alert.kind))
