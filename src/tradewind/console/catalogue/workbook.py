"""The catalogue as a workbook: out, in, and what the worker has done with those that came before."""

import io
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.catalog.models import Product
from tradewind.catalog.workbook_models import WorkbookRun
from tradewind.catalog.workbook_reading import LARGEST_FILE
from tradewind.catalog.workbook_running import CONTENT_TYPE, order_export, take_in
from tradewind.catalog.workbook_writing import write_workbook
from tradewind.console import pages
from tradewind.console.timeline import actor_names
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now

# More take some seconds to write: the worker does it.
MOST_PRODUCTS: Final = 500
_LISTED: Final = 10
_NO_FILE: Final = gettext_noop("Please choose a workbook first.")
TOO_LARGE: Final = gettext_noop("The workbook is too large. Take some of its rows out and send them as a second one.")


@needs("products.edit")
@require_safe
def workbook_page(request: HttpRequest) -> HttpResponse:
    return _show(request)


@needs("products.edit")
@require_safe
def export_workbook(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # a view's shape
    """A small catalogue at once; a large one is ordered on the page."""
    if Product.objects.count() > MOST_PRODUCTS:
        return pages.to_page("console:catalogue-workbook")
    into = io.BytesIO()
    write_workbook(into)
    return as_file(into.getvalue(), _name())


@needs("products.edit")
@require_POST
def export_large(request: HttpRequest) -> HttpResponse:
    run = order_export(name=_name(), by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:catalogue-run", run_id=run.pk)


@needs("products.price")
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """The worker looks at it; what would change is shown before anything does."""
    file = request.FILES.get("workbook")
    if not isinstance(file, UploadedFile):
        return _show(request, trouble=_NO_FILE)
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        return _show(request, trouble=TOO_LARGE)
    run = take_in(name=file.name or "catalogue.xlsx", content=content, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:catalogue-run", run_id=run.pk)


def as_file(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=CONTENT_TYPE, headers=headers)


def _name() -> str:
    return f"catalogue-{utc_now():%Y-%m-%d}.xlsx"


def _show(request: HttpRequest, *, trouble: str = "") -> HttpResponse:
    runs = list(WorkbookRun.objects.order_by("-pk").defer("outcome")[:_LISTED])
    values = {
        "trouble": words.say(words.spoken(), trouble) if trouble else "",
        "is_large": Product.objects.count() > MOST_PRODUCTS,
        "runs": runs,
        "who": actor_names({run.by for run in runs}),
    }
    return pages.show(request, "catalogue/workbook.html", values, status=422 if trouble else 200)
