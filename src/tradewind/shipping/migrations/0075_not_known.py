"""Arrivals that broke while nobody could see them are not known: they were told as broken without anybody knowing. And orders that
were taken into others are owed nothing any more.
"""

from typing import Any, Final

from django.db import migrations
from django.db.models import Exists, OuterRef, Q

from tradewind.core.rows import check_now

_BATCH: Final = 1000


def put_right(apps: Any, _editor: Any) -> None:
    """As shipping.unseen judges them from now on."""
    promises = apps.get_model("promises", "Promise").objects
    orders, parcels = apps.get_model("orders", "Order").objects, apps.get_model("shipping", "Parcel").objects
    standing = parcels.filter(order_id=OuterRef("subject_id"), replaced_at=None, refunded_at=None)
    followed = Q(watch="watched") | Q(last_at__isnull=False) | Q(is_waiting=True)
    sent = orders.filter(pk=OuterRef("subject_id"), state="dispatched")
    broken = promises.filter(kind="delivery", subject_kind="order", state="broken", is_owed=True)
    unseen = broken.filter(Exists(sent)).exclude(Exists(standing.exclude(status="delivered").filter(followed)))
    after = 0
    while keys := list(unseen.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        promises.filter(pk__in=keys).update(state="unknown")
        after = keys[-1]
    gone = orders.filter(pk=OuterRef("subject_id"), state="merged")
    promises.filter(Exists(gone), subject_kind="order", state="broken", is_owed=True).update(is_owed=False)


class Migration(migrations.Migration):
    dependencies = [("shipping", "0074_arrivals_told"), ("promises", "0007_not_known")]
    operations = [
        migrations.RunPython(put_right, migrations.RunPython.noop),
        migrations.RunPython(check_now, migrations.RunPython.noop),
    ]
