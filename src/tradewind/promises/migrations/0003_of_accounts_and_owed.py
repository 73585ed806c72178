"""What stands on record learns of its shop account, and whether it is still owed."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps: Any, _editor: Any) -> None:
    promises = apps.get_model("promises", "Promise").objects.all()
    order = apps.get_model("orders", "Order").objects.filter(pk=OuterRef("subject_id"))
    promises.filter(subject_kind="order").update(account_id=Subquery(order.values("account_id")[:1]))
    promises.exclude(state__in=["made", "broken"]).update(is_owed=False)
    waiting = apps.get_model("orders", "Order").objects.filter(state__in=["awaiting_payment", "paid"]).values("pk")
    # Nobody has said until now when something arrived: only what has yet to leave is known to be owed.
    broken = promises.filter(state="broken")
    broken.exclude(kind="dispatch", subject_id__in=waiting).update(is_owed=False)


class Migration(migrations.Migration):
    dependencies = [("promises", "0002_the_record"), ("orders", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
