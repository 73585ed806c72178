"""Photos and films of packing: taken with the phone's camera, seen by staff alone."""

from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.catalog.media_checking import LARGEST_VIDEO, MediaRefused
from tradewind.console import pages
from tradewind.console.media.words import refusal_in_words as of_media
from tradewind.console.typed import Problem, WrongInput
from tradewind.console.warehouse.showing import show_packing
from tradewind.core.files import private_path
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.shipping.evidence import add_evidence
from tradewind.shipping.models import Evidence

_MOST_AT_ONCE: Final = 10
_NO_FILE: Final = gettext_noop("Please take a photo, or choose one, first.")
_NOT_READ: Final = gettext_noop(
    "This is no photo or film that can be kept. JPEG, PNG and WebP can be, and films as MP4 or MOV."
)
_TOO_MANY: Final = gettext_noop("An order keeps at most {most} photos and films.")
_ERASED: Final = gettext_noop("The data of this order were erased: nothing is added to it.")
_OWN: Final = {
    "not_media": _NOT_READ,
    "wrong_container": _NOT_READ,
    "too_many": _TOO_MANY,
    "erased": _ERASED,
}


@needs("orders.dispatch")
@require_POST
def add(request: HttpRequest, order_id: int) -> HttpResponse:
    if not Order.objects.filter(pk=order_id).exists():
        raise Http404
    try:
        contents = read_photos(request)
        if not contents:
            raise WrongInput("photos", _NO_FILE)
        for content in contents:
            add_evidence(order_id=order_id, content=content, by=pages.actor_of(request), at=utc_now())
    except MediaRefused as refused:
        return _refuse(request, order_id, refusal_in_words(refused))
    except WrongInput as wrong:
        return _refuse(request, order_id, wrong)
    return pages.to_page("console:packing", done="photographed", anchor="photos", order_id=order_id)


@needs("orders.view")
@require_safe
def photo_file(request: HttpRequest, order_id: int, photo_id: int) -> HttpResponseBase:  # noqa: ARG001  # as all pages
    row = Evidence.objects.filter(pk=photo_id, order_id=order_id, erased_at=None).select_related("file").first()
    path = private_path(row.file.digest) if row else None
    if row is None or path is None or not path.exists():
        raise Http404
    answer = FileResponse(path.open("rb"), content_type=row.file.content_type)
    answer["Cache-Control"] = "no-store"
    answer["Content-Disposition"] = "inline"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def read_photos(request: HttpRequest) -> list[bytes]:
    """What was chosen, as far as it is not too large to be looked at. Raises MediaRefused."""
    files = request.FILES.getlist("photos")[:_MOST_AT_ONCE]
    if any((file.size or 0) > LARGEST_VIDEO for file in files):
        raise MediaRefused("too_large", megabytes=LARGEST_VIDEO // 1_000_000)
    return [file.read() for file in files]


def refusal_in_words(refused: MediaRefused) -> WrongInput:
    if refused.code in _OWN:
        return WrongInput("photos", _OWN[refused.code], **refused.facts)
    wrong = WrongInput("photos", _NOT_READ)
    wrong.words = of_media(refused)
    return wrong


def _refuse(request: HttpRequest, order_id: int, wrong: WrongInput) -> HttpResponse:
    return show_packing(request, order_id, problem=Problem("photos", wrong.field, wrong.words, {}), status=422)
