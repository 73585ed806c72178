"""What an address label needs, and that one was made."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Q

from tradewind.orders.models import Order
from tradewind.shipping.models import AddressLabel


def note_labelled(orders: Sequence[Order], *, by: str, at: datetime) -> None:
    """Write down that labels were made for the addresses as they are now. In the caller's transaction."""
    rows = Order.objects.filter(pk__in=[order.pk for order in orders]).order_by("pk")
    counted = rows.annotate(changes=Count("address_changes", filter=Q(address_changes__confirmed_at__isnull=False)))
    AddressLabel.objects.bulk_create(
        [
            AddressLabel(order_id=pk, changes=changes, by=by, at=at)
            for pk, changes in counted.values_list("pk", "changes")
        ],
        update_conflicts=True,
        unique_fields=["order"],
        update_fields=["changes", "by", "at"],
    )
