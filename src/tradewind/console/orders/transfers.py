"""Writing down a bank transfer that a person saw on the statement."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.orders.detail import show_order
from tradewind.console.typed import Problem
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.payments.manual import AlreadyRecorded, ReferenceMissing, confirm_transfer
from tradewind.payments.models import MANUAL, PaymentIntent
from tradewind.payments.settling import MovementChanged

_KNOWN: Final = gettext_noop("This line of the statement is on record already. Nothing was added.")
_CHANGED: Final = gettext_noop("This reference is on record with another amount. Please compare with the statement.")
_NO_REFERENCE: Final = gettext_noop("Please copy the bank's reference from the statement.")


@needs("payments.confirm")
@require_POST
def confirm(request: HttpRequest, order_id: int) -> HttpResponse:
    intent = PaymentIntent.objects.filter(
        pk=typed.read_id(request.POST, "intent"), subject_kind="order", subject_id=order_id, provider=MANUAL
    ).first()
    if intent is None:
        raise Http404
    try:
        _confirm(request, intent)
    except typed.WrongInput as wrong:
        entered = {name: request.POST.get(name, "") for name in ("amount", "reference")}
        problem = Problem(f"transfer-{intent.pk}", wrong.field, wrong.words, entered)
        return show_order(request, order_id, problem=problem, status=422)
    return pages.to_page("console:order", done="transfer", order_id=order_id)


def _confirm(request: HttpRequest, intent: PaymentIntent) -> None:
    """Raises WrongInput in words for everything that the person can put right."""
    amount = typed.read_amount(request.POST, "amount", currency=intent.currency)
    reference = typed.read_text(request.POST, "reference", longest=120)
    try:
        confirm_transfer(intent=intent, amount=amount, reference=reference, by=pages.staff_of(request), at=utc_now())
    except AlreadyRecorded:
        raise typed.WrongInput("reference", _KNOWN) from None
    except MovementChanged:
        raise typed.WrongInput("reference", _CHANGED) from None
    except ReferenceMissing:
        raise typed.WrongInput("reference", _NO_REFERENCE) from None
