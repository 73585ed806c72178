"""Files of orders: the form that hands one in, and what came of those before."""

import secrets
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages, typed
from tradewind.console.orderfiles.naming import file_tag, source_name
from tradewind.console.orderfiles.upload_form import COLUMNS, LAYOUT, NEW, open_accounts, read_upload
from tradewind.console.products.reading import Form
from tradewind.console.timeline import actor_names
from tradewind.core.staff import NotValid, may, needs
from tradewind.lib.clock import utc_now
from tradewind.orders.importing.deciding import take_in
from tradewind.orders.importing.layouts import forget_layout, layouts_by_name
from tradewind.orders.importing.marketplaces.recognising import NAMES
from tradewind.orders.importing.queries import file_list
from tradewind.orders.importing.uploads import LARGEST
from tradewind.orders.matching import has_unmatched

_FORM: Final = {"account": "", "kind": ""}


@needs("orders.import")
@require_safe
def files_page(request: HttpRequest) -> HttpResponse:
    return _show(request, Form({**_FORM, "account": request.GET.get("account", "")}))


@needs("orders.import")
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """The worker looks at it; what it would do is shown before anything is stored."""
    form, reach = Form(request.POST), pages.reach_of(request)
    is_for_new = form.fields.get("account") == NEW
    if is_for_new and not may(pages.staff_of(request), "accounts.make"):
        raise Http404
    handed = read_upload(request, form, open_accounts(reach))
    if handed is not None:
        try:
            row = take_in(handed, by=pages.actor_of(request), at=utc_now())
        except NotValid as wrong:
            form.complain("new_account", wrong.words)
        else:
            if row.state != row.State.MAPPING:
                return pages.to_page("console:order-file", file_id=row.pk)
            said = urlencode({"encoding": encoding}) if (encoding := form.fields.get("encoding", "").strip()) else ""
            address = reverse("console:order-file-columns", kwargs={"file_id": row.pk})
            return HttpResponseRedirect(f"{address}?{said}" if said else address)
    return _show(request, form, status=422)


@needs("orders.import")
@require_POST
def remove_layout(request: HttpRequest, layout_id: int) -> HttpResponse:
    if not forget_layout(layout_id, by=pages.actor_of(request), at=utc_now()):
        raise Http404
    return pages.to_page("console:order-files", done="layout-removed")


def _show(request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
    reach = pages.reach_of(request)
    below = typed.read_id(request.GET, "below")
    rows, older = file_list(reach, below=below)
    layouts = layouts_by_name()
    values = {
        "form": form,
        "key": form.fields.get("key") or secrets.token_urlsafe(16),
        "accounts": open_accounts(reach),
        "new": NEW,
        "kinds": list(NAMES.items()),
        "layouts": [(f"{LAYOUT}{layout.pk}", layout) for layout in layouts],
        "columns": COLUMNS,
        "most": LARGEST // 1_000_000,
        "rows": rows,
        "older": older,
        "is_first": not below,
        "who": actor_names({row.by for row in rows}),
        "file_tag": file_tag,
        "source_name": source_name,
        "has_unmatched": has_unmatched(reach),
    }
    return pages.show(request, "orderfiles/listing.html", values, status=status)
