"""Erasing what is personal of an order, after somebody has decided what the accounts still need."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.clientele.erasing import erase_order
from tradewind.console import pages
from tradewind.console.account.again import asks_again
from tradewind.console.orders.detail import show_order
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.messaging.erasing import LetterOnItsWay
from tradewind.orders.erasing import StillNeeded
from tradewind.orders.models import Order

_KEPT: Final = {"address": True, "nothing": False}
_CHOOSE: Final = gettext_noop("Please choose what stays.")
_NEEDED: Final = gettext_noop("The order has yet to be paid or sent. Cancel it first, or wait until it has left.")
_LETTER: Final = gettext_noop("A letter about this order has not left yet. Please try again in a minute.")


@needs("buyers.erase")
@asks_again("buyers.erase")
@require_POST
def erase(request: HttpRequest, order_id: int) -> HttpResponse:
    keeps = request.POST.get("keeps", "")
    if not Order.objects.filter(pk=order_id).exists():
        raise Http404
    if keeps not in _KEPT:
        return _refuse(request, order_id, _CHOOSE, status=422)
    try:
        erase_order(order_id, keeps_address=_KEPT[keeps], by=pages.staff_of(request), at=utc_now())
    except StillNeeded:
        return _refuse(request, order_id, _NEEDED, status=409)
    except LetterOnItsWay:
        return _refuse(request, order_id, _LETTER, status=409)
    return pages.to_page("console:order", done="erased", order_id=order_id)


def _refuse(request: HttpRequest, order_id: int, message: str, *, status: int) -> HttpResponse:
    problem = Problem("erasure", "keeps", words.say(words.spoken(), message), {})
    return show_order(request, order_id, problem=problem, status=status)
