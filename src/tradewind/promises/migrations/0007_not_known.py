"""A promise whose time passed while nobody could see whether it was kept has a state of its own, and what is feared an index for programs."""

from typing import Final

from django.db import migrations, models

_STATES: Final = ("made", "kept", "broken", "renewed", "released", "unknown")


class Migration(migrations.Migration):
    dependencies = [("promises", "0006_feared_alone")]
    operations = [
        migrations.AlterField(
            "promise",
            "state",
            models.CharField(choices=[(state, state.title()) for state in _STATES], default="made", max_length=8),
        ),
        migrations.AddIndex(
            "promise",
            models.Index(
                condition=models.Q(("at_risk_since__isnull", False), ("is_owed", True)),
                fields=["due_at", "id"],
                name="promise_feared",
            ),
        ),
    ]
