"""Each open case says of its promise what it fears, so that closing it takes away just that."""

from typing import Any

from django.db import migrations


def fill(apps: Any, _editor: Any) -> None:
    risks = apps.get_model("promises", "PromiseRisk").objects
    cases = apps.get_model("shipping", "Trouble").objects.filter(closed_at=None, promise_id__isnull=False)
    open_ones = apps.get_model("promises", "Promise").objects.filter(state="made")
    for case in cases.select_related("group").order_by("pk").iterator():
        if not open_ones.filter(pk=case.promise_id).exists():
            continue
        risks.filter(promise_id=case.promise_id, cause=case.cause, source_kind="").delete()
        risks.create(
            promise_id=case.promise_id,
            cause=case.cause,
            source_kind="trouble",
            source_id=case.pk,
            note=case.group.notice or case.group.carrier,
            since=case.opened_at,
        )
        open_ones.filter(pk=case.promise_id, at_risk_since=None).update(
            at_risk_since=case.opened_at, risk=case.cause, risk_note=case.group.notice or case.group.carrier
        )


class Migration(migrations.Migration):
    dependencies = [("shipping", "0061_labels_followed"), ("promises", "0005_risks_on_record")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
