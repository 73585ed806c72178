"""Special notices of several markets, with what they do to dates."""

from typing import Any

from django.db import migrations, models


def keep_markets(apps: Any, _editor: Any) -> None:
    """The one market of a notice becomes the first of a list."""
    announcement = apps.get_model("markets", "Announcement")
    for row in announcement.objects.exclude(market=None):
        announcement.objects.filter(pk=row.pk).update(market_ids=[row.market_id])
    announcement.objects.update(said_at=models.F("begins_at"))


class Migration(migrations.Migration):
    dependencies = [("markets", "0002_announce_and_say_in_own_words")]

    operations = [
        migrations.AddField("announcement", "market_ids", models.JSONField(default=list)),
        migrations.AddField("announcement", "title", models.JSONField(default=dict)),
        migrations.AddField("announcement", "countries", models.JSONField(default=list)),
        migrations.AddField("announcement", "options", models.JSONField(default=list)),
        migrations.AddField("announcement", "warehouses", models.JSONField(default=list)),
        migrations.AddField(
            "announcement",
            "kind",
            models.CharField(
                max_length=12,
                default="other",
                choices=[
                    ("festival", "Festival"),
                    ("strike", "Strike"),
                    ("epidemic", "Epidemic"),
                    ("weather", "Weather"),
                    ("closed_lane", "Closed Lane"),
                    ("other", "Other"),
                ],
            ),
        ),
        migrations.AddField(
            "announcement",
            "effect",
            models.CharField(
                max_length=8,
                default="nothing",
                choices=[
                    ("nothing", "Nothing"),
                    ("dispatch", "Dispatch"),
                    ("transit", "Transit"),
                    ("stop", "Stop"),
                    ("closed", "Closed"),
                ],
            ),
        ),
        migrations.AddField("announcement", "days", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("announcement", "acts_first", models.DateField(null=True)),
        migrations.AddField("announcement", "acts_last", models.DateField(null=True)),
        migrations.AddField("announcement", "said_at", models.DateTimeField(null=True)),
        migrations.AddField("announcement", "ended_at", models.DateTimeField(null=True)),
        migrations.AddField("announcement", "revision", models.PositiveIntegerField(default=1)),
        migrations.RunPython(keep_markets, migrations.RunPython.noop),
    ]
