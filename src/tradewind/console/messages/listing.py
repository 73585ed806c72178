"""The list of messages: what went out, what may have gone out twice, what did not."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.console import labels, pages, typed
from tradewind.core.staff import needs
from tradewind.messaging.queries import counts_by_state, key_of, outbox

PAGE: Final = 50


@needs("messages.view")
@require_safe
def messages_page(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("state", "")
    states = labels.codes("message_state")
    state = asked if asked in states else ""
    found = outbox(state=state, after=typed.read_key(request.GET, "after"), limit=PAGE + 1)
    rows = found[:PAGE]
    values = {
        "rows": rows,
        "numbers": counts_by_state(),
        "state": state,
        "states": states,
        "is_ignored": bool(asked) and not state,
        "older": typed.write_key(key_of(rows[-1])) if len(found) > PAGE else "",
        "is_first": "after" not in request.GET,
    }
    return pages.show(request, "messages/listing.html", values)
