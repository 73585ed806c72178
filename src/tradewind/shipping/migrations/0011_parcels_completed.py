"""What was in the parcels is written down from the lines of their orders, and each gets a reference of its own."""

from datetime import timedelta
from typing import Any

from django.db import migrations

from tradewind.lib.clock import utc_now
from tradewind.lib.refs import new_ref

# Whose parcels may still be on their way: they are followed from now on.
ON_THE_WAY = timedelta(days=60)


def _complete(apps: Any, _editor: Any) -> None:
    parcels = apps.get_model("shipping", "Parcel").objects
    lines = apps.get_model("orders", "OrderLine").objects
    inside = apps.get_model("shipping", "ParcelLine").objects
    promises = apps.get_model("promises", "Promise").objects
    since = utc_now() - ON_THE_WAY
    for parcel in parcels.select_related("order").iterator(chunk_size=500):
        number = parcel.tracking_number
        parcel.ref = new_ref("PC")
        parcel.number_key = "".join(sign for sign in number.upper() if sign.isalnum())[:60]
        parcel.country = parcel.order.country
        parcel.warehouse = str(parcel.order.delivery_option.get("warehouse", ""))[:30]
        made = promises.filter(kind="delivery", subject_kind="order", subject_id=parcel.order_id)
        counted = made.exclude(state__in=["renewed", "released"]).order_by("-pk")
        parcel.due_at = counted.values_list("due_at", flat=True).first()
        parcel.watch = "wanted" if number and parcel.handed_over_at > since else ""
        parcel.save()
        goods = lines.filter(order_id=parcel.order_id, kind="goods", dispatched__gt=0)
        inside.bulk_create(
            inside.model(parcel_id=parcel.pk, line_id=pk, quantity=units)
            for pk, units in goods.values_list("pk", "dispatched")
        )


class Migration(migrations.Migration):
    dependencies = [
        ("shipping", "0010_parcels"),
        ("promises", "0001_initial"),
    ]

    operations = [migrations.RunPython(_complete, migrations.RunPython.noop)]
