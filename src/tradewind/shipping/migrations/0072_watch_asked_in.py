"""Which call told a tracker about a parcel is known: the answer to another one says nothing of it. Those refused are found at once."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("shipping", "0070_codes_for_many")]
    operations = [
        migrations.AddField(model_name="parcel", name="asked_in", field=models.BigIntegerField(null=True)),
        migrations.AddIndex(
            model_name="parcel",
            index=models.Index(
                fields=["watch", "-handed_over_at", "-id"],
                name="parcel_unfollowed",
                condition=Q(delivered_at__isnull=True, replaced_at__isnull=True),
            ),
        ),
    ]
