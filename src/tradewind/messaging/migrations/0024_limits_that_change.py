"""Places in a queue are known with the limit by which they were given. Buyers of before are not asked how it was until somebody says so:
they were not told, when they gave their address, that they may be.
"""

from typing import Any

from django.db import migrations, models
from django.db.models.functions import Now

from tradewind.core.rows import check_now


def ask_nobody_yet(apps: Any, _editor: Any) -> None:
    off, codes = apps.get_model("messaging", "MomentOff").objects, apps.get_model("markets", "Market").objects
    rows = [
        off.model(moment="feedback_request", market=code, by="system", at=Now())
        for code in codes.values_list("code", flat=True)
    ]
    off.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("messaging", "0023_buyer_zone"), ("markets", "0013_unit_prices")]
    operations = [
        migrations.AddField("mailpace", "a_minute", models.PositiveIntegerField(default=0)),
        migrations.RunPython(ask_nobody_yet, migrations.RunPython.noop),
        migrations.RunPython(check_now, migrations.RunPython.noop),
    ]
