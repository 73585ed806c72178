"""What an address label needs, and that one was made."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Count, Q

from tradewind.orders.models import Order
from tradewind.shipping.models import AddressLabel


def changes_of(order_ids: Iterable[int]) -> dict[int, int]:
    """How often the address of each order was changed. To be asked before the addresses are read that labels are made of: a change in
    between then stands on the label and is looked at once too often, and never the other way round.
    """
    rows = Order.objects.filter(pk__in=list(order_ids)).order_by("pk")
    counted = rows.annotate(changes=Count("address_changes", filter=Q(address_changes__confirmed_at__isnull=False)))
    return dict(counted.values_list("pk", "changes"))


def note_labelled(changes: Mapping[int, int], *, by: str, at: datetime) -> None:
    """Write down that labels were made, for the addresses after so many changes. In the caller's transaction."""
    AddressLabel.objects.bulk_create(
        [AddressLabel(order_id=pk, changes=number, by=by, at=at) for pk, number in sorted(changes.items())],
        update_conflicts=True,
        unique_fields=["order"],
        update_fields=["changes", "by", "at"],
    )
