"""Cases of one cause: who would get which letter in which language, one decision for many, and how far the worker is."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import labels, pages, typed
from tradewind.console.troubles.acts import DAYS_MOVED
from tradewind.console.troubles.wording import cause_words
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.messaging.moments.order_parts import language_of
from tradewind.messaging.rendering import Rendered
from tradewind.messaging.trouble_prospects import (
    Days,
    DaysMoved,
    TooEarly,
    Wish,
    can_be_told,
    days_of,
    preview,
    prospect,
)
from tradewind.messaging.trouble_telling import LONGEST_NOTE, untold, want_told
from tradewind.promises.wording import range_words
from tradewind.shipping.models import Trouble, TroubleGroup
from tradewind.shipping.trouble_queries import cases_of_group

FORM: Final = "many"
_NOBODY: Final = gettext_noop("Nobody is chosen, or all of them have been told meanwhile.")


@dataclass(frozen=True, slots=True)
class Row:
    """A case in the list. `days` are those that its buyer would be told; `is_ticked`: it may be told, and nobody took it out."""

    case: Trouble
    language: str
    days: Days | None
    is_chosen: bool
    is_ticked: bool

    @property
    def in_words(self) -> str:
        return range_words(*self.days, words.spoken()) if self.days else ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One as it would leave. `days`: where the list of cases does not show them, as of (case, days)."""

    language: str
    name: str
    text: Rendered
    days: tuple[int, Days] | None


@needs("orders.view")
@require_safe
def group_page(request: HttpRequest, trouble_group_id: int) -> HttpResponse:
    return _show(request, trouble_group_id, note=request.GET.get("note", "")[:LONGEST_NOTE])


@needs("messages.answer")
@require_POST
def tell_many(request: HttpRequest, trouble_group_id: int) -> HttpResponse:
    """Those that were looked at with the days that were read, and nobody who was told meanwhile."""
    _found(trouble_group_id)
    note = request.POST.get("note", "").replace("\r\n", "\n").strip()
    chosen = _read(request)
    if len(note) > LONGEST_NOTE:
        told = words.say(words.spoken(), gettext_noop("At most {longest} characters, please."), longest=LONGEST_NOTE)
        return _show(request, trouble_group_id, note=note, problem=Problem(FORM, "note", told, {}), status=422)
    if "preview" in request.POST:
        return _show(request, trouble_group_id, note=note)
    by, now = pages.actor_of(request), utc_now()
    try:
        told_of = want_told(group_id=trouble_group_id, read=chosen, note=note, by=by, at=now)
    except (DaysMoved, TooEarly):
        problem = Problem(FORM, "case", words.say(words.spoken(), DAYS_MOVED), {})
        return _show(request, trouble_group_id, note=note, problem=problem, status=409)
    if not told_of:
        problem = Problem(FORM, "case", words.say(words.spoken(), _NOBODY), {})
        return _show(request, trouble_group_id, note=note, problem=problem, status=409)
    return pages.to_page("console:trouble-group", done="troubles-told", trouble_group_id=trouble_group_id)


def _read(request: HttpRequest) -> dict[int, Days | None]:
    """Who is ticked, with the days that stood beside."""
    numbers = (typed.read_id({"id": each}, "id") for each in request.POST.getlist("case"))
    return {number: _days(request.POST.get(f"days-{number}", "")) for number in numbers if number}


def _days(shown: str) -> Days | None:
    """As the form carries them; others than ours are none, and are found to have moved."""
    first, _, last = shown.partition("/")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None


def _found(group_id: int) -> TroubleGroup:
    group = TroubleGroup.objects.select_related("account").filter(pk=group_id).first()
    if group is None:
        raise Http404
    return group


def _show(
    request: HttpRequest, group_id: int, *, note: str, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    group, now = _found(group_id), utc_now()
    cases, further = cases_of_group(group_id, after=typed.read_key(request.GET, "after"))
    ticked = set(_read(request)) if request.method == "POST" else None
    rows = _rows(cases, ticked, now)
    chosen = [row for row in rows if row.is_chosen]
    counts = Counter(row.language for row in chosen)
    open_cases = Trouble.objects.filter(group=group, closed_at__isnull=True)
    values = {
        "group": group,
        "cause": cause_words(group.cause, words.spoken()),
        "lane": group.notice or group.carrier,
        "rows": rows,
        "chosen": len(chosen),
        "untold": untold(group_id).count(),
        "under_way": open_cases.filter(wanted_at__isnull=False).count(),
        "told": open_cases.filter(told_at__isnull=False).count(),
        "languages": [(labels.tag("language", code).words, number) for code, number in sorted(counts.items())],
        "letters": _letters(chosen, note, now),
        "note": note,
        "longest": LONGEST_NOTE,
        "further": typed.write_key(further) if further else "",
        "is_first": "after" not in request.GET,
        "problem": problem,
    }
    return pages.show(request, "troubles/group.html", values, status=status)


def _rows(cases: list[Trouble], ticked: Collection[int] | None, now: datetime) -> list[Row]:
    """`ticked` None: nobody has chosen yet, all are."""
    days = days_of(cases, at=now)
    return [
        Row(
            case=case,
            language=language_of(case.order),
            days=days.get(case.pk),
            is_chosen=case.told_at is None and case.wanted_at is None and can_be_told(case),
            is_ticked=ticked is None or case.pk in ticked,
        )
        for case in cases
    ]


def _letters(chosen: list[Row], note: str, now: datetime) -> list[Letter]:
    """One in each language, as its first reader would get it."""
    firsts: dict[str, Row] = {}
    for row in sorted(chosen, key=lambda row: not row.is_ticked):
        firsts.setdefault(row.language, row)
    letters = []
    for _, row in sorted(firsts.items()):
        seen = prospect(row.case, at=now, wish=Wish(note=note))
        days = (row.case.pk, seen.news.arrives) if seen.news.arrives and row.days is None else None
        text = preview(seen)
        letters.append(Letter(text.language, labels.tag("language", text.language).words, text, days))
    return letters
