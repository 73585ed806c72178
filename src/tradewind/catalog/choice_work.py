"""The worker's part of choices: goods are written anew in batches, each a delivery of its own, so that the shop goes on.

A batch, the word that it is done, and the order for the next one are one transaction: a worker that dies leaves all of it
or nothing. Batches and renamings hold the attribute, so that none writes a name which is no longer the present one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from time import monotonic
from typing import Any, Final

from django.db.models import Q

from tradewind.catalog.choice_writing import names_choice, offers_both, write_choice
from tradewind.catalog.models import Attribute, AttributeChoice, AttributeValue, Product, Variant
from tradewind.core import deliveries
from tradewind.core.models import Delivery
from tradewind.core.rows import hold_all
from tradewind.markets.changing import touch_all

KIND: Final = "catalog.choice"
_BATCH: Final = 200
# In seconds. On SQLite the whole shop waits for a batch: what it does not reach is left to the next.
_LONGEST_HOLD: Final = 0.5
_READ_AT_ONCE: Final = 1000
_SHOWN: Final = 20
Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A choice whose goods are not all written anew. `waiting` are the products that were published with it; drafts
    that never were are not counted. `into_id` is set where it becomes another choice.
    """

    choice_id: int
    into_id: int | None
    waiting: int
    is_stuck: bool


def plan_writing(
    choice: AttributeChoice, *, names: Mapping[str, str], into: AttributeChoice | None = None, by: str, at: datetime
) -> None:
    """Order it, in the transaction of the change that asks for it. `names` are those that goods have so far."""
    payload = {"choice": choice.pk, "into": into and into.pk, "names": dict(names), "by": by, "run": token_hex(8)}
    _plan(payload, at, step=0, after=0, written=0, twins=[])


def hold_choice(choice_id: int) -> AttributeChoice:
    """The choice for the caller's transaction alone, with all others of its attribute. Who publishes goods that have
    them does not wait.
    """
    attribute_id = AttributeChoice.objects.values_list("attribute_id", flat=True).get(pk=choice_id)
    Attribute.objects.select_for_update(no_key=True).get(pk=attribute_id)
    return AttributeChoice.objects.select_related("attribute").get(pk=choice_id)


def unfinished(choice: AttributeChoice) -> list[Unfinished]:
    """What is on its way for this choice, and what is about to become it, oldest first."""
    at_work = Delivery.objects.filter(Delivery.IS_OPEN | Q(state=Delivery.State.STUCK), kind=KIND).order_by("id")
    return [
        Unfinished(row.payload["choice"], row.payload["into"], _waiting(row.payload), row.state == row.State.STUCK)
        for row in at_work
        if choice.pk in (row.payload["choice"], row.payload["into"])
    ]


def twins_of(choice: AttributeChoice) -> list[str]:
    """The slugs of the first products that kept the choice from becoming another: they offer both."""
    last = Delivery.objects.filter(kind=KIND, subject_kind="choice", subject_id=choice.pk).order_by("-id").first()
    is_over = last is not None and last.state == Delivery.State.DONE
    return _twins(last.payload, last.result or {}) if last and is_over else []


class ChoiceCourier:
    """Finds the next goods that name a choice, then writes them."""

    kind = KIND

    def __init__(self, *, at_once: int = _BATCH, longest_hold: float = _LONGEST_HOLD) -> None:
        self._at_once = at_once
        self._longest_hold = longest_hold

    def call(self, delivery: Delivery) -> dict[str, Any]:
        """Reads only. The texts that it reads may be other ones when the goods are held: they are looked at again."""
        pair = _choices(delivery.payload)
        return {"ids": [], "twins": [], "after": 0, "is_last": True} if pair is None else self._find(delivery, *pair)

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # the port's shape
        """Nobody else did it: it is simply done again."""
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:
        payload = delivery.payload
        pair = _choices(payload, is_held=True)
        if pair is None:
            return
        written, reached = self._write(payload, result["ids"], *pair, now)
        step, written, twins = payload["step"] + 1, payload["written"] + written, _twins(payload, result)
        is_whole = reached is None
        if not (is_whole and result["is_last"]):
            _plan(payload, now, step=step, after=result["after"] if is_whole else reached, written=written, twins=twins)
        elif payload["into"] is None:
            return
        elif written or (not twins and AttributeValue.objects.filter(choice=pair[0]).exists()):
            # Somebody may have taken the choice where the worker had been already: look once more.
            _plan(payload, now, step=step, after=0, written=0, twins=[])
        elif not twins:
            pair[0].delete()
            touch_all()

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        """The row stands among the work until somebody has it tried again; the page of the choice says so."""

    def _find(self, delivery: Delivery, old: AttributeChoice, new: AttributeChoice) -> dict[str, Any]:
        after, ids, twins = delivery.payload["after"], list[int](), list[str]()
        products = Product.objects.filter(pk__gt=after).order_by("pk")
        rows = list(products.values_list("pk", "slug", "content")[:_READ_AT_ONCE])
        last = rows[-1][0] if rows else after
        # What is published may name it where the draft no longer does.
        having = AttributeValue.objects.filter(choice=old, product_id__gt=after, product_id__lte=last)
        published = set(having.values_list("product_id", flat=True))
        for pk, slug, content in rows:
            if len(ids) == self._at_once:
                return {"ids": ids, "twins": twins, "after": after, "is_last": False}
            after = pk
            if offers_both(content, old, new):
                twins.append(slug)
            elif pk in published or names_choice(content, old):
                ids.append(pk)
        return {"ids": ids, "twins": twins, "after": after, "is_last": len(rows) < _READ_AT_ONCE}

    def _write(
        self, payload: Payload, ids: list[int], old: AttributeChoice, new: AttributeChoice, now: datetime
    ) -> tuple[int, int | None]:
        """How many were changed, and where it stopped before the end of the batch."""
        begun, written = monotonic(), 0
        if old.key != new.key:
            # Articles before products, like whoever places an order.
            hold_all(Variant, Variant.objects.filter(product_id__in=ids).values_list("pk", flat=True))
        for product in Product.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"):
            if not offers_both(product.content, old, new):
                names = (payload["names"], old.name)
                written += write_choice(product, old, new, names, by=payload["by"], at=now)
            if monotonic() - begun > self._longest_hold and product.pk != ids[-1]:
                return written, product.pk
        return written, None


def register_courier() -> None:
    deliveries.register(ChoiceCourier())


def _plan(payload: Payload, at: datetime, **progress: object) -> None:
    """The next batch: `after` which product, how many were `written` since the first, which `twins` were met."""
    key = f"{KIND}:{payload['run']}:{progress['step']}"
    deliveries.plan(KIND, key, {**payload, **progress}, at=at, subject=("choice", payload["choice"]))


def _choices(payload: Payload, *, is_held: bool = False) -> tuple[AttributeChoice, AttributeChoice] | None:
    """The choice that goods have so far, and the one that they are to have; None where there is nothing to do any more."""
    rows = AttributeChoice.objects.select_related("attribute")
    try:
        old = hold_choice(payload["choice"]) if is_held else rows.get(pk=payload["choice"])
        return old, old if payload["into"] is None else rows.get(pk=payload["into"])
    except AttributeChoice.DoesNotExist:
        return None


def _twins(payload: Payload, result: dict[str, Any]) -> list[str]:
    """The first of them: enough to say where to begin."""
    return list(dict.fromkeys([*payload["twins"], *result.get("twins", [])]))[:_SHOWN]


def _waiting(payload: Payload) -> int:
    having = AttributeValue.objects.filter(choice_id=payload["choice"], product_id__gt=payload["after"])
    return having.values("product_id").distinct().count()
