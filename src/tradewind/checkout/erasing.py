"""Emptying what the checkout keeps of somebody: their words after ordering, and codes that were for them alone."""

from datetime import datetime
from typing import Final

from tradewind.buyers.registering import normal_email
from tradewind.checkout.models import DiscountCode, ThankYouAnswer

# No address has this form: a code that was for one buyer must not become one for everybody.
NOBODY: Final = "-"


def erase_of_checkout(order_id: int, email: str, *, at: datetime) -> None:
    """In the caller's transaction."""
    ThankYouAnswer.objects.filter(order_id=order_id).update(words="")
    if email:
        DiscountCode.objects.filter(email=normal_email(email)).update(email=NOBODY, ends_at=at)
