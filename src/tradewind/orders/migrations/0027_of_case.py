"""Goods that go once more name the case because of which they do, also in the parts into which their order was split."""

import re
from typing import Any

from django.db import migrations, models

from tradewind.core.rows import check_now

_KEY = re.compile(r"trouble-(\d+)(?:-\d+)?")
_AT_ONCE = 500


def fill(apps: Any, _editor: Any) -> None:
    orders = apps.get_model("orders", "Order").objects
    keys = orders.filter(cart_key__startswith="trouble-").order_by("pk").values_list("pk", "cart_key")
    for pk, key in keys.iterator(chunk_size=_AT_ONCE):
        if (found := _KEY.fullmatch(key)) is not None:
            orders.filter(pk=pk).update(case_id=int(found[1]))
    # The earlier split first: a part may have been split itself.
    splits = apps.get_model("orders", "OrderChange").objects.filter(kind="split", other__isnull=False)
    for source_id, part_id in splits.order_by("pk").values_list("order_id", "other_id").iterator(chunk_size=_AT_ONCE):
        case_id = orders.filter(pk=source_id).values_list("case_id", flat=True).first()
        if case_id is not None:
            orders.filter(pk=part_id).update(case_id=case_id)


class Migration(migrations.Migration):
    dependencies = [("orders", "0026_delivery_priced_anew")]
    operations = [
        migrations.AddField("order", "case_id", models.BigIntegerField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(check_now, migrations.RunPython.noop),
        migrations.AddIndex(
            "order",
            models.Index(
                condition=models.Q(("case_id__isnull", False)), fields=["case_id", "id"], name="order_of_case"
            ),
        ),
    ]
