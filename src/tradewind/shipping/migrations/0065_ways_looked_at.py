"""A way that was switched knows up to which order it was looked at."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipping", "0064_departures")]
    operations = [
        migrations.AddField(
            model_name="deliveryoption",
            name="look_after",
            field=models.BigIntegerField(null=True),
        ),
    ]
