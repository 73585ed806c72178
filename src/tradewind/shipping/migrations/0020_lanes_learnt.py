"""Lanes are learnt: parcels know theirs, and what was learnt has a place."""

from typing import Any

from django.db import migrations, models

from tradewind.core.rows import update_each

BATCH = 2_000


def _write_lanes_down(apps: Any, _editor: Any) -> None:
    model, last = apps.get_model("shipping", "Parcel"), 0
    known = model.objects.order_by("pk").values_list("order__market", "order__delivery_option", "pk")
    while rows := list(known.filter(pk__gt=last)[:BATCH]):
        lanes = ((market, str(chosen.get("code", ""))[:30], pk) for market, chosen, pk in rows)
        update_each(model, ("market", "option"), lanes)
        last = rows[-1][-1]


class Migration(migrations.Migration):
    dependencies = [
        ("shipping", "0012_parcels_found"),
        ("orders", "0025_payment_holds_and_tracking"),
    ]

    operations = [
        migrations.AddField("Parcel", "market", models.CharField(blank=True, default="", max_length=12)),
        migrations.AddField("Parcel", "option", models.CharField(blank=True, default="", max_length=30)),
        migrations.RunPython(_write_lanes_down, migrations.RunPython.noop),
    ]
