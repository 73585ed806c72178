"""The two ways in which a case ends for good: all of the money back, with its letter, or the goods once more. Never both, never twice:
both hold the order and look again.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.aftersales.missing_goods import Owed, again_key, cancelled_because, give_back, sent_again
from tradewind.checkout.replacing import CannotReplace, send_again
from tradewind.core.trail import write_audit
from tradewind.messaging.letter import Letter
from tradewind.messaging.moments.order_cancelled import order_cancelled
from tradewind.messaging.moments.order_parts import language_of
from tradewind.messaging.moments.trouble_refunded import MOMENT, MoneyBack, trouble_refunded
from tradewind.messaging.planning import Addressee, plan_message
from tradewind.messaging.rendering import Rendered, render
from tradewind.messaging.trouble_telling import AlreadyTold, held_case
from tradewind.orders.models import Order
from tradewind.orders.writing_to import is_written_to
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_cases import close_all, note_done

REFUND: Final = "refund"
RESEND: Final = "resend"


def refund_all(*, trouble_id: int, seen: int, note: str, by: str, at: datetime) -> Trouble:
    """Give back what was paid for goods that did not come, tell the buyer, and end the case. `seen`: the amount that was looked at.

    Raises AlreadyTold where it is over, and aftersales.missing_goods.NotOwed.
    """
    with transaction.atomic():
        case = _open_one(trouble_id)
        # Before the parcel is written off, which ends its cases.
        note_done(case, REFUND, by=by, at=at, amount=seen, currency=case.order.currency)
        owed = give_back(case, seen, by=by, at=at)
        close_all(list(Trouble.objects.filter(pk=case.pk, closed_at=None)), at=at, by=by)
        # Of an order that is cancelled its buyer hears by the letter of that.
        if case.parcel is not None and is_written_to(case.order):
            _write(case, owed, note, at)
        after = {"cause": case.cause, "amount": owed.back.amount, "currency": owed.back.currency}
        write_audit("trouble.refunded", subject=("order", case.order_id), by=by, at=at, after=after)
    case.refresh_from_db()
    return case


def refund_preview(case: Trouble, owed: Owed, note: str) -> Rendered | None:
    """The letter as it would leave, without the link that only its sending makes. None where nobody can be written to."""
    if not is_written_to(case.order):
        return None
    if case.parcel is None:
        return render(order_cancelled(case.order, reason=cancelled_because(case)))
    return render(trouble_refunded(case, _money(owed, note)))


def send_goods_again(*, trouble_id: int, by: str, at: datetime) -> Order:
    """The goods of the case's parcel once more, at no cost. Twice is once.

    Raises AlreadyTold where the case is over, checkout.replacing.CannotReplace, and inventory.reserving.NotEnoughStock.
    """
    with transaction.atomic():
        case = held_case(trouble_id)
        if (known := sent_again(case)) is not None:
            return known
        if not case.is_open:
            raise AlreadyTold(trouble_id)
        if (key := again_key(case.pk)) is None:
            raise CannotReplace(case.order_id)
        units = dict(case.parcel.lines.values_list("line_id", "quantity")) if case.parcel else {}
        made = send_again(order_id=case.order_id, units=units, key=key, by=by, at=at)
        note_done(case, RESEND, by=by, at=at, order=made.pk)
    return made


def _open_one(trouble_id: int) -> Trouble:
    case = held_case(trouble_id)
    if not case.is_open:
        raise AlreadyTold(trouble_id)
    return case


def _money(owed: Owed, note: str) -> MoneyBack:
    delivery = owed.delivery.amount if owed.is_all else 0
    return MoneyBack(owed.back.amount, owed.before.amount, delivery, owed.until, note)


def _write(case: Trouble, owed: Owed, note: str, at: datetime) -> None:
    order = case.order
    letter: Letter = trouble_refunded(case, _money(owed, note), linked_at=at)
    plan_message(
        moment=MOMENT,
        subject=("trouble", case.pk),
        to=Addressee(order.email, language_of(order), order.buyer_id),
        content=render(letter),
        at=at,
    )
