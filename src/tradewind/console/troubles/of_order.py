"""What is wrong with an order, for its page."""

from tradewind.console.troubles.wording import cause_words
from tradewind.core.words import spoken
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_queries import open_troubles


def troubles_of(order_id: int) -> list[tuple[Trouble, str]]:
    """Open cases with their cause in words. One statement."""
    return [(case, cause_words(case.cause, spoken())) for case in open_troubles(order_id)]
