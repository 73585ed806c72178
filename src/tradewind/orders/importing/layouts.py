"""Layouts: mappings that are kept under a name, so that the next file of the same source needs no questions."""

from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tradewind.core.trail import write_audit
from tradewind.orders.import_models import FileLayout
from tradewind.orders.importing.mapping import Mapping

LONGEST_NAME: Final = 80


def mapping_of(kept: Pairs[str, Any], *, account: str) -> Mapping:
    """The mapping as it was kept, for an account. Raises pydantic's ValidationError where it was kept by another release."""
    return Mapping.model_validate({**kept, "account": account})


def as_kept(mapping: Mapping) -> dict[str, Any]:
    return mapping.model_dump(mode="json", by_alias=True, exclude={"account"}, exclude_none=True)


def columns_of(mapping: Mapping | Pairs[str, Any]) -> set[str]:
    """The headings that a file must have."""
    kept = as_kept(mapping) if isinstance(mapping, Mapping) else mapping
    tables = (kept["columns"], kept.get("address", {}))
    values = [value for table in tables for value in table.values()]
    return {heading for value in values for heading in (value if isinstance(value, list) else [value])}


def keep_layout(*, name: str, mapping: Mapping, by: str, at: datetime) -> FileLayout:
    """Under a name that is there already, the newer takes the place of the older."""
    kept = as_kept(mapping)
    with transaction.atomic():
        before = FileLayout.objects.select_for_update().filter(name=name).first()
        if before is not None and before.mapping == kept:
            return before
        layout, _ = FileLayout.objects.update_or_create(
            name=name, defaults={"mapping": kept, "by": by, "changed_at": at}
        )
        was = before.mapping["columns"] if before else None
        subject, after = ("file_layout", layout.pk), {"name": name, **kept["columns"]}
        write_audit("file_layout.kept", subject=subject, by=by, at=at, before=was, after=after)
    return layout


def forget_layout(layout_id: int, *, by: str, at: datetime) -> bool:
    """Files that came in by it keep what they say. False where there is none."""
    with transaction.atomic():
        layout = FileLayout.objects.select_for_update().filter(pk=layout_id).first()
        if layout is None:
            return False
        before = {"name": layout.name}
        write_audit("file_layout.removed", subject=("file_layout", layout.pk), by=by, at=at, before=before)
        layout.delete()
    return True


def layouts_by_name() -> list[FileLayout]:
    return list(FileLayout.objects.order_by("name"))


def layout_for(headings: Sequence[str]) -> FileLayout | None:
    """The one whose columns are all there; of several, the one that reads most of them, and then the latest."""
    there = set(headings)
    fitting = [
        (len(wanted), each.changed_at, each)
        for each in layouts_by_name()
        if (wanted := columns_of(each.mapping)) <= there
    ]
    return max(fitting, key=lambda found: found[:2])[2] if fitting else None
