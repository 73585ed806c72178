"""The list of quotations and of orders that staff write: filtered by what became of them, newest first."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.console import labels, pages, timeline, typed
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.quotations.queries import STATES, quotation_list


@needs("quotations.edit")
@require_safe
def quotations_page(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("state", "")
    state = asked if asked in STATES else ""
    after = typed.read_key(request.GET, "after")
    text = request.GET.get("q", "").strip()[:100]
    page = quotation_list(pages.reach_of(request), words=text, state=state, after=after, now=utc_now())
    values = {
        "rows": page.rows,
        "older": typed.write_key(page.older) if page.older else "",
        "is_first": after is None,
        "text": text,
        "query": urlencode({"q": text} if text else {}),
        "state": state,
        "states": labels.codes("quotation_state"),
        "names": timeline.actor_names({row.made_by for row in page.rows}),
    }
    return pages.show(request, "quotations/listing.html", values)
