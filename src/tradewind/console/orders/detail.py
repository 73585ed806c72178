"""One order with everything that is known of it: money, promises, messages, stock, buyer, and what happened when."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.aftersales.feedback import feedback_of
from tradewind.catalog.models import Variant
from tradewind.checkout.revisions import Revision
from tradewind.checkout.thanking import answer_of
from tradewind.console import pages, timeline
from tradewind.console.orders.changes import changed_part, fields_of
from tradewind.console.orders.customs_shown import customs_shown
from tradewind.console.orders.handling import handling
from tradewind.console.orders.papers_shown import papers_shown
from tradewind.console.orders.risks import risk_words
from tradewind.console.orders.said import said_words
from tradewind.console.troubles.of_order import troubles_of
from tradewind.console.typed import Problem
from tradewind.console.warehouse.damage_shown import damage_shown
from tradewind.console.weighed_words import weighed_words
from tradewind.core import words
from tradewind.core.addresses import address_lines
from tradewind.core.staff import needs
from tradewind.inventory.queries import reservations_of
from tradewind.lib.money import Money, TooManyDigits
from tradewind.lib.money_words import format_money
from tradewind.lib.postal_numbers import is_mistyped
from tradewind.messaging.channels import withheld_from
from tradewind.messaging.letter_wishes import wish_of
from tradewind.messaging.queries import messages_about_order, messages_from_buyer
from tradewind.messaging.received_queries import mails_about
from tradewind.orders import cancelling
from tradewind.orders.history import address_changes, cancellation_of
from tradewind.orders.models import Order
from tradewind.orders.queries import LineRow, NoSuchOrder, order_detail, others_of_buyer
from tradewind.payments.models import MANUAL, PaymentIntent, Refund
from tradewind.payments.queries import intents_for
from tradewind.promises.models import Promise
from tradewind.promises.queries import promises_about
from tradewind.quotations.queries import quotation_of_order
from tradewind.shipping.evidence import evidence_of
from tradewind.shipping.notice_marks import notices_of


@dataclass(frozen=True, slots=True)
class Payment:
    """An attempt to pay. A transfer takes a person's word; `missing` is what that person is likely to find."""

    intent: PaymentIntent
    received: Money
    is_transfer: bool

    @property
    def missing(self) -> Money:
        return max(self.intent.due - self.received, Money.zero(self.intent.currency))

    @property
    def refundable(self) -> Money:
        """What is here and not yet promised back; deciding counts again under a lock."""
        open_states = {Refund.State.PLANNED, Refund.State.FAILED}
        promised = sum(refund.amount for refund in self.intent.refunds.all() if refund.state in open_states)
        return self.received - Money(promised, self.intent.currency)


@needs("orders.view")
@require_safe
def order_page(request: HttpRequest, order_id: int) -> HttpResponse:
    return show_order(request, order_id)


def show_order(
    request: HttpRequest,
    order_id: int,
    *,
    problem: Problem | None = None,
    revision: Revision | None = None,
    recosted: Revision | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of an order, with what was wrong in one of its forms, or with what other goods would make of it: as the delivery
    was agreed, and priced anew. Raises Http404.
    """
    try:
        order = order_detail(order_id)
    except NoSuchOrder as missing:
        raise Http404 from missing
    promises = promises_about("order", order_id)
    notices = notices_of([each for each in promises if each.state == Promise.State.MADE])
    changes = address_changes(order_id)
    letters = messages_about_order(order_id)
    values = {
        "order": order,
        "changes": changes,
        "address_lines": address_lines,
        "each": _each,
        "row": order.row,
        "others": others_of_buyer(order.row, pages.reach_of(request)),
        "payments": _payments(intents_for("order", order_id)),
        "promises": promises,
        "order_notices": notices,
        "risks": risk_words(promises, notices),
        "weighed_words": weighed_words,
        "said_words": said_words,
        "mistyped": is_mistyped,
        "zone": next((promise.zone for promise in promises if promise.kind == Promise.Kind.DELIVERY), ""),
        "messages": letters,
        "mails": mails_about(letters),
        "withheld": withheld_from(order_id),
        "feedback": feedback_of(order_id),
        "wish": wish_of(Order.objects.get(pk=order_id)),
        "written": messages_from_buyer(order_id),
        **_held(order_id),
        "timeline": timeline.entries("order", order_id),
        "reasons": cancelling.REASONS,
        **handling(request, order),
        **papers_shown(order_id),
        **customs_shown(order_id),
        **damage_shown(order_id, order.row.state),
        **changed_part(order.row),
        "revision": revision,
        "recosted": recosted,
        "revision_fields": fields_of(revision),
        "quotation": quotation_of_order(order_id),
        "cancellation": cancellation_of(order_id),
        "thanks": answer_of(order_id),
        "troubles": troubles_of(order_id),
        "photos": evidence_of(order_id),
        "problem": problem,
    }
    return pages.show(request, "orders/detail.html", values, status=status)


def _held(order_id: int) -> dict[str, Any]:
    reservations = reservations_of("order", order_id)
    skus = Variant.objects.filter(pk__in=[held.level.variant_id for held in reservations]).values_list("pk", "sku")
    return {"reservations": reservations, "skus": dict(skus)}


def _payments(intents: Iterable[PaymentIntent]) -> list[Payment]:
    return [
        Payment(
            intent=intent,
            received=Money(sum(entry.amount for entry in intent.entries.all()), intent.currency),
            is_transfer=intent.provider == MANUAL and intent.source_id is None,
        )
        for intent in intents
    ]


def _each(line: LineRow) -> str:
    """The price of one as it was sold; some sources price below the minor unit."""
    plain = f"{line.unit:f}".rstrip("0").rstrip(".") if "." in f"{line.unit:f}" else f"{line.unit:f}"
    try:
        return format_money(Money.of(plain, line.total.currency), words.locale_of(words.spoken()))
    except TooManyDigits:
        return f"{plain} {line.total.currency}"
