"""Letters to many may bring each buyer a code for the next order, as it was decided."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipping", "0068_last_scan")]

    operations = [
        migrations.AddField(model_name="trouble", name="wanted_code", field=models.JSONField(default=dict)),
    ]
