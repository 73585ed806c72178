"""Parcels on their way are found by their last scan, for whoever tells buyers that they are still moving."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("shipping", "0067_days_that_were_read")]
    operations = [
        migrations.AddIndex(
            model_name="parcel",
            index=models.Index(
                fields=["last_at", "id"],
                name="parcel_last_scan",
                condition=Q(delivered_at__isnull=True, replaced_at__isnull=True, last_at__isnull=False),
            ),
        ),
    ]
