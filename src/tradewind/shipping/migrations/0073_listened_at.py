"""That nothing is heard is said only where somebody listened: when that was is known of each parcel, and whether trackers answer.

Of parcels that are on their way the best that is known is written: those that are followed were so until now, of the others the
newest event was heard then. Without it their open cases would end, and buyers be written to again once somebody has listened.
"""

from typing import Any

from django.db import migrations, models
from django.db.models import Max

from tradewind.lib.clock import utc_now

BATCH = 500


def write(apps: Any, _editor: Any) -> None:
    parcels, now = apps.get_model("shipping", "Parcel").objects, utc_now()
    underway = parcels.filter(delivered_at__isnull=True, replaced_at__isnull=True)
    after = 0
    while batch := list(underway.filter(pk__gt=after).order_by("pk").values_list("pk", "watch")[:BATCH]):
        after = batch[-1][0]
        parcels.filter(pk__in=[pk for pk, watch in batch if watch == "watched"]).update(listened_at=now)
        others = parcels.filter(pk__in=[pk for pk, watch in batch if watch != "watched"])
        for pk, heard_at in others.annotate(heard_at=Max("events__heard_at")).values_list("pk", "heard_at"):
            if heard_at is not None:
                parcels.filter(pk=pk).update(listened_at=heard_at)


class Migration(migrations.Migration):
    dependencies = [("shipping", "0072_watch_asked_in")]
    operations = [
        migrations.CreateModel(
            name="TrackerState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, default="", max_length=300)),
            ],
        ),
        migrations.AddField(model_name="parcel", name="listened_at", field=models.DateTimeField(null=True)),
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
