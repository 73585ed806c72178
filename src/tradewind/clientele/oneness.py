"""Orders that staff merged are one for their buyer: asked of any of them, something is asked of all."""

from collections.abc import Collection

from tradewind.core.models import Todo
from tradewind.orders.changes import standing_for
from tradewind.orders.erasing import ASKED
from tradewind.orders.models import OrderChange


def one_with(order_id: int) -> set[int]:
    """The order that stands for this one, and all that it took in, at once or one after the other."""
    fresh = {standing_for(order_id)}
    found = set(fresh)
    while fresh:
        taken = OrderChange.objects.filter(order_id__in=fresh, kind=OrderChange.Kind.MERGED)
        fresh = {pk for pk in taken.values_list("other_id", flat=True) if pk is not None} - found
        found |= fresh
    return found


def open_requests(order_ids: Collection[int]) -> list[Todo]:
    """What their buyers asked to have erased and nobody has answered, the oldest first."""
    asked = Todo.objects.filter(kind=ASKED, subject_kind="order", subject_id__in=order_ids, state=Todo.State.OPEN)
    return list(asked.order_by("pk"))


def erasure_asked_of(order_id: int) -> Todo | None:
    """What was asked last of an order, or of one that is one with it, with what became of it."""
    asked = Todo.objects.filter(kind=ASKED, subject_kind="order", subject_id__in=one_with(order_id))
    return asked.order_by("-pk").first()
