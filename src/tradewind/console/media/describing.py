"""Describing one picture or video: what it shows, whose it is, what part of it is shown, and where it stands."""

import re
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.catalog.editing import Outdated
from tradewind.catalog.media import MediaDraft, describe_media, prepare_again, remove_media
from tradewind.catalog.models import Media
from tradewind.console import labels, pages, typed
from tradewind.console.media.listing import show_media, shows
from tradewind.console.products.reading import Form
from tradewind.console.products.texts import languages_shown
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now

_SMALLEST_CROP: Final = 100  # thousandths
_WHOLE: Final = [0, 0, 1000, 1000]
_SHARE: Final = re.compile(r"[0-9]{1,3}(\.[0-9]+)?")


@needs("products.edit")
@require_POST
def describe(request: HttpRequest, medium_id: int) -> HttpResponse:
    medium = get_object_or_404(Media.objects.select_related("product"), pk=medium_id)
    form = Form(request.POST)
    draft = _read(form, medium)
    if form.errors:
        return show_media(request, medium.product, form=form, at=medium.pk, status=422)
    try:
        describe_media(
            medium=medium,
            version=typed.read_id(request.POST, "version"),
            draft=draft,
            by=pages.actor_of(request),
            at=utc_now(),
        )
    except Outdated:
        medium.product.refresh_from_db()
        return show_media(request, medium.product, form=form, at=medium.pk, status=HTTPStatus.CONFLICT)
    anchor = f"medium-{medium.pk}"
    return pages.to_page("console:product-media", done="media", anchor=anchor, product_id=medium.product_id)


@needs("products.edit")
@require_POST
def remove(request: HttpRequest, medium_id: int) -> HttpResponse:
    medium = get_object_or_404(Media, pk=medium_id)
    remove_media(medium=medium, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:product-media", done="media-removed", product_id=medium.product_id)


@needs("products.edit")
@require_POST
def prepare(request: HttpRequest, medium_id: int) -> HttpResponse:
    medium = get_object_or_404(Media.objects.exclude(original=None), pk=medium_id)
    prepare_again(medium=medium, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:product-media", done="uploaded", product_id=medium.product_id)


def _read(form: Form, medium: Media) -> MediaDraft:
    prefix = f"m{medium.pk}"
    role = form.text(f"{prefix}.role")
    if medium.role == Media.Role.VIDEO:
        role = Media.Role.VIDEO
    elif role not in Media.Role.values or role == Media.Role.VIDEO:
        form.complain(f"{prefix}.role", gettext_noop("Please choose one of these."))
    origin = form.text(f"{prefix}.origin")
    if origin not in labels.codes("media_origin"):
        form.complain(
            f"{prefix}.origin", gettext_noop("Please say where it comes from: without it nothing is published.")
        )
    permission = form.text(f"{prefix}.permission")
    if origin == "supplier" and not permission:
        form.complain(f"{prefix}.permission", gettext_noop("Please write who allowed its use, and when."))
    choice = form.text(f"{prefix}.shows")
    if choice and choice not in {value for value, _ in shows(medium.product)}:
        form.complain(f"{prefix}.shows", gettext_noop("Please choose one of these."))
    languages = languages_shown(medium.product.content)
    alt = {code: form.text(f"{prefix}.alt.{code}", longest=300) for code in languages}
    merged = {code: text for code, text in {**medium.alt, **alt}.items() if text}
    place = form.number(f"{prefix}.place", is_needed=True) or 1
    crop = _read_crop(form, prefix) if medium.role != Media.Role.VIDEO else medium.crop
    return MediaDraft(role, origin, permission, choice.split("/", 1) if choice else None, merged, crop, place - 1)


def _read_crop(form: Form, prefix: str) -> list[int] | None:
    """In thousandths; None for the whole picture."""
    crop = []
    for side in ("left", "top", "right", "bottom"):
        text = form.fields.get(f"{prefix}.{side}", "").strip().replace(",", ".")
        share = round(float(text) * 10) if _SHARE.fullmatch(text) else -1
        if not 0 <= share <= _WHOLE[-1]:
            form.complain(f"{prefix}.{side}", gettext_noop("A number from 0 to 100, please."))
        crop.append(share)
    left, top, right, bottom = crop
    if min(crop) >= 0 and (right - left < _SMALLEST_CROP or bottom - top < _SMALLEST_CROP):
        form.complain(f"{prefix}.right", gettext_noop("At least a tenth of the picture has to stay, each way."))
    return None if crop == _WHOLE else crop
