"""News that could not be told is tried again after pauses that grow."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0014_dropped_letters")]

    operations = [
        migrations.AddField(
            model_name="news", name="failures", field=models.PositiveSmallIntegerField(default=0)
        ),
    ]
