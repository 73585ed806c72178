"""Typed values say of how many pieces; a marketplace's own EORI; goods sent again whose tax was taken before."""

from typing import Any

from django.db import migrations, models

from tradewind.core.rows import check_now


def fill(apps: Any, _editor: Any) -> None:
    rows = apps.get_model("shipping", "OrderCustoms").objects
    for row in rows.order_by("pk").iterator(chunk_size=500):
        valued = [key for key, said in row.lines.items() if said.get("value") and "of" not in said]
        if not valued:
            continue
        lines = apps.get_model("orders", "OrderLine").objects.filter(pk__in=[int(key) for key in valued])
        for pk, quantity in lines.values_list("pk", "quantity"):
            row.lines[str(pk)]["of"] = quantity
        rows.filter(pk=row.pk).update(lines=row.lines)


class Migration(migrations.Migration):
    dependencies = [("shipping", "0075_not_known")]
    operations = [
        migrations.AddField(
            "ordercustoms", "platform_eori", models.CharField(blank=True, default="", max_length=40)
        ),
        migrations.AddField("ordercustoms", "is_tax_taken_before", models.BooleanField(default=False)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(check_now, migrations.RunPython.noop),
    ]
