"""Goods that are missing for several reasons are a case for each, and the shortage itself says which episode it is; parcels know that
their money went back.
"""

from typing import Any

from django.db import migrations, models
from django.db.models import Q


def name_episodes(apps: Any, _editor: Any) -> None:
    """What was dismissed stays so: of the goods that are short at the moment, which are few."""
    variants = apps.get_model("catalog", "Variant").objects
    cases = apps.get_model("shipping", "Trouble").objects.filter(cause="no_stock", parcel=None)
    short = apps.get_model("inventory", "StockLevel").objects.filter(short__gt=0)
    begun: dict[int, Any] = {}
    for variant_id, since in short.order_by("short_since", "pk").values_list("variant_id", "short_since"):
        begun.setdefault(variant_id, since)
    for pk, sku in variants.filter(pk__in=begun).values_list("pk", "sku"):
        cases.filter(group__notice=sku).exclude(state="solved").update(since=begun[pk])


class Migration(migrations.Migration):
    dependencies = [("shipping", "0065_ways_looked_at"), ("inventory", "0006_short_since"), ("catalog", "0001_initial")]
    operations = [
        migrations.RemoveConstraint("trouble", "trouble_of_order_once"),
        migrations.AddConstraint(
            "trouble",
            models.UniqueConstraint(
                condition=Q(parcel__isnull=True, state="open"),
                fields=("order", "cause", "group"),
                name="trouble_of_order_once",
            ),
        ),
        migrations.CreateModel(
            "ShortageRound",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("after", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddField("parcel", "refunded_at", models.DateTimeField(null=True)),
        migrations.RunPython(name_episodes, migrations.RunPython.noop),
    ]
