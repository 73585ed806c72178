"""The two ways in which a case ends for good: all of the money back, with its letter, or the goods once more. Never both, never twice:
both hold the order and look again.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.aftersales.missing_goods import (
    CHANGED,
    CODE_FAILS,
    LEFT_IN_PART,
    LESS,
    MOVED_ON,
    NotOwed,
    Owed,
    cancelled_because,
    give_back,
    is_about_rest,
    owed_for,
    send_back,
)
from tradewind.aftersales.sent_again import again_key, cases_behind, sent_again
from tradewind.checkout.rebilling import CodeFails
from tradewind.checkout.replacing import CannotReplace, send_again
from tradewind.checkout.revising import take_rest_off
from tradewind.checkout.revisions import Revision, look_at_revision, what_has_left
from tradewind.core.rows import hold_all
from tradewind.core.trail import write_audit
from tradewind.messaging.moments.order_cancelled import order_cancelled
from tradewind.messaging.moments.trouble_refunded import MoneyBack, trouble_refunded
from tradewind.messaging.planning import plan_letter
from tradewind.messaging.rendering import Rendered, render
from tradewind.messaging.trouble_answers import has_heard
from tradewind.messaging.trouble_telling import AlreadyTold, held_case
from tradewind.orders import changing
from tradewind.orders.changing import Act, NotChangeable
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
        owed = owed_now(case, at=at)
        if owed.back.amount != seen:
            raise NotOwed(CHANGED)
        # Before the parcel is written off, which ends its cases.
        facts = {"amount": seen, "currency": case.order.currency, LESS: owed.counted}
        note_done(case, REFUND, by=by, at=at, **facts)
        # Of an order that is cancelled its buyer hears by the letter of that. What comes off an order is named while it is there.
        if (owed.is_rest or case.parcel is not None) and is_written_to(case.order):
            _write(case, owed, note, at)
            has_heard(case.order_id, at=at, by=by)
        if owed.is_rest:
            _give_rest_back(case, owed, Act(by, at, tells=False))
        else:
            give_back(case, owed, by=by, at=at)
        close_all(list(Trouble.objects.filter(pk=case.pk, closed_at=None)), at=at, by=by)
        after = {"cause": case.cause, "amount": owed.back.amount, "currency": owed.back.currency}
        write_audit("trouble.refunded", subject=("order", owed.order.pk), by=by, at=at, after=after)
    case.refresh_from_db()
    return case


def owed_now(case: Trouble, *, at: datetime) -> Owed:
    """What would go back: for what has not left, by the rules of goods that come off an order. Raises NotOwed."""
    rest = _rest(case, at).back if is_about_rest(case) else None
    return owed_for(case, at=at, rest=rest)


def refund_preview(case: Trouble, owed: Owed, note: str) -> Rendered | None:
    """The letter as it would leave, without the link that only its sending makes. None where nobody can be written to."""
    if not is_written_to(case.order):
        return None
    if case.parcel is None and not owed.is_rest:
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
        made = send_again(order_id=case.order_id, units=units, key=key, case_id=case.pk, by=by, at=at)
        note_done(case, RESEND, by=by, at=at, order=made.pk)
    return made


def _rest(case: Trouble, at: datetime) -> Revision:
    """What an order would be without what has not left. Raises NotOwed."""
    try:
        return look_at_revision(order_id=case.order_id, wanted=what_has_left(case.order), at=at)
    except CodeFails:
        raise NotOwed(CODE_FAILS) from None
    except NotChangeable as problem:
        raise NotOwed(MOVED_ON if problem.why == changing.MOVED_ON else LEFT_IN_PART) from None


def _give_rest_back(case: Trouble, owed: Owed, act: Act) -> None:
    """What the goods cost goes back as they come off the order; the rest, where nothing of it comes, by itself. Raises NotOwed."""
    revision = _rest(case, act.at)
    of_goods = min(owed.back, revision.back)
    take_rest_off(order_id=case.order_id, agreed=revision.total.amount, back=of_goods, act=act)
    if (more := owed.back - of_goods).amount > 0:
        send_back(owed, more, by=act.by, at=act.at)


def _open_one(trouble_id: int) -> Trouble:
    """Held, with the orders whose goods go once more with its own."""
    orders = Order.objects.filter(pk__in=Trouble.objects.filter(pk=trouble_id).values("order_id"))
    ids = [pk for order in orders for pk in (order.pk, *(behind.order_id for behind in cases_behind(order)))]
    hold_all(Order, ids, no_key=False)
    case = held_case(trouble_id)
    if not case.is_open:
        raise AlreadyTold(trouble_id)
    return case


def _money(owed: Owed, note: str) -> MoneyBack:
    delivery = owed.delivery.amount if owed.is_all else 0
    return MoneyBack(owed.order, owed.back.amount, owed.before.amount, delivery, owed.until, note)


def _write(case: Trouble, owed: Owed, note: str, at: datetime) -> None:
    letter = trouble_refunded(case, _money(owed, note), linked_at=at)
    plan_letter(owed.order, letter, subject=("trouble", case.pk), at=at)
