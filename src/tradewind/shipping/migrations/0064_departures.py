"""Which of its order's parcels each one is: by when it was recorded that a carrier has it, where that is known, else by when it was
handed over. A new label has the place of the one that it replaced.

Orders that have parcels are indexed anew afterwards, by the worker: from before, they are found by their newest number alone.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db import migrations, models
from django.db.models import Count, Exists, F, OuterRef, Q

from tradewind.core.rows import check_now
from tradewind.lib.clock import utc_now

BATCH = 500
# What left without a number longer ago is asked after no more.
LOOKED_BACK = timedelta(days=30)


def number_parcels(apps: Any, _editor: Any) -> None:
    """Nearly all orders have one parcel; of the others a few at a time are looked at one by one."""
    parcels = apps.get_model("shipping", "Parcel").objects
    other = parcels.filter(order=OuterRef("order")).exclude(pk=OuterRef("pk"))
    parcels.filter(~Exists(other), is_waiting=False).update(departure=1)
    several = parcels.order_by().values("order").annotate(labels=Count("pk")).filter(labels__gt=1)
    ids, after = several.order_by("order").values_list("order", flat=True), 0
    while some := list(ids.filter(order__gt=after)[:BATCH]):
        _number_some(apps, some)
        after = some[-1]


def look_again(apps: Any, _editor: Any) -> None:
    """What waits for its carrier, and what left without a number, was watched by nothing: the next round looks at it."""
    standing = apps.get_model("shipping", "Parcel").objects.filter(replaced_at=None, delivered_at=None)
    unnumbered = Q(tracking_number="", handed_over_at__gt=utc_now() - LOOKED_BACK)
    standing.filter(Q(is_waiting=True) | unnumbered).update(look_at=F("handed_over_at"))


def plan_finding(apps: Any, _editor: Any) -> None:
    """The first batch of shipping.finding_again."""
    if not apps.get_model("shipping", "Parcel").objects.exclude(tracking_number="").exists():
        return
    now, kind = utc_now(), "shipping.find_again"
    planned = {"kind": kind, "payload": {"after": 0}, "due_at": now, "created_at": now}
    apps.get_model("core", "Delivery").objects.get_or_create(key=f"{kind}:0", defaults=planned)


def _number_some(apps: Any, order_ids: list[int]) -> None:
    parcels, subjects = apps.get_model("shipping", "Parcel").objects, apps.get_model("core", "FactSubject").objects
    labels: dict[int, list[Any]] = defaultdict(list)
    for label in parcels.filter(order__in=order_ids).order_by("pk"):
        labels[label.order_id].append(label)
    told = subjects.filter(
        kind="parcel",
        subject_id__in=[label.pk for each in labels.values() for label in each],
        fact__name="shipping.parcel_handed_over",
    )
    rows = told.order_by("-fact").values_list("subject_id", "fact__recorded_at", "fact")
    heard = {pk: (at, fact) for pk, at, fact in rows}
    for each in labels.values():
        _number(each, heard)
        parcels.bulk_update(each, ["departure"])


def _number(labels: list[Any], heard: dict[int, tuple[datetime, int]]) -> None:
    """Of one order, the oldest first. `heard`: when which label was handed over, with the number of that fact."""
    chains: list[list[Any]] = []
    of_label: dict[int, list[Any]] = {}
    for label in labels:
        label.departure = None
        chain = of_label.get(label.pk)
        if chain is None:
            chain = []
            chains.append(chain)
        chain.append(label)
        if label.replaced_by_id:
            of_label[label.replaced_by_id] = chain

    def left(chain: list[Any]) -> tuple[datetime, int, int]:
        known = [(*heard[label.pk], label.pk) for label in chain if label.pk in heard]
        return min(known) if known else (chain[-1].handed_over_at, 0, chain[0].pk)

    place = 1
    for chain in sorted((chain for chain in chains if not chain[-1].is_waiting), key=left):
        for label in chain:
            label.departure = place
        # What was replaced before labels named their successors stands beside one of them.
        place += chain[-1].replaced_at is None


class Migration(migrations.Migration):
    dependencies = [("shipping", "0063_damage"), ("core", "0014_typed_values_gone")]

    operations = [
        migrations.AddField(
            model_name="parcel",
            name="departure",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.RunPython(number_parcels, migrations.RunPython.noop),
        migrations.RunPython(look_again, migrations.RunPython.noop),
        migrations.RunPython(plan_finding, migrations.RunPython.noop),
        migrations.RunPython(check_now, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.UniqueConstraint(
                condition=Q(("departure__isnull", False), ("replaced_at__isnull", True)),
                fields=("order", "departure"),
                name="parcel_departs_once",
            ),
        ),
    ]
