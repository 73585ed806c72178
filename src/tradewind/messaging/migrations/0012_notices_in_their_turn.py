"""Letters of special notices are written when it is their turn. Runs that have begun go on: whom they have chosen has their turn."""

from typing import Any

from django.db import migrations, models
from django.db.models import F

_AT_ONCE = 5_000


def number_stages(apps: Any, schema_editor: Any) -> None:
    """Of a look nothing but its marks is needed: one that was cut off by this upgrade begins anew."""
    runs, items = (apps.get_model("messaging", name).objects for name in ("NoticeRun", "NoticeItem"))
    passed = F("looked_at") - F("told") - F("listed")
    runs.filter(act="tell").update(stage="write", planned=F("planned") - F("listed"), passed=passed)
    runs.filter(act="look").update(planned=0)
    while some := list(items.filter(run__act="look").order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]):
        items.filter(pk__in=some).delete()


class Migration(migrations.Migration):
    dependencies = [("messaging", "0011_letters_without_parcels")]

    operations = [
        migrations.RenameField("noticerun", "total", "planned"),
        migrations.RenameField("noticerun", "done", "looked_at"),
        migrations.AddField(
            "noticerun",
            "stage",
            models.CharField(
                choices=[("spare", "Spare"), ("mark", "Mark"), ("plan", "Plan"), ("write", "Write")],
                default="spare",
                max_length=5,
            ),
            preserve_default=False,
        ),
        migrations.AddField("noticerun", "account_ids", models.JSONField(null=True)),
        migrations.AddField("noticerun", "after_due", models.DateTimeField(null=True)),
        migrations.AddField("noticerun", "after_id", models.BigIntegerField(default=0)),
        migrations.AddField("noticerun", "passed", models.PositiveIntegerField(default=0)),
        migrations.AddField("noticeitem", "letter", models.JSONField(default=dict)),
        migrations.AlterField(
            "noticeitem",
            "state",
            models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("leaving", "Leaving"),
                    ("told", "Told"),
                    ("listed", "Listed"),
                    ("passed", "Passed"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            "noticeitem",
            "why",
            models.CharField(
                blank=True,
                choices=[
                    ("channel", "Channel"),
                    ("address", "No Address"),
                    ("unsafe", "Unsafe"),
                    ("refused", "Refused"),
                ],
                default="",
                max_length=8,
            ),
        ),
        migrations.RunPython(number_stages, migrations.RunPython.noop),
    ]
