"""Sending money back: deciding it, and recording that a transfer was sent by hand."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.orders.detail import show_order
from tradewind.console.typed import Problem
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.payments.manual import AlreadyRecorded, ReferenceMissing
from tradewind.payments.models import MANUAL, PaymentIntent, Refund
from tradewind.payments.refunding import AlreadyConfirmed, MoreThanCaptured, confirm_refund_sent, plan_refund

# The reason that payments keep: a person decided it on the order's page.
BY_STAFF: Final = "by_staff"
_TOO_MUCH: Final = gettext_noop("Not more than what came in and is not on its way back already: {available}.")
_SENT: Final = gettext_noop("This refund is on record as sent already. Nothing was added.")
_NO_REFERENCE: Final = gettext_noop("Please copy the bank's reference from the statement.")


@needs("payments.confirm")
@require_POST
def decide_refund(request: HttpRequest, order_id: int) -> HttpResponse:
    """Give money back on the way on which it came."""
    intent = PaymentIntent.objects.filter(
        pk=typed.read_id(request.POST, "intent"), subject_kind="order", subject_id=order_id
    ).first()
    if intent is None:
        raise Http404
    try:
        amount = typed.read_amount(request.POST, "amount", currency=intent.currency)
        plan_refund(intent=intent, amount=amount, reason=BY_STAFF, at=utc_now(), by=pages.actor_of(request))
    except typed.WrongInput as wrong:
        return _refuse(request, order_id, f"refund-{intent.pk}", wrong)
    except MoreThanCaptured as problem:
        too_much = typed.WrongInput("amount", _TOO_MUCH, available=str(problem.available))
        return _refuse(request, order_id, f"refund-{intent.pk}", too_much)
    return pages.to_page("console:order", done="refund", order_id=order_id)


@needs("payments.confirm")
@require_POST
def record_refund_sent(request: HttpRequest, order_id: int, refund_id: int) -> HttpResponse:
    """A person has made the transfer."""
    refund = Refund.objects.select_related("intent").filter(pk=refund_id, intent__provider=MANUAL).first()
    if refund is None or (refund.intent.subject_kind, refund.intent.subject_id) != ("order", order_id):
        raise Http404
    try:
        _record(request, refund)
    except typed.WrongInput as wrong:
        return _refuse(request, order_id, f"sent-{refund.pk}", wrong)
    return pages.to_page("console:order", done="refund-sent", order_id=order_id)


def _record(request: HttpRequest, refund: Refund) -> None:
    """Raises WrongInput in words for everything that the person can put right."""
    reference = typed.read_text(request.POST, "reference", longest=120)
    try:
        confirm_refund_sent(refund=refund, reference=reference, by=pages.staff_of(request), at=utc_now())
    except (AlreadyConfirmed, AlreadyRecorded):
        raise typed.WrongInput("reference", _SENT) from None
    except ReferenceMissing:
        raise typed.WrongInput("reference", _NO_REFERENCE) from None


def _refuse(request: HttpRequest, order_id: int, form: str, wrong: typed.WrongInput) -> HttpResponse:
    entered = {name: request.POST.get(name, "") for name in ("amount", "reference")}
    return show_order(request, order_id, problem=Problem(form, wrong.field, wrong.words, entered), status=422)
