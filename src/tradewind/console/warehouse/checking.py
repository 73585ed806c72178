"""A quality check before goods leave: passed, or failed with why and a photo."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.catalog.media_checking import MediaRefused
from tradewind.catalog.packing import PARTS
from tradewind.console import pages, typed
from tradewind.console.typed import Problem, WrongInput
from tradewind.console.warehouse.photos import read_photos, refusal_in_words
from tradewind.console.warehouse.showing import show_packing
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.shipping.checking import CheckOfAnother, Found, NothingToCheck, TooFewLookedAt, note_check
from tradewind.shipping.evidence import add_cleaned
from tradewind.shipping.evidence_cleaning import clean

LONGEST: Final = 500
_LONGEST_KEY: Final = 40
_NO_VERDICT: Final = gettext_noop("Please say whether it passed.")
_NO_REASON: Final = gettext_noop("Please write what is wrong with it.")
_NOTHING: Final = gettext_noop("This order has left, or asks for no such check any more.")

_TOO_FEW: Final = gettext_noop("Look at {wanted} at least, then say that it passed.")
_OF_ANOTHER: Final = gettext_noop("This form belongs to another order. Nothing was kept: check again here.")


@needs("orders.dispatch")
@require_POST
def check(request: HttpRequest, order_id: int) -> HttpResponse:
    if not Order.objects.filter(pk=order_id).exists():
        raise Http404
    by, at = pages.actor_of(request), utc_now()
    key = request.POST.get("key", "")[:_LONGEST_KEY] or pages.new_key()
    product_id = typed.read_id(request.POST, "product")
    try:
        found = _read(request, product_id)
        # Before anything is written down: what is refused then is refused as a whole.
        films = [clean(content) for content in read_photos(request)]
        made = note_check(order_id=order_id, key=key, found=found, by=by, at=at)
        for film in films:
            add_cleaned(order_id=order_id, cleaned=film, found=made, by=by, at=at)
    except WrongInput as wrong:
        return _refuse(request, order_id, product_id, wrong, 422)
    except MediaRefused as refused:
        return _refuse(request, order_id, product_id, refusal_in_words(refused), 422)
    except NothingToCheck:
        return _refuse(request, order_id, product_id, WrongInput("verdict", _NOTHING), 409)
    except TooFewLookedAt as few:
        return _refuse(request, order_id, product_id, WrongInput("looked_at", _TOO_FEW, wanted=few.wanted), 422)
    except CheckOfAnother:
        return _refuse(request, order_id, product_id, WrongInput("verdict", _OF_ANOTHER), 409)
    return pages.to_page("console:packing", done="checked", anchor="checks", order_id=order_id)


def _read(request: HttpRequest, product_id: int) -> Found:
    """Raises WrongInput."""
    fields = request.POST
    verdict = fields.get("verdict", "")
    if verdict not in {"passed", "failed"}:
        raise WrongInput("verdict", _NO_VERDICT)
    is_passed = verdict == "passed"
    reason = typed.read_text(fields, "reason", longest=LONGEST, is_needed=False)
    if not is_passed and not reason:
        raise WrongInput("reason", _NO_REASON)
    failed = () if is_passed else tuple(part for part in PARTS if part in fields.getlist("failed"))
    return Found(product_id, typed.read_quantity(fields, "looked_at"), failed, reason, is_passed)


def _refuse(request: HttpRequest, order_id: int, product_id: int, wrong: WrongInput, status: int) -> HttpResponse:
    entered = {name: request.POST.get(name, "") for name in ("verdict", "reason", "looked_at")}
    problem = Problem(f"check-{product_id}", wrong.field, wrong.words, entered)
    return show_packing(request, order_id, problem=problem, status=status)
