"""What each sales channel lets a shop write to its buyers: the rules as they are kept, with their sources."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.console import pages
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.messaging.channel_rules import Sort, in_force, rules


@needs("messages.view")
@require_safe
def channels_page(request: HttpRequest) -> HttpResponse:
    now_in_force = in_force(utc_now().date())
    values = {
        "rules": list(now_in_force),
        "sorts": list(Sort),
        "others": [rule for rule in rules() if rule not in now_in_force],
    }
    return pages.show(request, "messages/channels.html", values)
