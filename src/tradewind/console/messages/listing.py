"""The list of messages: what went out, what may have gone out twice, what did not."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.console import labels, pages, typed
from tradewind.console.messages.queries import message_list
from tradewind.core.staff import needs


@needs("messages.view")
@require_safe
def messages_page(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("state", "")
    states = labels.codes("message_state")
    state = asked if asked in states else ""
    found = message_list(state=state, after=typed.read_key(request.GET, "after"))
    values = {
        "page": found,
        "state": state,
        "states": states,
        "is_ignored": bool(asked) and not state,
        "older": typed.write_key(found.older) if found.older else "",
        "is_first": "after" not in request.GET,
    }
    return pages.show(request, "messages/listing.html", values)
