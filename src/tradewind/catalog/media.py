"""Pictures and videos of a product: uploaded, described, ordered, removed. A worker makes what pages show."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Max

from tradewind.catalog.editing import hold, note_edit
from tradewind.catalog.listing import relist
from tradewind.catalog.media_checking import MediaRefused, inspect
from tradewind.catalog.media_work import plan_renditions
from tradewind.catalog.models import Media, Product
from tradewind.core.files import keep_private
from tradewind.core.trail import write_audit

# A gallery that nobody can look through helps nobody.
MOST: Final = 40
_TYPES: Final = {"mp4": "video/mp4", "webm": "video/webm"}


@dataclass(frozen=True, slots=True)
class MediaDraft:
    """What is said about a medium. `place` counts from zero; `crop` is [left, top, right, bottom] in thousandths."""

    role: str = Media.Role.FRONT
    origin: str = ""
    permission: str = ""
    option: list[str] | None = None
    alt: dict[str, str] = field(default_factory=dict)
    crop: list[int] | None = None
    place: int | None = None


def add_media(*, product: Product, name: str, content: bytes, draft: MediaDraft, by: str, at: datetime) -> Media:
    """Keep the original privately and order its renditions. Buyers see it with the next publishing.
    Raises MediaRefused.
    """
    found = inspect(name, content)
    if found.is_video != (draft.role == Media.Role.VIDEO):
        draft = MediaDraft(Media.Role.VIDEO if found.is_video else Media.Role.DETAIL, draft.origin, draft.permission)
    kind = _TYPES.get(found.format, f"image/{found.format}")
    original = keep_private(name, content, content_type=kind, at=at)
    with transaction.atomic():
        held = hold(product.pk, None)
        if held.media.count() >= MOST:
            raise MediaRefused("too_many", most=MOST)
        last = held.media.aggregate(last=Max("position"))["last"]
        medium = Media.objects.create(
            product=held,
            option=draft.option,
            role=draft.role,
            position=0 if last is None else last + 1,
            alt=draft.alt,
            origin=draft.origin,
            permission=draft.permission,
            original=original,
            state=Media.State.PREPARING,
            is_live=False,
            crop=draft.crop,
            renditions=[],
        )
        plan_renditions(medium, size=(found.width, found.height), at=at)
        write_audit("media.added", subject=("product", held.pk), by=by, at=at, after=_on_record(medium))
        note_edit(held, ["media"], by=by, at=at)
    return medium


def describe_media(*, medium: Media, version: int | None, draft: MediaDraft, by: str, at: datetime) -> None:
    """Write what is said about a medium. Another crop orders other renditions; until they are there, pages show the old
    ones. What is live is shown as described at once. Raises editing.Outdated.
    """
    with transaction.atomic():
        held = hold(medium.product_id, version)
        row = Media.objects.select_for_update().get(pk=medium.pk)
        before = _on_record(row)
        is_cropped_anew = row.crop != draft.crop and row.original_id is not None
        row.role, row.origin, row.permission = draft.role, draft.origin, draft.permission
        row.option, row.alt = draft.option, draft.alt
        if is_cropped_anew:
            row.crop, row.recipe, row.state, row.problem = draft.crop, row.recipe + 1, Media.State.PREPARING, ""
        row.save(update_fields=["role", "origin", "permission", "option", "alt", "crop", "recipe", "state", "problem"])
        if is_cropped_anew:
            plan_renditions(row, size=None, at=at)
        is_moved = draft.place is not None and _move(row, draft.place)
        if before == _on_record(row) and not is_moved:
            return
        _renew_page(held)
        after = _on_record(row)
        write_audit("media.described", subject=("product", held.pk), by=by, at=at, before=before, after=after)
        note_edit(held, ["media"], by=by, at=at)


def prepare_again(*, medium: Media, by: str, at: datetime) -> None:
    """Order the renditions anew, after a failure."""
    with transaction.atomic():
        row = Media.objects.select_for_update().get(pk=medium.pk)
        row.recipe, row.state, row.problem = row.recipe + 1, Media.State.PREPARING, ""
        row.save(update_fields=["recipe", "state", "problem"])
        plan_renditions(row, size=None, at=at)
        write_audit("media.prepared_again", subject=("product", row.product_id), by=by, at=at)


def remove_media(*, medium: Media, by: str, at: datetime) -> None:
    """Take it away at once, also from the page. The original stays among the private files."""
    with transaction.atomic():
        held = hold(medium.product_id, None)
        write_audit("media.removed", subject=("product", held.pk), by=by, at=at, before=_on_record(medium))
        Media.objects.filter(pk=medium.pk).delete()
        _renew_page(held)
        note_edit(held, ["media"], by=by, at=at)


def _move(medium: Media, place: int) -> bool:
    """Put it at its place among the others. In two steps, because no two may ever stand at one place."""
    rows = list(Media.objects.filter(product_id=medium.product_id).order_by("position").values_list("pk", flat=True))
    order = [pk for pk in rows if pk != medium.pk]
    order.insert(min(place, len(order)), medium.pk)
    if order == rows:
        return False
    top = Media.objects.filter(product_id=medium.product_id).aggregate(top=Max("position"))["top"] + 1
    for step, base in ((1, top), (2, 0)):
        for position, pk in enumerate(order):
            Media.objects.filter(pk=pk).update(position=position + (base if step == 1 else 0))
    return True


def _renew_page(product: Product) -> None:
    Product.objects.filter(pk=product.pk).update(text_version=F("text_version") + 1)
    relist(product.pk, has_news=True)


def _on_record(medium: Media) -> dict[str, Any]:
    names = ("role", "origin", "permission", "option", "alt", "crop")
    return {"media": medium.pk, **{name: getattr(medium, name) for name in names}}
