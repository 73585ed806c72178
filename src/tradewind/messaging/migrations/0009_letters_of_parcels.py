"""The letter of dispatch and the renewed promise follow the hand-over of a parcel, no longer the mark on its order: what is due of
them when a shop is renewed goes on with the parcel that left.
"""

from typing import Any

from django.db import migrations

_MOVED = {
    "messaging.order_dispatched": "messaging.parcel_dispatched",
    "shipping.promise_again": "shipping.promise_from_handover",
}


def follow_parcels(apps: Any, schema_editor: Any) -> None:
    reactions, subjects = apps.get_model("core", "Reaction").objects, apps.get_model("core", "FactSubject").objects
    for row in reactions.filter(handler__in=_MOVED, finished_at=None):
        order = subjects.filter(fact_id=row.fact_id, kind="order").values_list("subject_id", flat=True).first()
        left = subjects.filter(kind="order", subject_id=order, fact__name="shipping.parcel_handed_over")
        fact_id = left.order_by("-fact_id").values_list("fact_id", flat=True).first()
        handler = _MOVED[row.handler]
        # Those without a parcel: see 0011.
        if fact_id is not None and not reactions.filter(fact_id=fact_id, handler=handler).exists():
            reactions.filter(pk=row.pk).update(fact_id=fact_id, handler=handler, state="waiting", lease="")


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0008_failures_by_recipient"),
        ("shipping", "0061_labels_followed"),
        ("core", "0014_typed_values_gone"),
    ]

    operations = [migrations.RunPython(follow_parcels, migrations.RunPython.noop)]
