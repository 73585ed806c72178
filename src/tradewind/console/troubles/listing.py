"""What is wrong at the moment, by cause and lane: where one act helps many."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.console import pages
from tradewind.console.troubles.wording import CAUSES, cause_words
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.shipping.trouble_queries import GroupRow, groups
from tradewind.shipping.trouble_rules import Cause


@needs("orders.view")
@require_safe
def troubles_page(request: HttpRequest) -> HttpResponse:
    language = words.spoken()
    asked = request.GET.get("cause", "")
    cause = asked if asked in set(Cause) else ""
    rows = groups(pages.reach_of(request), cause=cause)
    values = {
        "rows": [(row, cause_words(row.group.cause, language), lane_of(row)) for row in rows],
        "cause": cause,
        "causes": [(code.value, words.say(language, name)) for code, name in CAUSES.items()],
        "waiting": sum(row.waiting for row in rows),
        "open": sum(row.open for row in rows),
    }
    return pages.show(request, "troubles/listing.html", values)


def lane_of(row: GroupRow) -> str:
    """By whom and where to; or the name of what it is because of."""
    group = row.group
    return group.notice or group.carrier
