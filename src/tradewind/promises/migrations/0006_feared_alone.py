"""Which promises something endangers that does not come from a special notice: those few have an index of their own."""

from typing import Any

from django.db import migrations, models

from tradewind.core.rows import check_now


def fill(apps: Any, _editor: Any) -> None:
    rows = apps.get_model("promises", "Promise").objects.filter(is_owed=True, at_risk_since__isnull=False)
    rows.exclude(risk__startswith="notice:").update(is_feared_alone=True)


class Migration(migrations.Migration):
    dependencies = [("promises", "0005_risks_on_record")]
    operations = [
        migrations.AddField("promise", "is_feared_alone", models.BooleanField(default=False)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(check_now, migrations.RunPython.noop),
        migrations.RemoveIndex("promise", "promise_at_risk"),
        migrations.AddIndex(
            "promise",
            models.Index(
                condition=models.Q(("is_feared_alone", True), ("is_owed", True)),
                fields=["due_at", "id"],
                name="promise_feared_alone",
            ),
        ),
    ]
