"""From things to be told to one message: each in a line with the page that helps, in the language of who reads it.

Whatever is over by the time the message is written is left out: nobody is woken for what has been done.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_noop

from tradewind.alerting.kinds import ASKED, KINDS, LATE, MACHINE, MAIL, MONEY, RISK, STOCK, TROUBLE
from tradewind.alerting.models import Alert, Note
from tradewind.alerting.ports import Card, Link, Robot, told_todos
from tradewind.catalog.models import Variant
from tradewind.core.models import Todo
from tradewind.core.queries import TodoRow
from tradewind.core.words import colon, say, say_many, speaking, spoken
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.promises.wording import promise_words
from tradewind.shipping.models import Trouble

MOST_LINES: Final = 10
LONGEST: Final = 160
# In every message: a robot may be set up to take only what has a certain word.
NAME: Final = "Tradewind"
LABELS: Final = {
    MACHINE: gettext_noop("Machine"),
    MONEY: gettext_noop("Money"),
    LATE: gettext_noop("Late"),
    RISK: gettext_noop("At risk"),
    TROUBLE: gettext_noop("Trouble"),
    STOCK: gettext_noop("Sold out"),
    MAIL: gettext_noop("Mail"),
    ASKED: gettext_noop("To do"),
}
_MORE: Final = gettext_noop("And {number} more.")
_OPEN_ALL: Final = gettext_noop("Open them all")
_SAME: Final = gettext_noop("More of the same: {words}")
# Larger than any number that a note will have: its address is as long as it can get.
_ANY_NOTE: Final = 9_999_999_999


@dataclass(frozen=True, slots=True)
class Line:
    words: str
    path: str


def told(alerts: Sequence[Alert], language: str, *, now: datetime) -> dict[int, Line]:
    """By alert, without those that are over. A few statements, however many there are."""
    with speaking(language):
        found = _todos(alerts, now) | _promises(alerts, language) | _variants(alerts)
    found |= {
        alert.pk: Line(alert.facts["words"].get(language, ""), reverse("console:work"))
        for alert in alerts
        if alert.subject_kind == "machine"
    }
    return {
        alert.pk: Line(_labelled(alert.kind, found[alert.pk].words, language), found[alert.pk].path)
        for alert in alerts
        if alert.pk in found
    }


def body_of(alerts: Iterable[Alert], lines: dict[int, Line], language: str) -> dict[str, Any]:
    """As a note keeps it: the most urgent first, of the same urgency the older first."""
    order = sorted(alerts, key=lambda alert: (KINDS.index(alert.kind), alert.created_at, alert.pk))
    shown = [lines[alert.pk] for alert in order]
    title = say_many(language, "{number} thing needs you", "{number} things need you", len(shown))
    kept = [[line.words, line.path] for line in shown[:MOST_LINES]]
    return {"title": f"{NAME}{colon(language)}{title}", "lines": kept, "more": len(shown) - len(kept)}


def fitted(body: dict[str, Any], language: str, robot: Robot) -> dict[str, Any]:
    """With as many lines as the robot takes; the rest is counted."""
    while len(body["lines"]) > 1 and not robot.fits(_card(body, _ANY_NOTE, language)):
        body = body | {"lines": body["lines"][:-1], "more": body["more"] + 1}
    return body


def card_of(note: Note) -> Card:
    return _card(note.body, note.pk, note.receiver.language)


def more_words(number: int, language: str) -> str:
    return say(language, _MORE, number=number) if number else ""


def _card(body: dict[str, Any], note_id: int, language: str) -> Card:
    address = body.get("open") or reverse("console:alert-note", kwargs={"note_id": note_id})
    return Card(
        title=body["title"],
        lines=tuple(Link(words, f"{settings.BASE_URL}{path}") for words, path in body["lines"]),
        more=more_words(body["more"], language),
        open=Link(body.get("open_words") or say(language, _OPEN_ALL), f"{settings.BASE_URL}{address}"),
        is_bad=body.get("is_bad", True),
    )


def _labelled(kind: str, words: str, language: str) -> str:
    whole = f"{say(language, LABELS[kind])}{colon(language)}{words}"
    return whole if len(whole) <= LONGEST else f"{whole[: LONGEST - 1]}…"


def _todos(alerts: Sequence[Alert], now: datetime) -> dict[int, Line]:
    by_todo = _by_todo(alerts)
    if not by_todo:
        return {}
    rows = [
        TodoRow(row.pk, row.kind, (row.subject_kind, row.subject_id), row.facts, row.due_at, row.created_at)
        for row in Todo.objects.filter(pk__in=by_todo, state=Todo.State.OPEN).order_by("pk")
    ]
    refs = _refs(row.subject[1] for row in rows if row.subject[0] == "order")
    said = {each.id: each for each in told_todos(rows, now=now)}
    return {
        by_todo[row.id].pk: Line(
            _with_ref(
                refs.get(row.subject[1], "") if row.subject[0] == "order" else "",
                _again(by_todo[row.id], said[row.id].words),
            ),
            said[row.id].address or reverse("console:today"),
        )
        for row in rows
    }


def _by_todo(alerts: Sequence[Alert]) -> dict[int, Alert]:
    """Each to-do once, in its own alert where that is among them: its words say how many cases there are."""
    further = [alert.facts["trouble"] for alert in alerts if "trouble" in alert.facts]
    open_ones = (
        Trouble.objects.filter(pk__in=further, closed_at=None, handled_at=None) if further else Trouble.objects.none()
    )
    waiting = set(open_ones.values_list("pk", flat=True))
    found: dict[int, Alert] = {}
    for alert in sorted(alerts, key=lambda alert: ("trouble" in alert.facts, alert.pk)):
        if "todo" in alert.facts and ("trouble" not in alert.facts or alert.facts["trouble"] in waiting):
            found.setdefault(alert.facts["todo"], alert)
    return found


def _again(alert: Alert, words: str) -> str:
    return say(spoken(), _SAME, words=words) if "trouble" in alert.facts else words


def _promises(alerts: Sequence[Alert], language: str) -> dict[int, Line]:
    meant = [alert for alert in alerts if alert.subject_kind == "promise"]
    if not meant:
        return {}
    rows = Promise.objects.in_bulk([alert.subject_id for alert in meant])
    refs = _refs(row.order_id for row in rows.values() if row.order_id)
    found = {}
    for alert in meant:
        promise = rows.get(alert.subject_id)
        if promise is not None and promise.order_id in refs and _still_holds(alert.kind, promise):
            page = reverse("console:order", kwargs={"order_id": promise.order_id})
            anchor = "#dispatch" if promise.kind == Promise.Kind.DISPATCH else ""
            words = _with_ref(refs[promise.order_id], promise_words(promise, language))
            found[alert.pk] = Line(words, page + anchor)
    return found


def _still_holds(kind: str, promise: Promise) -> bool:
    if kind == RISK:
        return promise.state == Promise.State.MADE and promise.is_at_risk
    return promise.state == Promise.State.BROKEN and promise.is_owed


def _variants(alerts: Sequence[Alert]) -> dict[int, Line]:
    meant = [alert for alert in alerts if alert.subject_kind == "variant"]
    if not meant:
        return {}
    rows = Variant.objects.in_bulk([alert.subject_id for alert in meant])
    gone = {pk: row for pk, row in rows.items() if row.available <= 0}
    return {
        alert.pk: Line(
            gone[alert.subject_id].sku,
            reverse("console:product", kwargs={"product_id": gone[alert.subject_id].product_id}),
        )
        for alert in meant
        if alert.subject_id in gone
    }


def _refs(order_ids: Iterable[int | None]) -> dict[int | None, str]:
    return dict(Order.objects.filter(pk__in={pk for pk in order_ids if pk}).values_list("pk", "ref"))


def _with_ref(ref: str, words: str) -> str:
    return f"{ref} · {words}" if ref else words
