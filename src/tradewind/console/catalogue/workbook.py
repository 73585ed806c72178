"""Taking the catalogue out as a workbook, and looking at one before it is taken in."""

import io
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from tradewind.catalog.models import Product
from tradewind.catalog.workbook import NoWorkbook, WorkbookRefused
from tradewind.catalog.workbook_importing import ChangedMeanwhile, apply_plan
from tradewind.catalog.workbook_plan import Plan
from tradewind.catalog.workbook_planning import plan_workbook
from tradewind.catalog.workbook_writing import write_workbook
from tradewind.console import pages
from tradewind.core import words
from tradewind.core.files import keep_private, private_path
from tradewind.core.models import StoredFile
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now

KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Written in one transaction, for which a shop on SQLite waits: more is for the command line, at night.
MOST_CHANGES: Final = 2000
LARGEST: Final = 5_000_000
# Writing a thousand takes some ten seconds, for which a browser still waits.
MOST_PRODUCTS: Final = 1000
_SHOWN: Final = 500
_NO_FILE: Final = gettext_noop("Please choose a workbook first.")
_NO_WORKBOOK: Final = {
    "not_xlsx": gettext_noop("This is no workbook that can be read. Please save it as .xlsx."),
    "too_large": gettext_noop("The workbook is too large for the browser. Use ./tradewind import catalogue instead."),
}
_TOO_MANY: Final = gettext_noop(
    "More than {most} products take too long for a browser. Use ./tradewind export catalogue FILE.xlsx instead."
)
_CHANGED: Final = gettext_noop("The catalogue has changed since you looked. Below is what would change now.")


@needs("products.edit")
@require_safe
def export_workbook(request: HttpRequest) -> HttpResponse:
    if Product.objects.count() > MOST_PRODUCTS:
        return _show(request, trouble=words.say(words.spoken(), _TOO_MANY, most=MOST_PRODUCTS), status=422)
    into = io.BytesIO()
    write_workbook(into)
    name = f"catalogue-{utc_now():%Y-%m-%d}.xlsx"
    return HttpResponse(
        into.getvalue(), content_type=KIND, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@needs("products.price")
@require_http_methods(["GET", "HEAD", "POST"])
def import_workbook(request: HttpRequest) -> HttpResponse:
    """First a look at what would change; then the same again as a decision. What was seen is what is done."""
    if request.method != "POST":
        return _show(request)
    digest = request.POST.get("file", "")
    content = _kept(digest) if digest else _uploaded(request)
    if content is None:
        return _show(request, trouble=words.say(words.spoken(), _NO_FILE), status=422)
    try:
        if len(content) > LARGEST:
            raise NoWorkbook("too_large")
        plan = plan_workbook(content)
    except NoWorkbook as problem:
        return _show(request, trouble=words.say(words.spoken(), _NO_WORKBOOK[problem.code]), status=422)
    except WorkbookRefused as problem:
        return _show(request, problems=problem.problems, status=422)
    if not digest:
        kept = keep_private("catalogue.xlsx", content, content_type=KIND, at=utc_now())
        return _show(request, plan=plan, digest=kept.digest)
    return _decide(request, plan, digest)


def _decide(request: HttpRequest, plan: Plan, digest: str) -> HttpResponse:
    if plan.digest == request.POST.get("seen") and len(plan.changes) <= MOST_CHANGES:
        try:
            apply_plan(plan, by=pages.actor_of(request), at=utc_now())
        except ChangedMeanwhile:
            # The next look is at what is there now.
            plan = plan_workbook(_kept(digest) or b"")
        else:
            return pages.to_page("console:products", done="imported")
    changed = words.say(words.spoken(), _CHANGED)
    return _show(request, plan=plan, digest=digest, trouble=changed, status=HTTPStatus.CONFLICT)


def _show(
    request: HttpRequest, *, plan: Plan | None = None, digest: str = "", status: int = 200, **said: Any
) -> HttpResponse:
    changes = plan.changes if plan else []
    values = {
        "plan": plan,
        "digest": digest,
        "changes": changes[:_SHOWN],
        "unshown": max(0, len(changes) - _SHOWN),
        "is_too_much": len(changes) > MOST_CHANGES,
        "most": MOST_CHANGES,
        "problems": said.get("problems", []),
        "trouble": said.get("trouble", ""),
    }
    return pages.show(request, "catalogue/workbook.html", values, status=status)


def _uploaded(request: HttpRequest) -> bytes | None:
    file = request.FILES.get("workbook")
    return file.read(LARGEST + 1) if file else None


def _kept(digest: str) -> bytes | None:
    """Only what was kept as a workbook: a digest leads to no other private file."""
    file = StoredFile.objects.filter(digest=digest, content_type=KIND).first()
    return private_path(file.digest).read_bytes() if file else None
