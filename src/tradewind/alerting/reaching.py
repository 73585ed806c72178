"""Whether a message may still leave. It was allowed when it was written; since then somebody may have left, or been given other
accounts or another role.
"""

from tradewind.alerting.kinds import FIGURES
from tradewind.alerting.models import Note


def may_leave(note: Note) -> bool:
    """Is its receiver on, and may its person see all that stands in it? A test says nothing."""
    return note.is_test or (note.receiver.is_active and is_within_reach(note))


def is_within_reach(note: Note) -> bool:
    receiver = note.receiver
    if note.figures_on is not None:
        counted = note.counted
        holds = receiver.reach.is_whole if counted is None else all(map(receiver.reach.holds, counted))
        return holds and receiver.may_hear(FIGURES, None)
    about = list(note.alerts.order_by("pk").values_list("kind", "account_id"))
    return bool(about) and all(receiver.may_hear(kind, account_id) for kind, account_id in about)


def drop(note: Note) -> None:
    """In the caller's transaction: it does not leave. What it was about is told anew, in a message of what may be seen by then;
    but not what was switched off, nor what may have arrived.
    """
    is_told_anew = note.receiver.is_active and not note.is_uncertain
    if is_told_anew:
        note.alerts.update(is_done=False, note=None)
        note.figures_on = None
    note.state, note.message_id = Note.State.DROPPED, None
    note.save(update_fields=["state", "message_id", "figures_on"])
