"""Parcels that are on their way already are looked at like new ones, in rounds of the watcher."""

from typing import Any

from django.db import migrations
from django.db.models import F


def look_at_all(apps: Any, schema_editor: Any) -> None:
    underway = apps.get_model("shipping", "Parcel").objects.filter(delivered_at=None, replaced_at=None, look_at=None)
    underway.exclude(status__in=["returned", "cancelled"]).update(look_at=F("handed_over_at"))


class Migration(migrations.Migration):
    dependencies = [("shipping", "0040_troubles")]

    operations = [migrations.RunPython(look_at_all, migrations.RunPython.noop)]
