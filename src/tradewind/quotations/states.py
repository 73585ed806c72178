"""The states of what staff put together for a buyer, and the one table of allowed moves."""

from typing import Final

from django.db import models


class QuotationState(models.TextChoices):
    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"  # by the buyer: it is an order
    DECLINED = "declined"
    ORDERED = "ordered"  # by staff at once: it never was a quotation


MOVES: Final[dict[QuotationState, frozenset[QuotationState]]] = {
    QuotationState.DRAFT: frozenset({QuotationState.SENT, QuotationState.ORDERED}),
    # Sent again, in another version; or taken by telephone.
    QuotationState.SENT: frozenset(
        {QuotationState.SENT, QuotationState.ACCEPTED, QuotationState.DECLINED, QuotationState.ORDERED}
    ),
    QuotationState.DECLINED: frozenset({QuotationState.SENT, QuotationState.ORDERED}),
    QuotationState.ACCEPTED: frozenset(),
    QuotationState.ORDERED: frozenset(),
}
# What can still be worked on.
OPEN: Final = frozenset(state for state, onward in MOVES.items() if onward)
