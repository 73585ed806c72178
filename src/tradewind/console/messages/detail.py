"""One message with its words as they left."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.console import pages
from tradewind.console.messages.queries import message_text
from tradewind.core.staff import needs


@needs("messages.view")
@require_safe
def message_page(request: HttpRequest, message_id: int) -> HttpResponse:
    message = message_text(message_id)
    if message is None:
        raise Http404
    return pages.show(request, "messages/detail.html", {"message": message})
