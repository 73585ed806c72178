"""The rules and the ways to find that parcels have, once every row has what they ask for."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("shipping", "0011_parcels_completed")]

    operations = [
        migrations.AlterField("Parcel", "ref", models.CharField(max_length=20, unique=True)),
        migrations.AddIndex("Parcel", models.Index(fields=["number_key"], name="parcel_by_number")),
        migrations.AddIndex("Parcel", models.Index(fields=["-handed_over_at", "-id"], name="parcel_newest")),
        migrations.AddIndex("Parcel", models.Index(fields=["status", "-handed_over_at", "-id"], name="parcel_by_status")),
        migrations.AddIndex("Parcel", models.Index(fields=["due_at", "id"], name="parcel_due", condition=Q(delivered_at__isnull=True, replaced_at__isnull=True, due_at__isnull=False))),
        migrations.AddIndex("Parcel", models.Index(fields=["id"], name="parcel_to_watch", condition=Q(watch="wanted"))),
        migrations.AddIndex("Parcel", models.Index(fields=["ask_at", "id"], name="parcel_to_ask", condition=Q(ask_at__isnull=False))),
        migrations.AddIndex("Parcel", models.Index(fields=["next_at"], name="parcel_ahead", condition=Q(next_at__isnull=False))),
    ]
