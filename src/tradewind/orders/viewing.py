"""Views of the list of orders: kept, renamed, put in order, taken away. Each is its owner's; some are for everybody.

Whoever may share views may also change those of others that are shared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from tradewind.core.models import Staff
from tradewind.core.rows import update_each
from tradewind.core.staff import may
from tradewind.core.trail import write_audit
from tradewind.orders.models import OrderColumns, OrderView

SHARING: Final = "orders.share_views"
LONGEST_NAME: Final = 60
MOST: Final = 30


class NameTaken(Exception):
    """The owner has a view of this name."""


class TooManyViews(Exception):
    """Nobody finds anything among more than MOST."""


class ViewChanged(Exception):
    """The view is another one than was looked at, or is gone."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a view keeps."""

    name: str
    query: str
    columns: Sequence[str]
    is_shared: bool


def keep_view(kept: Kept, *, owner: Staff, replaces: bool, at: datetime) -> OrderView:
    """Keep a view under its name; with `replaces`, in the place of the owner's view of that name. Raises NameTaken, TooManyViews."""
    with transaction.atomic():
        # The lock makes two clicks one view.
        Staff.objects.select_for_update(no_key=True).get(pk=owner.pk)
        mine = OrderView.objects.filter(owner=owner)
        view = mine.filter(name=kept.name).first()
        if view is None:
            if mine.count() >= MOST:
                raise TooManyViews
            last = OrderView.objects.aggregate(last=Max("position"))["last"]
            view = OrderView(owner=owner, name=kept.name, position=0 if last is None else last + 1, version=0)
        elif not replaces and (view.query, view.is_shared) != (kept.query, kept.is_shared):
            raise NameTaken
        view.query, view.columns, view.is_shared = kept.query, list(kept.columns), kept.is_shared
        view.version += 1
        view.save()
        _audit("view.kept", view, owner, at)
    return view


def rename_view(*, view_id: int, name: str, is_shared: bool, seen: int, by: Staff, at: datetime) -> None:
    """`seen` is the version that was looked at. Raises NameTaken, ViewChanged."""
    with transaction.atomic():
        view = changeable(by).select_for_update().filter(pk=view_id, version=seen).first()
        if view is None:
            raise ViewChanged(view_id)
        if OrderView.objects.filter(owner_id=view.owner_id, name=name).exclude(pk=view_id).exists():
            raise NameTaken
        view.name, view.is_shared, view.version = name, is_shared, view.version + 1
        view.save(update_fields=["name", "is_shared", "version"])
        _audit("view.changed", view, by, at)


def take_view_away(*, view_id: int, by: Staff, at: datetime) -> bool:
    """False where it is gone already."""
    with transaction.atomic():
        view = changeable(by).filter(pk=view_id).first()
        if view is None:
            return False
        _audit("view.removed", view, by, at)
        view.delete()
    return True


def move_view(*, view_id: int, is_up: bool, by: Staff) -> None:
    """Let a view change places with its neighbour among those that stand together. Nothing happens at the end of them."""
    with transaction.atomic():
        views = list(changeable(by).select_for_update().order_by("-is_shared", "position", "pk"))
        at = next((place for place, view in enumerate(views) if view.pk == view_id), None)
        other = None if at is None else at + (-1 if is_up else 1)
        if at is None or other is None or not 0 <= other < len(views):
            return
        views[at], views[other] = views[other], views[at]
        update_each(OrderView, ("position",), [(place, view.pk) for place, view in enumerate(views)])


def views_of(staff: Staff) -> list[OrderView]:
    """Those for everybody, then one's own."""
    seen = OrderView.objects.filter(Q(is_shared=True) | Q(owner=staff))
    return list(seen.select_related("owner").order_by("-is_shared", "position", "pk"))


def changeable(staff: Staff) -> QuerySet[OrderView]:
    """The views that somebody may change."""
    return OrderView.objects.filter(Q(owner=staff) | Q(is_shared=True) if may(staff, SHARING) else Q(owner=staff))


def prefer_columns(staff: Staff, columns: Sequence[str]) -> None:
    with transaction.atomic():
        OrderColumns.objects.update_or_create(staff=staff, defaults={"columns": list(columns)})


def preferred_columns(staff: Staff) -> list[str]:
    """Empty where somebody has chosen none."""
    return OrderColumns.objects.filter(staff=staff).values_list("columns", flat=True).first() or []


def _audit(action: str, view: OrderView, by: Staff, at: datetime) -> None:
    after = {"name": view.name, "query": view.query, "is_shared": view.is_shared}
    write_audit(action, subject=("view", view.pk), by=f"staff:{by.pk}", at=at, after=after)
