"""A file of nobody's format: somebody says what stands in which column, with the first rows beside."""

from http import HTTPStatus
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from tradewind.console import pages
from tradewind.console.orderfiles import column_form
from tradewind.console.products.reading import Form
from tradewind.core.files import private_path
from tradewind.core.staff import needs
from tradewind.core.words import spoken
from tradewind.lib.clock import BEIJING, utc_now
from tradewind.orders.import_models import OrderFile
from tradewind.orders.importing.deciding import NotAsSeen, name_columns
from tradewind.orders.importing.layouts import LONGEST_NAME, as_kept, keep_layout
from tradewind.orders.importing.uploads import DELIMITERS, ENCODINGS, Table, Unusable, table_of

_STATES: Final = (OrderFile.State.MAPPING, OrderFile.State.CHECKED, OrderFile.State.REFUSED)
_UNREADABLE: Final = gettext_noop("The file cannot be read like this. Below it stands as we read it.")


@needs("orders.import")
@require_http_methods(["GET", "HEAD", "POST"])
def columns_page(request: HttpRequest, file_id: int) -> HttpResponse:
    row = get_object_or_404(OrderFile.objects.select_related("account", "file"), pk=file_id)
    if row.source or row.file is None:
        raise Http404
    if row.state not in _STATES:
        return pages.to_page("console:order-file", file_id=row.pk)
    content = private_path(row.file.digest).read_bytes()
    if request.method != "POST":
        return _first(request, row, content)
    form = Form(request.POST)
    table = _table(form, content)
    if "look" in request.POST:
        # As it reads now, the columns that were chosen for another reading may not be there.
        return _show(request, row, Form({**column_form.guessed(table, zone=BEIJING), **_typed(form)}), table)
    mapping = column_form.read_mapping(form, table, account=row.account.name)
    name = form.text("layout", longest=LONGEST_NAME)
    if mapping is None or form.errors:
        return _show(request, row, form, table, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        name_columns(file_id=row.pk, mapping=as_kept(mapping), at=utc_now())
    except NotAsSeen:  # decided meanwhile; the page says what became of it
        return pages.to_page("console:order-file", file_id=row.pk)
    if name:
        keep_layout(name=name, mapping=mapping, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:order-file", file_id=row.pk)


def _first(request: HttpRequest, row: OrderFile, content: bytes) -> HttpResponse:
    if row.how:
        fields = column_form.fields_of(row.how)
        return _show(request, row, Form(fields), _table(Form(fields), content))
    # What somebody said of it when they handed it in.
    table = _table(Form({"encoding": request.GET.get("encoding", "")}), content)
    return _show(request, row, Form(column_form.guessed(table, zone=BEIJING)), table)


def _table(form: Form, content: bytes) -> Table:
    """As somebody says that it is to be read; where that is impossible, as we read it."""
    encoding, delimiter = form.fields.get("encoding", ""), form.fields.get("delimiter", "")
    try:
        return table_of(content, encoding=encoding, delimiter=delimiter, language=spoken())
    except Unusable:
        form.complain("encoding", _UNREADABLE)
        return table_of(content, language=spoken())


def _typed(form: Form) -> dict[str, str]:
    names = ("layout", "zone", "state", "all_currency")
    return {name: form.fields[name] for name in names if name in form.fields}


def _show(request: HttpRequest, row: OrderFile, form: Form, table: Table, *, status: int = 200) -> HttpResponse:
    values = {
        "row": row,
        "form": form,
        "table": table,
        "offered": column_form.offered(table),
        "parts": (column_form.OF_ORDER, column_form.OF_LINE, column_form.OF_ADDRESS),
        "needed": column_form.NEEDED,
        "formats": column_form.samples_of_formats(),
        "states": column_form.STATES,
        "decimals": column_form.DECIMALS,
        "thousands": column_form.THOUSANDS,
        "encodings": list(dict.fromkeys([*ENCODINGS, table.encoding])),
        "delimiters": DELIMITERS,
    }
    return pages.show(request, "orderfiles/columns.html", values, status=status)
