"""Reactions of backups to what happens elsewhere."""

from django.conf import settings

from tradewind.backup.erasures import Erasure, note_erasure
from tradewind.core.facts import Context, reaction
from tradewind.lib.clock import format_moment
from tradewind.orders.events import OrderErased
from tradewind.orders.models import Order


@reaction(OrderErased, name="backup.note_erasure")
def note_what_was_erased(fact: OrderErased, context: Context) -> None:
    ref = Order.objects.values_list("ref", flat=True).get(pk=fact.order_id)
    note_erasure(
        settings.BACKUP_TO, Erasure(fact.order_id, ref, fact.keeps_address, format_moment(context.recorded_at))
    )
