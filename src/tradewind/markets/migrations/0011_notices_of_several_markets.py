"""What `market_ids` has taken the place of."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("markets", "0010_notices_that_act")]

    operations = [migrations.RemoveField("announcement", "market")]
