"""What is done with a draft. Whatever the button, what was typed is saved first; sending and placing then take what was looked at."""

from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages, typed
from tradewind.console.orders.papers import as_pdf
from tradewind.console.products.reading import Form
from tradewind.console.quotations.detail import show_draft
from tradewind.console.quotations.form import fields_of, read_content
from tradewind.console.quotations.wording import complain_about
from tradewind.core import words
from tradewind.core.links import make_link
from tradewind.core.staff import may, needs
from tradewind.inventory.reserving import NotEnoughStock
from tradewind.lib.clock import utc_now
from tradewind.markets.queries import market_by_code
from tradewind.papers.rendering import render
from tradewind.quotations.drafting import AlreadySent, DraftOutdated, NotOpen, save_draft, throw_away
from tradewind.quotations.models import Quotation
from tradewind.quotations.ordering import NoTransfer, Paying, Payment, place_at_once
from tradewind.quotations.papering import can_be_paper, quotation_paper
from tradewind.quotations.queries import latest_version
from tradewind.quotations.readying import Looked, NotReady, SummaryChanged
from tradewind.quotations.sending import NoLastDay, send_quotation
from tradewind.quotations.states import OPEN

SEND: Final = "send"
PLACE: Final = "place"
_DAY: Final = gettext_noop("Please choose the last day on which it is valid: today or later.")
_HOW: Final = gettext_noop("Please choose how it is paid.")
_WORDS: Final = gettext_noop("Please write how it was paid: in cash, through which account, to whom.")
_GONE: Final = gettext_noop("Somebody else got the last of it in this moment. Nothing was ordered.")


@needs("quotations.edit")
@require_POST
def save(request: HttpRequest, quotation_id: int) -> HttpResponse:
    draft = get_object_or_404(Quotation, pk=quotation_id)
    if draft.state not in OPEN or draft.erased_at is not None:
        return _to_what_it_is(draft)
    form, action = Form(request.POST.dict()), request.POST.get("action", "")
    content = read_content(form, market_by_code(draft.market, on=utc_now().date()), action=action)
    if form.errors:
        return show_draft(request, draft, form, status=422)
    by, at, seen = pages.actor_of(request), utc_now(), typed.read_id(request.POST, "seen")
    try:
        draft = save_draft(quotation_id=quotation_id, seen=seen, content=content, by=by, at=at)
    except DraftOutdated:
        draft.refresh_from_db()
        return show_draft(request, draft, form, notice="outdated", status=HTTPStatus.CONFLICT)
    except NotOpen:
        return _to_what_it_is(Quotation.objects.get(pk=quotation_id))
    if action in {SEND, PLACE}:
        return _decide(request, draft, action)
    return _go_on(request, draft, action)


@needs("quotations.edit")
@require_POST
def remove(request: HttpRequest, quotation_id: int) -> HttpResponse:
    get_object_or_404(Quotation, pk=quotation_id)
    try:
        throw_away(quotation_id=quotation_id, by=pages.actor_of(request), at=utc_now())
    except (AlreadySent, NotOpen):
        return pages.to_page("console:quotation", done="gone", quotation_id=quotation_id)
    return pages.to_page("console:quotations", done="quotation-removed")


@needs("quotations.edit")
@require_POST
def show_link(request: HttpRequest, quotation_id: int) -> HttpResponse:
    """A link to hand on in a chat. It is shown this once: what is kept of it opens nothing."""
    draft = get_object_or_404(Quotation, pk=quotation_id)
    version = latest_version(quotation_id)
    if version is None or draft.erased_at is not None:
        return pages.to_page("console:quotation", done="gone", quotation_id=quotation_id)
    token = make_link("quotation.view", subject=("quotation", quotation_id), at=utc_now())
    parts = {"market": draft.market, "language": version.content["language"], "token": token}
    return show_draft(request, draft, link=settings.BASE_URL + reverse("storefront:quotation", kwargs=parts))


@needs("quotations.edit")
@require_safe
def paper_file(request: HttpRequest, quotation_id: int) -> HttpResponse:  # noqa: ARG001  # views get it
    """What the buyer has last been sent, as PDF."""
    version = latest_version(quotation_id)
    if version is None or version.quotation.erased_at is not None or not can_be_paper():
        raise Http404
    paper = quotation_paper(version)
    return as_pdf(render(paper), f"{paper.number}.pdf")


def _go_on(request: HttpRequest, draft: Quotation, action: str) -> HttpResponse:
    """Back to the page, to where somebody was."""
    address = reverse("console:quotation", kwargs={"quotation_id": draft.pk})
    text = request.POST.get("q", "").strip()[:100]
    # Enter in the field that looks for articles presses the first button of the form.
    if text and action in {"find", "enter"}:
        return HttpResponseRedirect(f"{address}?{urlencode({'q': text})}#found")
    anchor = "#goods" if action.startswith("add-") or action in {"goods", "find"} else ""
    return HttpResponseRedirect(f"{address}?done=quotation-saved{anchor}")


def _decide(request: HttpRequest, draft: Quotation, action: str) -> HttpResponse:
    # A line of own words has become one of the lines.
    posted = {name: value for name, value in request.POST.dict().items() if not name.startswith("own.")}
    form = Form({**posted, **fields_of(draft)})
    looked = Looked(
        seen=draft.revision,
        shown=request.POST.get("shown", ""),
        language=words.spoken(),
        doubted=request.POST.get("postcode_doubted", ""),
    )
    try:
        if action == SEND:
            send_quotation(quotation_id=draft.pk, looked=looked, by=pages.actor_of(request), at=utc_now())
            return pages.to_page("console:quotation", done="quotation-sent", quotation_id=draft.pk)
        return _place(request, draft, form, looked)
    except NotReady as missing:
        complain_about(form, missing.details, missing.summary, needs_stock=action == PLACE)
    except NoLastDay:
        form.complain("valid_until", _DAY)
    except NotEnoughStock:
        form.complain("lines", _GONE)
    except SummaryChanged:
        return show_draft(request, draft, form, notice="changed", status=HTTPStatus.CONFLICT)
    except (DraftOutdated, NotOpen):
        return _to_what_it_is(Quotation.objects.get(pk=draft.pk))
    return show_draft(request, draft, form, notice="saved", status=422)


def _place(request: HttpRequest, draft: Quotation, form: Form, looked: Looked) -> HttpResponse:
    staff, how = pages.staff_of(request), request.POST.get("payment", "")
    said = form.text("paid_how", longest=500, is_needed=how == Paying.PAID)
    if how not in set(Paying) or (how == Paying.PAID and not may(staff, "payments.confirm")):
        form.complain("payment", _HOW)
    elif how == Paying.PAID and not said:
        form.complain("paid_how", _WORDS)
    if form.errors:
        return show_draft(request, draft, form, notice="saved", status=422)
    try:
        order = place_at_once(
            quotation_id=draft.pk, looked=looked, payment=Payment(Paying(how), said), by=staff, at=utc_now()
        )
    except NoTransfer:
        form.complain("payment", _HOW)
        return show_draft(request, draft, form, notice="saved", status=422)
    return pages.to_page("console:order", done="quotation-ordered", order_id=order.pk)


def _to_what_it_is(draft: Quotation) -> HttpResponse:
    """A second click finds the order that the first one has placed."""
    if draft.order_id is not None:
        return pages.to_page("console:order", done="quotation-ordered", order_id=draft.order_id)
    return pages.to_page("console:quotation", done="gone", quotation_id=draft.pk)
