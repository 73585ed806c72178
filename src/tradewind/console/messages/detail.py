"""One message with its words as they left, but for codes that are the buyer's alone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.console import pages
from tradewind.core.staff import needs
from tradewind.messaging.models import Message


@needs("messages.view")
@require_safe
def message_page(request: HttpRequest, message_id: int) -> HttpResponse:
    message = Message.objects.filter(pk=message_id).first()
    if message is None:
        raise Http404
    return pages.show(request, "messages/detail.html", {"message": message})
