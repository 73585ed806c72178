"""Tags: the shop's own words for orders, made when they are first used and offered while an order has them."""

import unicodedata
from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from tradewind.core.rows import insert_each
from tradewind.core.trail import write_audits
from tradewind.orders.models import Order, OrderTag, Tagging

LONGEST: Final = 40


def tag_named(name: str, *, at: datetime) -> OrderTag:
    """The tag of this name, made now where there is none. In the caller's transaction."""
    shown = " ".join(unicodedata.normalize("NFKC", name).split())[:LONGEST]
    return OrderTag.objects.get_or_create(key=_key(shown), defaults={"name": shown, "made_at": at})[0]


def add_tag(*, order_id: int, name: str, by: str, at: datetime) -> bool:
    """Give an order a tag. False where it has it already. Raises Order.DoesNotExist."""
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        tag = tag_named(name, at=at)
        if tagged_with(tag.pk, [order.pk]):
            return False
        tag_locked([order.pk], tag, by=by, at=at)
    return True


def remove_tag(*, order_id: int, tag_id: int, by: str, at: datetime) -> bool:
    """Take a tag from an order. False where it no longer has it. Raises Order.DoesNotExist."""
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        tag = OrderTag.objects.filter(pk=tag_id).first()
        if tag is None or not tagged_with(tag_id, [order.pk]):
            return False
        untag_locked([order.pk], tag, by=by, at=at)
    return True


def tagged_with(tag_id: int, order_ids: Collection[int]) -> set[int]:
    """Those of the orders that have the tag."""
    return set(Tagging.objects.filter(tag_id=tag_id, order__in=order_ids).values_list("order_id", flat=True))


def tag_locked(order_ids: Collection[int], tag: OrderTag, *, by: str, at: datetime) -> None:
    """Tag orders that the caller has locked and that do not have the tag."""
    insert_each(Tagging, ("order", "tag"), [(order_id, tag.pk) for order_id in order_ids])
    changes = [(order_id, None, {"tag": tag.name}) for order_id in order_ids]
    write_audits("order.tagged", kind="order", changes=changes, by=by, at=at)


def untag_locked(order_ids: Collection[int], tag: OrderTag, *, by: str, at: datetime) -> None:
    """Take a tag from orders that the caller has locked and that have it."""
    Tagging.objects.filter(tag=tag, order__in=order_ids).delete()
    changes = [(order_id, {"tag": tag.name}, None) for order_id in order_ids]
    write_audits("order.untagged", kind="order", changes=changes, by=by, at=at)


def tags_in_use() -> list[OrderTag]:
    """What is offered: every tag that an order has, by name."""
    used = Exists(Tagging.objects.filter(tag=OuterRef("pk")))
    return list(OrderTag.objects.filter(used).order_by("key", "pk"))


def tags_of(order_id: int) -> list[OrderTag]:
    """By name."""
    return list(OrderTag.objects.filter(taggings__order_id=order_id).order_by("key", "pk"))


def _key(name: str) -> str:
    return name.casefold()[:60]
