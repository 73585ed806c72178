"""Since when goods are short: that names the shortage, so that one that was dismissed and comes again is another."""

from typing import Any

from django.db import migrations, models
from django.db.models import Max, Q
from django.db.models.functions import Now


def fill(apps: Any, _editor: Any) -> None:
    """Few goods are short at one time."""
    levels = apps.get_model("inventory", "StockLevel").objects.filter(short__gt=0, short_since=None)
    counted = Max("movements__at", filter=Q(movements__kind="adjusted", movements__quantity__lt=0))
    for pk, at in levels.annotate(counted_at=counted).order_by("pk").values_list("pk", "counted_at"):
        levels.filter(pk=pk).update(short_since=at or Now())


class Migration(migrations.Migration):
    dependencies = [("inventory", "0005_shelves")]
    operations = [
        migrations.AddField("stocklevel", "short_since", models.DateTimeField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            "stocklevel",
            models.CheckConstraint(condition=Q(short=0) | Q(short_since__isnull=False), name="stock_short_since"),
        ),
    ]
