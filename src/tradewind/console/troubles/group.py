"""Cases of one cause: who would get which letter in which language, with which code, one decision for many, and how far the worker is."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import labels, pages, typed
from tradewind.console.refusals import not_allowed
from tradewind.console.troubles.acts import DAYS_MOVED
from tradewind.console.troubles.wishes import AMOUNT, PERCENT, amount_field, read_codes, read_note, refused_codes
from tradewind.console.troubles.wording import cause_words
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import may, needs
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.messaging.moments.order_parts import language_of
from tradewind.messaging.rendering import Rendered
from tradewind.messaging.trouble_codes import CodesWish, TooGenerous, usual_code
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
from tradewind.shipping.trouble_limits import code_limits
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


@dataclass(frozen=True, slots=True)
class Said:
    """What whoever writes has typed and chosen for all of them."""

    note: str = ""
    codes: CodesWish | None = None


@needs("orders.view")
@require_safe
def group_page(request: HttpRequest, trouble_group_id: int) -> HttpResponse:
    return _show(request, trouble_group_id, Said(request.GET.get("note", "")[:LONGEST_NOTE]))


@needs("messages.answer")
@require_POST
def tell_many(request: HttpRequest, trouble_group_id: int) -> HttpResponse:
    """Those that were looked at with the days that were read, and nobody who was told meanwhile."""
    _found(trouble_group_id)
    chosen = _read(request)
    said = Said(request.POST.get("note", "")[:LONGEST_NOTE])
    try:
        said = Said(read_note(request), read_codes(request, _currencies(trouble_group_id, chosen)))
        if said.codes is not None and not may(pages.staff_of(request), "codes.change"):
            return not_allowed(request)
        if "preview" in request.POST:
            return _show(request, trouble_group_id, said)
        told_of = want_told(
            group_id=trouble_group_id,
            read=chosen,
            note=said.note,
            by=pages.actor_of(request),
            at=utc_now(),
            codes=said.codes,
        )
        if not told_of:
            raise typed.WrongInput("case", _NOBODY)
    except (typed.WrongInput, TooGenerous, DaysMoved, TooEarly) as problem:
        return _refuse(request, trouble_group_id, said, problem)
    return pages.to_page("console:trouble-group", done="troubles-told", trouble_group_id=trouble_group_id)


def _refuse(request: HttpRequest, group_id: int, said: Said, why: Exception) -> HttpResponse:
    """As it was typed, without the code: what is wrong may be that. Nobody is told."""
    match why:
        case typed.WrongInput():
            wrong = why
        case TooGenerous():
            wrong = refused_codes(why)
        case _:
            wrong = typed.WrongInput("case", DAYS_MOVED)
    problem = Problem(FORM, wrong.field, wrong.words, request.POST.dict())
    # Who is told, and when, has changed meanwhile; all else was typed so.
    status = 409 if wrong.field == "case" else 422
    return _show(request, group_id, Said(said.note), problem=problem, status=status)


def _currencies(group_id: int, chosen: Collection[int]) -> list[str]:
    """In which those have paid who are chosen and can be told."""
    rows = untold(group_id).filter(pk__in=chosen).order_by("order__currency")
    return list(rows.values_list("order__currency", flat=True).distinct())


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
    request: HttpRequest, group_id: int, said: Said, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    group, now = _found(group_id), utc_now()
    cases, further = cases_of_group(group_id, after=typed.read_key(request.GET, "after"))
    ticked = set(_read(request)) if request.method == "POST" else None
    rows = _rows(cases, ticked, now)
    chosen = [row for row in rows if row.is_chosen]
    counts = Counter(row.language for row in chosen)
    open_cases = Trouble.objects.filter(group=group, closed_at__isnull=True)
    values = {
        **_codes(request, chosen, said),
        "group": group,
        "cause": cause_words(group.cause, words.spoken()),
        "lane": group.notice or group.carrier,
        "rows": rows,
        "chosen": len(chosen),
        "untold": untold(group_id).count(),
        "under_way": open_cases.filter(wanted_at__isnull=False).count(),
        "told": open_cases.filter(told_at__isnull=False).count(),
        "languages": [(labels.tag("language", code).words, number) for code, number in sorted(counts.items())],
        "letters": _letters(chosen, said, now),
        "note": said.note,
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


def _codes(request: HttpRequest, chosen: list[Row], said: Said) -> dict[str, Any]:
    """What a code for each of them may give, and what was chosen."""
    currencies = sorted({row.case.order.currency for row in chosen})
    amounts = said.codes.amounts if said.codes else {}
    return {
        "may_give_code": may(pages.staff_of(request), "codes.change"),
        "codes": said.codes,
        "chosen_gives": (AMOUNT if amounts else PERCENT) if said.codes else "",
        "code_amounts": [(amount_field(code), code, Money(amounts.get(code, 0), code)) for code in currencies],
        "usual_code": usual_code(),
        "code_limits": code_limits(),
    }


def _letters(chosen: list[Row], said: Said, now: datetime) -> list[Letter]:
    """One in each language, as its first reader would get it. Raises TooGenerous."""
    firsts: dict[str, Row] = {}
    for row in sorted(chosen, key=lambda row: not row.is_ticked):
        firsts.setdefault(row.language, row)
    letters = []
    for _, row in sorted(firsts.items()):
        code = said.codes.of(row.case.order) if said.codes and row.is_ticked else None
        seen = prospect(row.case, at=now, wish=Wish(note=said.note, code=code))
        days = (row.case.pk, seen.news.arrives) if seen.news.arrives and row.days is None else None
        text = preview(seen)
        letters.append(Letter(text.language, labels.tag("language", text.language).words, text, days))
    return letters
