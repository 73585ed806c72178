"""The few parcels that scans after their delivery deny are found without a look at all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipping", "0076_customs_of_pieces")]
    operations = [
        migrations.AddIndex(
            "parcel",
            models.Index(
                fields=["-handed_over_at", "-id"],
                name="parcel_contradicted",
                condition=models.Q(("is_contradicted", True)),
            ),
        ),
    ]
