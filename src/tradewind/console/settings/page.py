"""The panels of settings, each at its own address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console.account.again import asks_again
from tradewind.console.settings.panel import save_panel, show_before, show_panel
from tradewind.core.connecting import Connection
from tradewind.core.panels import Panel, panel_of
from tradewind.core.staff import needs


@needs("settings.view")
@require_safe
def setting_page(request: HttpRequest, key: str) -> HttpResponse:
    return show_panel(request, _panel(key))


@needs("settings.change")
@asks_again("settings.save")
@require_POST
def save(request: HttpRequest, key: str) -> HttpResponse:
    return save_panel(request, _panel(key))


@needs("settings.change")
@require_POST
def take_back(request: HttpRequest, key: str, entry_id: int) -> HttpResponse:
    return show_before(request, _panel(key), entry_id)


def _panel(key: str) -> Panel:
    found = panel_of(key)
    if found is None or isinstance(found, Connection):
        raise Http404
    return found
