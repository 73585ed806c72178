"""Noting that somebody has seen to a buyer who was not content."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tradewind.aftersales.feedback import AlreadyHelped, feedback_of, note_helped
from tradewind.console import pages
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now


@needs("messages.answer")
@require_POST
def helped(request: HttpRequest, order_id: int) -> HttpResponse:
    if feedback_of(order_id) is None:
        raise Http404
    try:
        note_helped(order_id=order_id, by=pages.staff_of(request), at=utc_now())
    except AlreadyHelped:
        return pages.to_page("console:order", done="gone", order_id=order_id)
    return pages.to_page("console:order", done="helped", order_id=order_id)
