"""Handovers become parcels: the same rows, with an order that they belong to."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def _take_out_orphans(apps: Any, _editor: Any) -> None:
    """Of orders that are gone, with an import that was taken back."""
    orders = apps.get_model("orders", "Order").objects.values("pk")
    apps.get_model("shipping", "Handover").objects.exclude(order_id__in=orders).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("shipping", "0002_handovers"),
        ("orders", "0025_payment_holds_and_tracking"),
    ]

    operations = [
        migrations.RunPython(_take_out_orphans, migrations.RunPython.noop),
        migrations.RenameModel("Handover", "Parcel"),
        migrations.RenameField("Parcel", "order_id", "order"),
        migrations.AlterField(
            "Parcel",
            "order",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="parcels", to="orders.order"),
        ),
        migrations.AddField("Parcel", "ref", models.CharField(default="", max_length=20)),
        migrations.AddField("Parcel", "number_key", models.CharField(blank=True, default="", max_length=60)),
        migrations.AddField("Parcel", "replaced_at", models.DateTimeField(null=True)),
        migrations.AddField("Parcel", "country", models.CharField(blank=True, default="", max_length=2)),
        migrations.AddField("Parcel", "warehouse", models.CharField(blank=True, default="", max_length=30)),
        migrations.AddField("Parcel", "due_at", models.DateTimeField(null=True)),
        migrations.AddField("Parcel", "status", models.CharField(default="not_found", max_length=20)),
        migrations.AddField("Parcel", "reason", models.CharField(blank=True, default="", max_length=20)),
        migrations.AddField("Parcel", "party", models.CharField(blank=True, default="", max_length=20)),
        migrations.AddField("Parcel", "since", models.DateTimeField(null=True)),
        migrations.AddField("Parcel", "last_at", models.DateTimeField(null=True)),
        migrations.AddField("Parcel", "first_scan_at", models.DateTimeField(null=True)),
        migrations.AddField("Parcel", "delivered_at", models.DateTimeField(null=True)),
        migrations.AddField("Parcel", "is_contradicted", models.BooleanField(default=False)),
        migrations.AddField("Parcel", "next_at", models.DateTimeField(null=True)),
        migrations.AddField("Parcel", "told", models.JSONField(default=list)),
        migrations.AddField("Parcel", "watch", models.CharField(blank=True, choices=[("", "None"), ("wanted", "Wanted"), ("asked", "Asked"), ("watched", "Watched"), ("refused", "Refused")], default="", max_length=8)),
        migrations.AddField("Parcel", "tracker", models.CharField(blank=True, default="", max_length=20)),
        migrations.AddField("Parcel", "watch_problem", models.CharField(blank=True, default="", max_length=300)),
        migrations.AddField("Parcel", "ask_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="ParcelLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.PositiveIntegerField()),
                ("line", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orders.orderline")),
                ("parcel", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="shipping.parcel")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("parcel", "line"), name="parcel_line_once")]},
        ),
        migrations.CreateModel(
            name="TrackingEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=32)),
                ("at", models.DateTimeField()),
                ("minutes_east", models.SmallIntegerField(null=True)),
                ("status", models.CharField(max_length=20)),
                ("reason", models.CharField(blank=True, default="", max_length=20)),
                ("party", models.CharField(blank=True, default="", max_length=20)),
                ("claims", models.BooleanField()),
                ("code", models.CharField(blank=True, default="", max_length=60)),
                ("place", models.CharField(blank=True, default="", max_length=200)),
                ("words", models.CharField(blank=True, default="", max_length=1000)),
                ("carrier", models.CharField(blank=True, default="", max_length=60)),
                ("source", models.CharField(max_length=20)),
                ("heard_at", models.DateTimeField()),
                ("parcel", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="events", to="shipping.parcel")),
            ],
            options={
                "indexes": [models.Index(fields=["parcel", "at", "id"], name="tracking_event_by_time")],
                "constraints": [models.UniqueConstraint(fields=("parcel", "digest"), name="tracking_event_once")],
            },
        ),
    ]
