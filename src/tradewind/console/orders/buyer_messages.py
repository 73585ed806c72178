"""Marking as answered what a buyer wrote about an order."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tradewind.console import pages
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import BuyerMessage
from tradewind.messaging.receiving import AlreadyAnswered, mark_answered


@needs("messages.answer")
@require_POST
def answered(request: HttpRequest, order_id: int, message_id: int) -> HttpResponse:
    message = BuyerMessage.objects.filter(pk=message_id, order_id=order_id).first()
    if message is None:
        raise Http404
    try:
        mark_answered(message, by=pages.staff_of(request), at=utc_now())
    except AlreadyAnswered:
        return pages.to_page("console:order", done="gone", order_id=order_id)
    return pages.to_page("console:order", done="answered", order_id=order_id)
