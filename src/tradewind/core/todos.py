"""To-dos: any module may ask for a person's hand. The desk and Today show them."""

from datetime import datetime
from typing import Any

from django.db import transaction

from tradewind.core.models import Staff, Todo
from tradewind.core.trail import write_audit


class AlreadyFinished(Exception):
    """Somebody else was faster."""


def ask_for_hand(  # each is a column, and all are named where it is called
    kind: str,
    *,
    subject: tuple[str, int],
    account_id: int | None,
    due_at: datetime,
    at: datetime,
    facts: dict[str, Any] | None = None,
) -> Todo:
    """Open a to-do, or return the open one of the same kind and subject with the earlier due time kept.

    `account_id` is the shop account whose buyer it is about, None where it concerns everybody.
    """
    todo, created = Todo.objects.get_or_create(
        kind=kind,
        subject_kind=subject[0],
        subject_id=subject[1],
        state=Todo.State.OPEN,
        defaults={"account_id": account_id, "due_at": due_at, "created_at": at, "facts": facts or {}},
    )
    if not created and due_at < todo.due_at:
        with transaction.atomic():
            Todo.objects.filter(pk=todo.pk, due_at__gt=due_at).update(due_at=due_at)
        todo.refresh_from_db(fields=["due_at"])
    return todo


def finish(todo: Todo, *, by: Staff | None, at: datetime, dropped: bool = False) -> None:
    """Close by a person, or by a fact when `by` is None. Raises AlreadyFinished."""
    state = Todo.State.DROPPED if dropped else Todo.State.DONE
    with transaction.atomic():
        mine = Todo.objects.filter(pk=todo.pk, state=Todo.State.OPEN)
        if not mine.update(state=state, finished_at=at, finished_by=by):
            raise AlreadyFinished
        if by is not None:
            write_audit(f"todo.{state}", subject=("todo", todo.pk), by=f"staff:{by.pk}", at=at)


def settle_by_fact(kind: str, *, subject: tuple[str, int], at: datetime) -> int:
    """Close the open to-dos of a kind about a subject, because what they asked for has happened."""
    waiting = Todo.objects.filter(kind=kind, subject_kind=subject[0], subject_id=subject[1], state=Todo.State.OPEN)
    return waiting.update(state=Todo.State.DONE, finished_at=at)
