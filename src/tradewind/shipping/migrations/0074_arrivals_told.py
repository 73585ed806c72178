"""Parcels keep by whose word alone they have arrived, and those that nobody hears of have an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipping", "0073_listened_at")]
    operations = [
        migrations.AddField(
            "parcel",
            "arrival_told_by",
            models.CharField(
                blank=True,
                choices=[("staff", "Staff"), ("buyer", "Buyer"), ("program", "Program")],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            "parcel",
            models.Index(
                condition=models.Q(
                    ("delivered_at__isnull", True),
                    ("due_at__isnull", False),
                    ("last_at__isnull", True),
                    ("replaced_at__isnull", True),
                ),
                fields=["-handed_over_at", "-id"],
                name="parcel_unseen",
            ),
        ),
    ]
