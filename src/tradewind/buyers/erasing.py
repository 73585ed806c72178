"""Forgetting who a buyer was. The row stays, so that orders keep whose they were among each other, and names nobody."""

from tradewind.buyers.models import Buyer, Identity
from tradewind.core.search import forget


def erase_buyer(buyer_id: int) -> None:
    """In the caller's transaction. Whoever orders again with the same address is a new buyer."""
    Identity.objects.filter(buyer_id=buyer_id).delete()
    Buyer.objects.filter(pk=buyer_id).update(name="", country="")
    forget(["buyer"], buyer_id)
