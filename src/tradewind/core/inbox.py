"""The inbox: whatever comes from outside is stored raw, answered at once, and understood afterwards.

Connectors register a handler by source. It parses and calls one public activity, in the transaction that marks the
item as handled. Duplicates die on the unique (source, external id); what cannot be understood stays visible.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import structlog
from django.db import transaction

from tradewind.core import work
from tradewind.core.models import InboxItem

log = structlog.get_logger(__name__)
BATCH: Final = 10

Understand = Callable[[InboxItem, datetime], str]
_handlers: dict[str, Understand] = {}


class NoSuchSource(Exception):
    """Nobody is registered to understand this source."""


class BadSignature(Exception):
    """The notice was not sent by whom it names, or was changed on its way."""


class UnreadableNotice(Exception):
    """It was sent by whom it names, but it is not what their documentation describes."""


def register(source: str, handler: Understand) -> None:
    """`handler` gets the item and the time, and returns in a few words what came of it."""
    _handlers[source] = handler


def receive(source: str, external_id: str, body: bytes, *, headers: Mapping[str, str], at: datetime) -> bool:
    """Store what arrived. False when the same thing has arrived before; nothing else is checked here."""
    arrived = {"body": body, "headers": dict(headers), "due_at": at, "created_at": at}
    with transaction.atomic():
        _, is_new = InboxItem.objects.get_or_create(source=source, external_id=external_id, defaults=arrived)
    return is_new


def run_inbox(*, now: Callable[[], datetime]) -> int:
    """Understand a batch of items. Returns how many were handled, well or not."""
    rows = work.claim(InboxItem, now=now(), limit=BATCH)
    for row in rows:
        understand(row, now=now())
    return len(rows)


def understand(row: InboxItem, *, now: datetime) -> None:
    """Let the source's handler understand an item that was taken, and commit the outcome."""
    try:
        work.refuse_killers(row)
        handler = _handlers.get(row.source)
        if handler is None:
            raise NoSuchSource(row.source)
        with transaction.atomic():
            outcome = handler(row, now)
            work.finish(row, now=now, outcome=outcome[:200])
    except work.LeaseLost:
        log.info("inbox item was taken over", item=row.pk)
    except Exception as problem:  # noqa: BLE001  # the loop outlives any handler
        _note_failure(row, problem, now)


def _note_failure(row: InboxItem, problem: BaseException, now: datetime) -> None:
    log.warning("inbox item failed", source=row.source, item=row.pk, tries=row.tries, problem=str(problem))
    try:
        with transaction.atomic():
            work.fail(row, problem, now=now)
    except work.LeaseLost:
        log.info("inbox item was taken over", item=row.pk)
