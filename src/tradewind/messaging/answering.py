"""What a buyer answers by mail, put at the order whose address it came to, as if it had been written on the order's page."""

from datetime import datetime
from email.utils import parseaddr
from typing import Final

from tradewind.buyers.registering import normal_email
from tradewind.core.models import Staff
from tradewind.markets.shop import shop_profile
from tradewind.messaging.incoming.cleaning import cleaned
from tradewind.messaging.incoming.mail import Outcome, ReadMail
from tradewind.messaging.incoming.reading import text_of
from tradewind.messaging.models import BuyerMessage, ReceivedMail
from tradewind.messaging.receiving import LONGEST, LONGEST_ADDRESS, TooManyMessages, Written, receive_message
from tradewind.messaging.senders import sender
from tradewind.orders.models import Order

_TOPIC: Final = BuyerMessage.Topic.OTHER


def put_at_order(mail: ReceivedMail, read: ReadMail, raw: bytes, *, order_id: int, at: datetime) -> bool:
    """In the transaction that stores the mail. False where a person has to look at it: it is no answer, comes from nobody or from
    ourselves, or is one too many; or the buyer's data were erased.
    """
    order = Order.objects.filter(pk=order_id, erased_at=None).first()
    words = cleaned(text_of(raw, LONGEST)).strip() or read.subject
    is_answer = read.outcome is Outcome.MESSAGE and bool(read.sender) and len(read.sender) <= LONGEST_ADDRESS
    if order is None or not is_answer or not words or _is_ours(read.sender):
        return False
    written = Written(_TOPIC, words, read.sender)
    try:
        receive_message(written, order_id=order.pk, key=f"mail:{mail.pk}", language=order.language, at=at)
    except TooManyMessages:
        return False
    return True


def _is_ours(address: str) -> bool:
    """The shop's, or one of the staff's, who answer the buyer and keep the order's address among those who get it."""
    compared = normal_email(address)
    own = {normal_email(each) for each in (shop_profile().email, parseaddr(sender("en"))[1]) if each}
    return compared in own or Staff.objects.filter(email__iexact=address).exists()
