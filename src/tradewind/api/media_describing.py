"""What is said about a picture or film, changed part by part, and taking one away."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Path, Router
from pydantic import Field

from tradewind.api import product_shapes as shapes
from tradewind.api import product_telling, queries
from tradewind.api.asking import refuse_unknown
from tradewind.api.fields import Asked, Key, Line, Texts
from tradewind.api.keys import WRITE_MEDIA, program_of
from tradewind.api.keys import Key as Access
from tradewind.api.media import Origin, Role
from tradewind.api.once import writes
from tradewind.api.problems import NotFound, Problem, wrong_field
from tradewind.catalog.editing import hold
from tradewind.catalog.media import MOST, MediaDraft, describe_media, remove_media
from tradewind.catalog.models import Media, Product
from tradewind.lib.clock import utc_now

router = Router(auth=Access(WRITE_MEDIA), tags=["media"])
_REFUSALS: Final = dict.fromkeys((400, 401, 403, 404, 413, 422, 429), Problem)
_ALL: Final = 1000  # thousandths of a side
_LEAST: Final = 100
_Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
_Thousandths = Annotated[int, Field(ge=0, le=_ALL)]


class Description(Asked):
    """What shall be changed. What is not named stays."""

    role: Role | None = Field(None, description="What it shows. A film is always video, and a picture never.")
    origin: Origin | None = Field(None, description="own or supplier: without it the product is not published.")
    permission: Line | None = Field(None, description="Who of the supplier allowed its use, and when.")
    alt: Texts | None = Field(None, description="By language. An empty text takes it away; others stay.")
    shows: dict[Key, Key] | None = Field(
        None, max_length=1, description="The choice that it shows, as {colour: celadon}. Empty: all of them."
    )
    crop: list[_Thousandths] | None = Field(
        None,
        min_length=4,
        max_length=4,
        description="Left, top, right, bottom in thousandths. All of it: 0, 0, 1000, 1000.",
    )
    place: int | None = Field(None, ge=1, le=MOST, description="Where it stands among the others, from 1.")


@router.patch(
    "/products/{slug}/media/{medium}",
    operation_id="describeMedia",
    summary="Describe a picture or film",
    response={200: shapes.MediaTold, **_REFUSALS},
)
@writes()
def describe(request: HttpRequest, slug: str, medium: _Id, asked: Description) -> shapes.MediaTold:
    """Buyers of a product that is on sale see it at once; another crop shows when a worker has made it."""
    refuse_unknown(request.GET, ())
    row = _held(slug, medium)
    describe_media(medium=row, version=None, draft=_draft(row, asked), by=program_of(request), at=utc_now())
    row.refresh_from_db()
    return product_telling.medium(row)


@router.delete(
    "/products/{slug}/media/{medium}",
    operation_id="removeMedia",
    summary="Remove a picture or film",
    response={204: None, **_REFUSALS},
)
@writes(HTTPStatus.NO_CONTENT)
def remove(request: HttpRequest, slug: str, medium: _Id) -> None:
    """At once, also from the page."""
    refuse_unknown(request.GET, ())
    remove_media(medium=_held(slug, medium), by=program_of(request), at=utc_now())


def _held(slug: str, medium: int) -> Media:
    """For this request alone, with its product. Raises NotFound."""
    product = queries.product_named(slug)
    hold(product.pk, None)
    row = Media.objects.select_related("product").filter(pk=medium, product=product).first()
    if row is None:
        raise NotFound(
            "no_such_medium", f"This product has no picture of this id. /api/v1/products/{slug}/media lists all."
        )
    return row


def _draft(row: Media, asked: Description) -> MediaDraft:
    """As it is, with what was named. Raises WrongValues."""
    draft = MediaDraft(
        asked.role or row.role,
        row.origin if asked.origin is None else asked.origin,
        row.permission if asked.permission is None else asked.permission.strip(),
        option=row.option,
        alt=_merged(row.alt, asked.alt or {}),
        crop=row.crop,
        place=None if asked.place is None else asked.place - 1,
    )
    if (draft.role == Media.Role.VIDEO) != (row.role == Media.Role.VIDEO):
        raise wrong_field("role", words="A film is always video, and a picture never.")
    if draft.origin == "supplier" and not draft.permission:
        raise wrong_field("permission", words="Write who of the supplier allowed its use, and when.")
    if asked.shows is not None:
        draft = replace(draft, option=_choice(row.product, asked.shows))
    if asked.crop is not None:
        draft = replace(draft, crop=_crop(row, asked.crop))
    return draft


def _merged(before: Mapping[str, str], asked: Mapping[Any, str]) -> dict[str, str]:
    return {code: text.strip() for code, text in {**before, **asked}.items() if text.strip()}


def _choice(product: Product, asked: Mapping[str, str]) -> list[str] | None:
    known = {
        (option["key"], value["key"]) for option in product.content.get("options", []) for value in option["values"]
    }
    for option, value in asked.items():
        if (option, value) not in known:
            there = ", ".join(f"{key}: {each}" for key, each in sorted(known))
            raise wrong_field("shows", option, words=f"The product has no such choice. There are: {there or 'none'}.")
        return [option, value]
    return None


def _crop(row: Media, asked: list[int]) -> list[int] | None:
    left, top, right, bottom = asked
    if row.role == Media.Role.VIDEO:
        raise wrong_field("crop", words="A film is shown whole.")
    if right - left < _LEAST or bottom - top < _LEAST:
        raise wrong_field("crop", words="At least a tenth of the picture has to stay, each way.")
    return None if asked == [0, 0, _ALL, _ALL] else asked
