"""A quotation's own page, behind its signed link: what we offer and until when, to be accepted or declined."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from tradewind.core.addresses import address_lines
from tradewind.core.links import make_link
from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.papers.files import PDF
from tradewind.papers.rendering import render
from tradewind.payments.methods import MethodNotOffered, offers
from tradewind.payments.starting import start_now
from tradewind.quotations import accepting
from tradewind.quotations.keeping import kept_in
from tradewind.quotations.models import Quotation
from tradewind.quotations.papering import can_be_paper, quotation_paper
from tradewind.quotations.queries import is_there_today, latest_version, quote_today, state_of
from tradewind.storefront.pages import show
from tradewind.storefront.paying import on_to_payment
from tradewind.storefront.place import Place
from tradewind.storefront.quotation_access import behind_quotation
from tradewind.storefront.reading import BadInput, texts, whole_number

_MOST_VERSIONS = 32_767


@behind_quotation
@require_safe
def quotation_page(request: HttpRequest, place: Place, token: str, quotation_id: int) -> HttpResponse:
    version = latest_version(quotation_id)
    if version is not None and request.method == "GET":
        accepting.note_seen(version, at=utc_now())
    return _show(request, place, token, quotation_id)


@behind_quotation
@require_POST
def accept_quotation(request: HttpRequest, place: Place, token: str, quotation_id: int) -> HttpResponse:
    """Twice is once: what has become an order already leads to it, or on to where it is paid."""
    method, number = texts(request, ["method"])["method"], whole_number(request, "number", most=_MOST_VERSIONS)
    try:
        accepted = accepting.accept(quotation_id=quotation_id, number=number, method=method, at=utc_now())
    except MethodNotOffered:
        raise BadInput("method") from None
    except (accepting.NewerVersion, accepting.NotOffered, accepting.Lapsed) as refusal:
        return _show(request, place, token, quotation_id, notice=_refused(refusal, place.language))
    except accepting.NotToBeHad as refusal:
        return _show(request, place, token, quotation_id, notice=_not_to_be_had(refusal.why, place.language))
    order_token = make_link("order.view", subject=("order", accepted.order.pk), at=utc_now())
    if not method or accepted.intent is None:
        return HttpResponseRedirect(place.url("order", token=order_token), status=HTTPStatus.SEE_OTHER)
    return on_to_payment(request, place, start_now(accepted.intent, now=utc_now), order_token)


@behind_quotation
@require_POST
def decline_quotation(request: HttpRequest, place: Place, token: str, quotation_id: int) -> HttpResponse:
    words, number = texts(request, ["words"])["words"], whole_number(request, "number", most=_MOST_VERSIONS)
    try:
        accepting.decline(quotation_id=quotation_id, number=number, words=words, at=utc_now())
    except (accepting.NewerVersion, accepting.NotOffered) as refusal:
        return _show(request, place, token, quotation_id, notice=_refused(refusal, place.language))
    return HttpResponseRedirect(place.url("quotation", token=token), status=HTTPStatus.SEE_OTHER)


@behind_quotation
@require_POST
def ask_for_another(request: HttpRequest, place: Place, token: str, quotation_id: int) -> HttpResponse:  # noqa: ARG001  # behind_quotation gives it
    """It has lapsed. A page that was left open may ask for what holds again: then it is shown."""
    try:
        accepting.ask_anew(quotation_id=quotation_id, at=utc_now())
    except accepting.NotOffered:
        return HttpResponseRedirect(place.url("quotation", token=token), status=HTTPStatus.SEE_OTHER)
    return HttpResponseRedirect(f"{place.url('quotation', token=token)}?asked", status=HTTPStatus.SEE_OTHER)


@behind_quotation
@require_safe
def paper_file(request: HttpRequest, place: Place, token: str, quotation_id: int) -> HttpResponse:  # noqa: ARG001  # behind_quotation gives it
    """The version that holds, as PDF."""
    version = latest_version(quotation_id)
    if version is None or not can_be_paper():
        raise Http404
    paper = quotation_paper(version)
    headers = {"Content-Disposition": f'attachment; filename="{paper.number}.pdf"'}
    return HttpResponse(render(paper), content_type=PDF, headers=headers)


def _show(request: HttpRequest, place: Place, token: str, quotation_id: int, *, notice: str = "") -> HttpResponse:
    now = utc_now()
    quotation, version = Quotation.objects.get(pk=quotation_id), latest_version(quotation_id)
    if version is None:
        raise Http404
    state = state_of(quotation, now)
    values = {
        "quotation": quotation,
        "version": version,
        "kept": kept_in(version),
        "state": state,
        "is_open": state in {"sent", "seen"},
        "quote": quote_today(version, at=now),
        "is_there": is_there_today(version, at=now),
        "address": address_lines(version.ship_to, place.language),
        "methods": offers(place.market.id, place.language),
        "was_asked": "asked" in request.GET,
        "notice": notice,
        "has_paper": can_be_paper(),
        "token": token,
        "longest": accepting.LONGEST_WORDS,
    }
    status = HTTPStatus.CONFLICT if notice else HTTPStatus.OK
    return show(request, place, "storefront/quotation.html", values, status=status)


def _refused(refusal: Exception, language: str) -> str:
    if isinstance(refusal, accepting.NewerVersion):
        return say(
            language, "Meanwhile we have sent you a new version. Nothing was ordered: this is what we offer now."
        )
    if isinstance(refusal, accepting.Lapsed):
        return say(language, "The last day of this quotation has passed. Nothing was ordered.")
    return say(language, "This quotation cannot be accepted any more. Nothing was ordered.")


def _not_to_be_had(why: str, language: str) -> str:
    if why == accepting.NO_STOCK:
        return say(
            language,
            "Not all of it is there any more: goods are set aside only when an order is placed. Nothing was ordered or charged."
            " We know of it and write to you within a working day.",
        )
    return say(
        language,
        "This way of delivery is not offered any more. Nothing was ordered or charged. We know of it and write to you within"
        " a working day.",
    )
