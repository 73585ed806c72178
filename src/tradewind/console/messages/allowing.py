"""Writing again to an address that stands under a suppression, with the reason why."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.messages.detail import show_message
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message
from tradewind.messaging.suppressing import NothingAgainst, allow_again

_LONGEST: Final = 300
_NOTHING: Final = gettext_noop("Nothing stands against this address any more: it is written to.")


@needs("messages.answer")
@require_POST
def allow_address(request: HttpRequest, message_id: int) -> HttpResponse:
    message = Message.objects.filter(pk=message_id).first()
    if message is None or not message.recipient:
        raise Http404
    try:
        reason = typed.read_text(request.POST, "reason", longest=_LONGEST)
        allow_again(message, reason=reason, by=pages.actor_of(request), at=utc_now())
    except typed.WrongInput as wrong:
        return show_message(request, message, problem=wrong.words, status=422)
    except NothingAgainst:
        return show_message(request, message, problem=typed.WrongInput("reason", _NOTHING).words, status=409)
    return pages.to_page("console:message", done="allowed", message_id=message_id)
