"""Which ways a market offers, and in which order: the first one makes the sentence beside the goods."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tradewind.core.facts import record
from tradewind.core.trail import write_audit
from tradewind.markets.changing import touch
from tradewind.shipping.carrying import ChangedMeanwhile
from tradewind.shipping.events import OptionSwitched
from tradewind.shipping.models import DeliveryOption

Arrangement = Sequence[tuple[str, bool]]
"""(code, whether it is offered) of every way of a market, the first first."""


def arrangement_of(market_id: int) -> list[tuple[str, bool]]:
    """As it is."""
    rows = DeliveryOption.objects.filter(market_id=market_id).order_by("position", "id")
    return list(rows.values_list("code", "is_on"))


def arrange(*, market_id: int, wanted: Arrangement, seen: Arrangement, at: datetime, by: str) -> None:
    """Orders that exist keep their way. Raises ChangedMeanwhile where it is not as it was seen, or other ways are wanted."""
    with transaction.atomic():
        rows = list(DeliveryOption.objects.select_for_update().filter(market_id=market_id).order_by("position", "id"))
        before = [(row.code, row.is_on) for row in rows]
        if before == list(wanted):
            return
        if before != list(seen) or {code for code, _ in wanted} != {row.code for row in rows}:
            raise ChangedMeanwhile
        places = {code: (place, is_on) for place, (code, is_on) in enumerate(wanted)}
        for row in rows:
            place, is_on = places[row.code]
            if is_on != row.is_on:
                record(OptionSwitched(market_id, row.code, is_on), by=by, at=at)
            row.position, row.is_on = place, is_on
        DeliveryOption.objects.bulk_update(rows, ["position", "is_on"])
        told = [[[code, is_on] for code, is_on in each] for each in (before, wanted)]
        write_audit(
            "market.options_arranged", subject=("market", market_id), by=by, at=at, before=told[0], after=told[1]
        )
        touch(market_id)
