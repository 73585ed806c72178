"""Reactions of backups to what happens elsewhere."""

from tradewind.backup.erasures import Erasure, note_erasure
from tradewind.backup.rules import rules, usual_folder
from tradewind.core.facts import Context, reaction
from tradewind.lib.clock import format_moment
from tradewind.orders.events import OrderErased
from tradewind.orders.models import Order


@reaction(OrderErased, name="backup.note_erasure")
def note_what_was_erased(fact: OrderErased, context: Context) -> None:
    ref = Order.objects.values_list("ref", flat=True).get(pk=fact.order_id)
    erasure = Erasure(fact.order_id, ref, fact.keeps_address, format_moment(context.recorded_at))
    # In the usual folder as well, whatever the page says: that is where a restore looks besides the archive's own.
    # That one first; and a folder that cannot be written to keeps the other from nothing.
    problems = []
    for folder in dict.fromkeys((usual_folder(), rules().folder)):
        try:
            note_erasure(folder, erasure)
        except OSError as problem:
            problems.append(problem)
    if problems:
        raise problems[0]
