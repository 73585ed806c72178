"""What open promises have said of their one risk becomes a record."""

from typing import Any

from django.db import migrations

_NOTICE = "notice:"


def fill(apps: Any, _editor: Any) -> None:
    promises = apps.get_model("promises", "Promise").objects
    risks = apps.get_model("promises", "PromiseRisk").objects
    feared = promises.filter(state="made", at_risk_since__isnull=False).order_by("pk")
    names = ("pk", "risk", "risk_note", "at_risk_since")
    for pk, cause, note, since in feared.values_list(*names).iterator():
        told = {"promise_id": pk, "cause": cause, "note": note, "since": since}
        if cause.startswith(_NOTICE):
            told |= {"source_kind": "notice", "source_id": int(cause.removeprefix(_NOTICE))}
        risks.create(**told)


class Migration(migrations.Migration):
    dependencies = [("promises", "0004_risks")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
