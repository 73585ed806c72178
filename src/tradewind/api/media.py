"""Pictures and films of a product: listed, and sent as a form with the checks that the console makes."""

from http import HTTPStatus
from typing import Annotated, Final, Literal

from django.http import HttpRequest
from ninja import File, Form, Router
from ninja.files import UploadedFile
from pydantic import Field

from tradewind.api import product_shapes as shapes
from tradewind.api import product_telling, queries
from tradewind.api.asking import refuse_unknown
from tradewind.api.fields import Asked, Line
from tradewind.api.keys import READ_PRODUCTS, WRITE_MEDIA, Key, program_of
from tradewind.api.once import writes
from tradewind.api.problems import Problem, WrongValues, wrong_value
from tradewind.catalog.media import MediaDraft, add_media
from tradewind.catalog.media_checking import LARGEST_VIDEO, MediaRefused
from tradewind.lib.clock import utc_now

router = Router(auth=Key(READ_PRODUCTS), tags=["media"])
_REFUSALS: Final = dict.fromkeys((401, 403, 404, 422, 429), Problem)
_WORDS: Final = {
    "empty": "The file is empty.",
    "not_media": "This is no JPEG, PNG, WebP, AVIF, MP4 or WebM.",
    "too_large": "The file is larger than {megabytes} MB.",
    "too_many_pixels": "The picture has more than {megapixels} megapixels.",
    "too_small": "Each side needs {pixels} pixels at least.",
    "animated": "Animated pictures are not taken. Send a film as MP4 or WebM.",
    "wrong_ending": "This is {format}, whatever its name says. Name it .{ending}",
    "wrong_container": "Browsers do not all play this. Send MP4 or WebM.",
    "too_many": "A product has at most {most} pictures and films.",
}
Role = Literal["front", "back", "side", "angle", "detail", "on_model", "in_use", "in_box", "video"]
Origin = Literal["", "own", "supplier"]


class About(Asked):
    """What is said about a file that is sent."""

    role: Role = Field("detail", description="What it shows. A film is always video.")
    origin: Origin = Field("", description="own or supplier: without it the product is not published.")
    permission: Line = Field("", description="Who of the supplier allowed its use, and when.")
    alt: Line = Field("", description="What it shows, in English, for those who do not see it.")


@router.api_operation(
    ["GET", "HEAD"],
    "/products/{slug}/media",
    operation_id="listMedia",
    summary="List the pictures and films of a product",
    response={200: shapes.MediaList, **_REFUSALS},
)
def list_media(request: HttpRequest, slug: str) -> shapes.MediaList:
    """In their order, also those that are still being prepared."""
    refuse_unknown(request.GET, ())
    rows = queries.media_of(queries.product_named(slug))
    return shapes.MediaList(media=[product_telling.medium(row) for row in rows])


@router.post(
    "/products/{slug}/media",
    auth=Key(WRITE_MEDIA),
    operation_id="addMedia",
    summary="Send a picture or film",
    response={201: shapes.MediaTold, 400: Problem, 413: Problem, **_REFUSALS},
)
@writes(HTTPStatus.CREATED)
def add(
    request: HttpRequest,
    slug: str,
    about: Form[About],
    file: Annotated[UploadedFile, File(description="JPEG, PNG, WebP, AVIF, MP4 or WebM, with its ending in its name.")],
) -> shapes.MediaTold:
    """A worker makes what pages show; buyers see it with the next publishing."""
    refuse_unknown(request.GET, ())
    product = queries.product_named(slug)
    alt = {"en": about.alt.strip()} if about.alt.strip() else {}
    draft = MediaDraft(about.role, about.origin, about.permission.strip(), alt=alt)
    try:
        if (file.size or 0) > LARGEST_VIDEO:
            raise MediaRefused("too_large", megabytes=LARGEST_VIDEO // 1_000_000)
        by, name = program_of(request), str(file.name or "")
        medium = add_media(product=product, name=name, content=file.read(), draft=draft, by=by, at=utc_now())
    except MediaRefused as problem:
        raise WrongValues([wrong_value(["file"], _WORDS[problem.code].format(**problem.facts))]) from None
    return product_telling.medium(medium)
