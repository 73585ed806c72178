"""One message with its words as they left, but for codes that are the buyer's alone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.console import pages
from tradewind.core.staff import needs
from tradewind.messaging.models import Message
from tradewind.messaging.suppressing import against


@needs("messages.view")
@require_safe
def message_page(request: HttpRequest, message_id: int) -> HttpResponse:
    message = Message.objects.filter(pk=message_id).first()
    if message is None:
        raise Http404
    return show_message(request, message)


def show_message(request: HttpRequest, message: Message, *, problem: str = "", status: int = 200) -> HttpResponse:
    """With what stands against its address, and what was wrong in the form that lifts it."""
    values = {
        "message": message,
        "against": against(message.recipient) if message.recipient else [],
        "problem": problem,
    }
    return pages.show(request, "messages/detail.html", values, status=status)
