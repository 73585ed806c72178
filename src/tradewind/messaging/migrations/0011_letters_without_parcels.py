"""What was due of marks whose orders have no parcel that was handed over: orders marked many at once or by programs, when only those
with a number had one. Each gets its parcel with what left in it, and the letter goes on with it as news of the moment of the mark.

What 0009 left behind may be stuck by now. Batches commit one by one: killed in between, the next attempt finds the rest.
"""

from typing import Any

from django.db import migrations, transaction

from tradewind.core.rows import check_now
from tradewind.lib.clock import utc_now
from tradewind.lib.refs import new_ref

BATCH = 200
HANDED_OVER = "shipping.parcel_handed_over"
MOVED = {
    "messaging.order_dispatched": "messaging.parcel_dispatched",
    "shipping.promise_again": "shipping.promise_from_handover",
}


def let_go(apps: Any, _editor: Any) -> None:
    reactions = apps.get_model("core", "Reaction").objects
    due = reactions.filter(handler__in=MOVED, state__in=["waiting", "running", "stuck"]).order_by("pk")
    after = 0
    while some := list(due.filter(pk__gt=after).select_related("fact")[:BATCH]):
        with transaction.atomic():
            for row in some:
                _move(apps, row)
        after = some[-1].pk


def _move(apps: Any, row: Any) -> None:
    order = apps.get_model("orders", "Order").objects.filter(pk=row.fact.data["order_id"]).first()
    if order is None:
        return  # stands as stuck, for somebody to see
    reactions = apps.get_model("core", "Reaction").objects
    fact_id, handler = _handed_over(apps, order, row.fact), MOVED[row.handler]
    if fact_id is None or reactions.filter(fact=fact_id, handler=handler).exists():
        # What waits for its carrier is told once it is handed over.
        reactions.filter(pk=row.pk).update(state="done", finished_at=utc_now(), error="")
        return
    anew = {"state": "waiting", "lease": "", "tries": 0, "failures": 0, "error": "", "finished_at": None}
    reactions.filter(pk=row.pk).update(fact_id=fact_id, handler=handler, **anew)


def _handed_over(apps: Any, order: Any, marked: Any) -> int | None:
    """The fact that a parcel of the order was handed over, recorded now where there is none. None: it has yet to be."""
    subjects = apps.get_model("core", "FactSubject").objects
    told = subjects.filter(kind="order", subject_id=order.pk, fact__name=HANDED_OVER).order_by("-fact_id")
    fact_id: int | None = told.values_list("fact_id", flat=True).first()
    if fact_id is not None:
        return fact_id
    standing = apps.get_model("shipping", "Parcel").objects.filter(order_id=order.pk, replaced_at=None)
    parcel = standing.filter(is_waiting=False).order_by("-pk").first()
    if parcel is None and standing.exists():
        return None
    return _record(apps, parcel or _make(apps, order, marked), order, marked)


def _record(apps: Any, parcel: Any, order: Any, marked: Any) -> int:
    data = {"parcel_id": parcel.pk, "order_id": order.pk, "buyer_id": order.buyer_id}
    facts, subjects = apps.get_model("core", "FactRecord").objects, apps.get_model("core", "FactSubject").objects
    fact = facts.create(name=HANDED_OVER, version=1, data=data, recorded_at=marked.recorded_at, actor=marked.actor)
    for kind in ("parcel", "order", "buyer"):
        if data[f"{kind}_id"] is not None:
            subjects.create(fact_id=fact.pk, kind=kind, subject_id=data[f"{kind}_id"])
    return int(fact.pk)


def _make(apps: Any, order: Any, marked: Any) -> Any:
    """A parcel of all that has left."""
    option = order.delivery_option
    promised = apps.get_model("promises", "Promise").objects.filter(
        kind="delivery", subject_kind="order", subject_id=order.pk
    )
    counted = promised.exclude(state__in=["renewed", "released"]).order_by("-pk")
    parcel = apps.get_model("shipping", "Parcel").objects.create(
        order_id=order.pk,
        ref=new_ref("PC"),
        handed_over_at=marked.recorded_at,
        departure=1,
        country=order.country,
        warehouse=str(option.get("warehouse", ""))[:30],
        market=order.market,
        option=str(option.get("code", ""))[:30],
        due_at=counted.values_list("due_at", flat=True).first(),
        look_at=marked.recorded_at,
    )
    goods = apps.get_model("orders", "OrderLine").objects.filter(order_id=order.pk, kind="goods", dispatched__gt=0)
    lines = apps.get_model("shipping", "ParcelLine").objects
    for line_id, units in goods.order_by("position", "pk").values_list("pk", "dispatched"):
        lines.create(parcel_id=parcel.pk, line_id=line_id, quantity=units)
    return parcel


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("messaging", "0010_notice_unsafe_address"),
        ("shipping", "0064_departures"),
        ("orders", "0025_payment_holds_and_tracking"),
        ("promises", "0005_risks_on_record"),
        ("core", "0014_typed_values_gone"),
    ]

    operations = [
        migrations.RunPython(let_go, migrations.RunPython.noop),
        # An upgrade of PostgreSQL is one transaction, and a later migration changes the table of parcels.
        migrations.RunPython(check_now, migrations.RunPython.noop),
    ]
