"""What is kept with one order about its buyer, gathered once: the page shows it in words, the file as JSON.

The order's link may end up with others (docs/adr/0005): mailboxes are named only as far as their owner needs, and a tax
number is only said to be there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tradewind.aftersales.feedback import feedback_of
from tradewind.aftersales.models import Feedback, Withdrawal
from tradewind.aftersales.queries import withdrawals_from
from tradewind.checkout.models import CodeUse, ThankYouAnswer
from tradewind.checkout.queries import code_use_of
from tradewind.checkout.thanking import answer_of
from tradewind.clientele.oneness import erasure_asked_of
from tradewind.core.models import Todo
from tradewind.lib.money import Money
from tradewind.messaging.models import BuyerMessage, BuyerZone, Message
from tradewind.messaging.queries import messages_about, messages_about_order, messages_from_buyer
from tradewind.orders.cancelling import BUYER_ASKED, BUYERS_REASONS
from tradewind.orders.history import address_wishes, cancellation_of
from tradewind.orders.models import AddressChange, Cancellation
from tradewind.orders.queries import OrderDetail, order_detail
from tradewind.papers.queries import PaperRow, papers_for_buyer
from tradewind.quotations.models import QuotationVersion
from tradewind.quotations.queries import versions_of_order
from tradewind.shipping.models import Parcel
from tradewind.shipping.queries import handover_of
from tradewind.storefront.order_contact import hidden

_ADDRESS: Final = ("name", "company", "line1", "line2", "district", "postcode", "city", "region", "country", "phone")


@dataclass(frozen=True, slots=True)
class OwnData:
    """The rows that know something of the buyer, each oldest first."""

    order: OrderDetail
    wishes: Sequence[AddressChange]
    letters: Sequence[Message]
    written: Sequence[BuyerMessage]
    answer: ThankYouAnswer | None
    feedback: Feedback | None
    zone: str
    cancellation: Cancellation | None
    withdrawals: Sequence[Withdrawal]
    code: CodeUse | None
    handover: Parcel | None
    erasure: Todo | None
    papers: Sequence[PaperRow] = ()
    quoted: Sequence[QuotationVersion] = ()

    @property
    def taken_off(self) -> Money | None:
        return Money(self.code.amount, self.code.currency) if self.code else None


def own_data(order_id: int) -> OwnData:
    """Of this order alone: its link proves nothing about another. Raises NoSuchOrder."""
    wishes, withdrawals = address_wishes(order_id), withdrawals_from(order_id)
    letters = messages_about_order(order_id)
    quoted = versions_of_order(order_id)
    for version in quoted:
        letters += messages_about("quotation_version", version.pk)
    for withdrawal in withdrawals:
        letters += messages_about("withdrawal", withdrawal.pk)
    cancellation = cancellation_of(order_id)
    is_buyers = cancellation is not None and cancellation.reason in {BUYER_ASKED, *BUYERS_REASONS}
    return OwnData(
        order=order_detail(order_id),
        wishes=[wish for wish in wishes if wish.after],
        letters=sorted((each for each in letters if each.recipient), key=lambda each: (each.created_at, each.pk)),
        written=[message for message in messages_from_buyer(order_id) if message.text],
        answer=answer_of(order_id),
        feedback=feedback_of(order_id),
        zone=BuyerZone.objects.filter(order_id=order_id).values_list("zone", flat=True).first() or "",
        cancellation=cancellation if is_buyers else None,
        withdrawals=withdrawals,
        code=code_use_of(order_id),
        handover=handover_of(order_id),
        erasure=erasure_asked_of(order_id),
        papers=papers_for_buyer(order_id),
        quoted=quoted,
    )


def as_json(data: OwnData) -> dict[str, object]:
    """Keys never change. Times are ISO 8601 in UTC; amounts are decimal text with their currency."""
    return {
        "order": _order(data.order),
        "email": mailbox(data.order.email),
        "address": _address(data.order.ship_to),
        "address_changes": [_wish(wish) for wish in data.wishes],
        "time_zone": data.zone,
        "gift_note": data.order.gift_note,
        "discount_code": _code(data.code) if data.code else None,
        "parcel": _parcel(data.handover) if data.handover else None,
        "letters": [_letter(letter) for letter in data.letters],
        "messages": [_written(message) for message in data.written],
        "answers": _answer(data.answer) if data.answer else None,
        "feedback": _feedback(data.feedback) if data.feedback else None,
        "cancellation": _cancellation(data.cancellation) if data.cancellation else None,
        "withdrawals": [_withdrawal(withdrawal) for withdrawal in data.withdrawals],
        "papers": [_paper(paper) for paper in data.papers],
        "quotations": [_quoted(version) for version in data.quoted],
        "erasure": _erasure(data.erasure) if data.erasure else None,
    }


def _feedback(row: Feedback) -> dict[str, object]:
    return {
        "delivery": row.delivery or None,
        "goods": row.goods or None,
        "text": row.words,
        "asked_for_help": row.wants_help,
        "given_at": _time(row.given_at),
    }


def _paper(paper: PaperRow) -> dict[str, object]:
    return {
        "kind": paper.kind,
        "number": paper.number,
        "total": _amount(paper.total),
        "issued_at": _time(paper.issued_at),
    }


def _quoted(version: QuotationVersion) -> dict[str, object]:
    return {
        "ref": version.quotation.ref,
        "version": version.number,
        "total": _amount(Money(version.content["total"], version.content["currency"])),
        "note": version.note,
        "sent_at": _time(version.sent_at),
        "seen_at": _time(version.seen_at),
    }


def mailbox(email: str) -> str:
    return hidden(email) if email else ""


def _order(order: OrderDetail) -> dict[str, object]:
    return {
        "ref": order.row.ref,
        "placed_at": _time(order.row.placed_at),
        "state": order.row.state,
        "market": order.market,
        "language": order.language,
        "payment_method": order.payment_method,
        "lines": [
            {
                "kind": line.kind,
                "title": line.title,
                "options": line.options,
                "quantity": line.quantity,
                "total": _amount(line.total),
            }
            for line in order.lines
        ],
        "total": _amount(order.row.total),
    }


def _address(ship_to: Mapping[str, object]) -> dict[str, object]:
    parts: dict[str, object] = {name: str(ship_to.get(name) or "") for name in _ADDRESS}
    return {**parts, "has_tax_number": bool(ship_to.get("tax_id"))}


def _wish(wish: AddressChange) -> dict[str, object]:
    return {
        "asked_at": _time(wish.asked_at),
        "confirmed_at": _time(wish.confirmed_at),
        "before": _address(wish.before) if wish.before else None,
        "after": _address(wish.after),
    }


def _code(use: CodeUse) -> dict[str, object]:
    return {
        "code": use.code.code,
        "taken_off": _amount(Money(use.amount, use.currency)),
        "used_at": _time(use.used_at),
        "given_back_at": _time(use.given_back_at),
    }


def _parcel(handover: Parcel) -> dict[str, object]:
    return {
        "carrier": handover.carrier,
        "tracking_number": handover.tracking_number,
        "handed_over_at": None if handover.is_waiting else _time(handover.handed_over_at),
    }


def _letter(letter: Message) -> dict[str, object]:
    return {
        "kind": letter.moment,
        "subject": letter.subject,
        "language": letter.language,
        "to": mailbox(letter.recipient),
        "state": letter.state,
        "written_at": _time(letter.created_at),
        "sent_at": _time(letter.sent_at),
    }


def _written(message: BuyerMessage) -> dict[str, object]:
    return {
        "topic": message.topic,
        "text": message.text,
        "answer_to": mailbox(message.reply_to),
        "language": message.language,
        "received_at": _time(message.received_at),
        "answered_at": _time(message.answered_at),
    }


def _answer(answer: ThankYouAnswer) -> dict[str, object]:
    return {"found_by": answer.found_by, "words": answer.words, "answered_at": _time(answer.answered_at)}


def _cancellation(cancellation: Cancellation) -> dict[str, object]:
    return {
        "reason": cancellation.reason,
        "words": cancellation.words,
        "cancelled_at": _time(cancellation.cancelled_at),
    }


def _withdrawal(withdrawal: Withdrawal) -> dict[str, object]:
    return {
        "name": withdrawal.name,
        "email": mailbox(withdrawal.email),
        "goods": withdrawal.goods,
        "language": withdrawal.language,
        "declared_at": _time(withdrawal.declared_at),
    }


def _erasure(todo: Todo) -> dict[str, object]:
    return {
        "asked_at": _time(todo.created_at),
        "answer_by": _time(todo.due_at),
        "finished_at": _time(todo.finished_at),
    }


def _amount(money: Money) -> dict[str, str]:
    return {"decimal": f"{money.decimal:f}", "currency": money.currency}


def _time(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
