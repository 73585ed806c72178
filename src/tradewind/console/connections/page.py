"""All connections with how they are and how they did when they were last tried; each at its own address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages
from tradewind.console.account.again import asks_again
from tradewind.console.settings.panel import save_panel, show_before, show_panel, tell
from tradewind.core import panels
from tradewind.core.connecting import Connection, connection_of, connections, last_probes
from tradewind.core.staff import needs


@needs("connections.view")
@require_safe
def connections_page(request: HttpRequest) -> HttpResponse:
    last = last_probes()
    rows = [
        {
            "connection": each,
            "is_set": each.has_all(panels.in_force(each)) and each.is_used(),
            "is_missed": not each.is_optional and each.is_used(),
            "is_fixed": bool(each.needed & each.environment().keys()),
            "probed": last.get(each.key),
            "failed_at": tell([step for step in last[each.key].steps if not step.is_good]) if each.key in last else [],
        }
        for each in connections()
    ]
    return pages.show(request, "connections/listing.html", {"rows": rows})


@needs("connections.view")
@require_safe
def connection_page(request: HttpRequest, key: str) -> HttpResponse:
    return show_panel(request, _connection(key))


@needs("connections.change")
@asks_again("connections.save")
@require_POST
def save(request: HttpRequest, key: str) -> HttpResponse:
    return save_panel(request, _connection(key))


@needs("connections.change")
@require_POST
def take_back(request: HttpRequest, key: str, entry_id: int) -> HttpResponse:
    return show_before(request, _connection(key), entry_id)


def _connection(key: str) -> Connection:
    found = connection_of(key)
    if found is None:
        raise Http404
    return found
