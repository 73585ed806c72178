"""The pictures and videos of a product, and the upload of more. With the script, each file shows how far it is."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from tradewind.catalog.media import MediaDraft, add_media
from tradewind.catalog.media_checking import LARGEST_PICTURE, LARGEST_VIDEO, MediaRefused
from tradewind.catalog.models import Media, Product
from tradewind.console import labels, pages
from tradewind.console.media.words import refusal_in_words
from tradewind.console.products.reading import Form
from tradewind.console.products.texts import languages_shown
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now

_MOST_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A file that was refused, and why in words."""

    name: str
    words: str


@needs("products.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def media_page(request: HttpRequest, product_id: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=product_id)
    if request.method != "POST":
        return show_media(request, product)
    refused = _take(request, product)
    # The script sends file by file and wants no page.
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"refused": [each.words for each in refused]}, status=422 if refused else 201)
    if refused:
        return show_media(request, product, refused=refused, status=422)
    return pages.to_page("console:product-media", done="uploaded", product_id=product_id)


def show_media(
    request: HttpRequest,
    product: Product,
    *,
    form: Form | None = None,
    at: int = 0,
    refused: list[NotTaken] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with the form of one medium as it was typed where something in it is wrong."""
    rows = list(product.media.select_related("original").order_by("position"))
    languages = languages_shown(product.content)
    values: dict[str, Any] = {
        "product": product,
        "title": words.pick(product.content.get("title", {}), words.spoken()) or product.slug,
        "media_rows": [
            (row, form if form and row.pk == at else Form(fields_of(row, place, languages)), _look(row))
            for place, row in enumerate(rows)
        ],
        "form": form or Form({}),
        "refused": refused or [],
        "languages_shown": languages,
        "roles": [
            (code, labels.tag("media_role", code).words) for code in Media.Role.values if code != Media.Role.VIDEO
        ],
        "origins": [(code, labels.tag("media_origin", code).words) for code in labels.codes("media_origin")],
        "shows": shows(product),
        "megabytes": (LARGEST_PICTURE // 1_000_000, LARGEST_VIDEO // 1_000_000),
        "is_preparing": any(row.state == Media.State.PREPARING for row in rows),
        "is_outdated": status == HTTPStatus.CONFLICT,
        "here_tab": "media",
    }
    return pages.show(request, "media/listing.html", values, status=status)


def fields_of(medium: Media, place: int, languages: list[str]) -> dict[str, str]:
    """The fields of the form of one medium. A crop is typed in hundredths."""
    crop = medium.crop or [0, 0, 1000, 1000]
    sides = zip(("left", "top", "right", "bottom"), crop, strict=True)
    return {
        f"m{medium.pk}.role": medium.role,
        f"m{medium.pk}.origin": medium.origin,
        f"m{medium.pk}.permission": medium.permission,
        f"m{medium.pk}.shows": "/".join(medium.option or []),
        f"m{medium.pk}.place": str(place + 1),
        **{f"m{medium.pk}.{side}": f"{share / 10:g}" for side, share in sides},
        **{f"m{medium.pk}.alt.{code}": medium.alt.get(code, "") for code in languages},
    }


def shows(product: Product) -> list[tuple[str, str]]:
    """The choices that a picture may show, as colour/celadon, with their names."""
    spoken = words.spoken()
    return [
        (
            f"{option['key']}/{value['key']}",
            f"{words.pick(option['name'], spoken)}: {words.pick(value['name'], spoken)}",
        )
        for option in product.content.get("options", [])
        for value in option["values"]
    ]


def _take(request: HttpRequest, product: Product) -> list[NotTaken]:
    files = request.FILES.getlist("files")
    origin = request.POST.get("origin", "")
    origin = origin if origin in labels.codes("media_origin") else ""
    permission = Form(request.POST).text("permission")
    refused = []
    if not files:
        said = words.say(words.spoken(), gettext_noop("Please choose a file first."))
        return [NotTaken("", said)]
    for file in files[:_MOST_AT_ONCE]:
        name = str(file.name or "")
        role = Media.Role.DETAIL if product.media.filter(role=Media.Role.FRONT).exists() else Media.Role.FRONT
        draft = MediaDraft(role, origin, permission)
        try:
            if (file.size or 0) > LARGEST_VIDEO:
                raise MediaRefused("too_large", megabytes=LARGEST_VIDEO // 1_000_000)
            by = pages.actor_of(request)
            add_media(product=product, name=name, content=file.read(), draft=draft, by=by, at=utc_now())
        except MediaRefused as problem:
            refused.append(NotTaken(name, refusal_in_words(problem)))
    said = words.say(
        words.spoken(), gettext_noop("At most {most} files at once. Please send it again."), most=_MOST_AT_ONCE
    )
    return refused + [NotTaken(str(file.name), said) for file in files[_MOST_AT_ONCE:]]


def _look(medium: Media) -> str:
    """The address of a small rendition, empty until there is one."""
    stills = [each for each in medium.renditions if each["format"] in ("webp", "jpeg", "jpg")]
    return pages.media(stills[0]["path"]) if stills else ""
