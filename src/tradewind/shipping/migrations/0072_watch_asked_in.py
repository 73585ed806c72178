"""Which call told a tracker about a parcel is known: the answer to another one says nothing of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipping", "0068_last_scan")]
    operations = [
        migrations.AddField(model_name="parcel", name="asked_in", field=models.BigIntegerField(null=True)),
    ]
