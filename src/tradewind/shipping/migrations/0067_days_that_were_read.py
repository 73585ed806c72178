"""Letters to many name the days that were read when it was decided."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipping", "0066_shortages_apart")]

    operations = [
        migrations.AddField(model_name="trouble", name="wanted_first", field=models.DateField(null=True)),
        migrations.AddField(model_name="trouble", name="wanted_last", field=models.DateField(null=True)),
    ]
