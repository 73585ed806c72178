"""How the demo's ways carry: their kinds, zones and rates, read from the content as if somebody had pasted them."""

import csv
from typing import Any, Final

from tradewind.demo.reading import freight_content
from tradewind.lib.freight import write_rates
from tradewind.lib.money import Money
from tradewind.markets.models import Market
from tradewind.shipping.models import DeliveryMargin
from tradewind.shipping.rate_rows import read_rows, rows_of

_PLAIN: Final = ("kind", "duty", "divisor", "rounds_to_g", "longest_mm", "sides_mm")


class BadExample(ValueError):
    """A table of the content cannot be read."""


def freight_fields(*, key: str, service: str, currency: str) -> dict[str, Any]:
    """The fields of a DeliveryOption that are about freight."""
    content = freight_content()
    of, buyers = content["services"][service], content["buyers"].get(key)
    free_from = content["free_from"].get(key)
    return {
        **{name: of[name] for name in _PLAIN},
        "duty": content["duty"].get(key, of["duty"]),
        "free_from": Money.of(free_from, currency).amount if free_from else None,
        "rates": _table(buyers, currency, must_rise=True) if buyers else None,
        "own_rates": _table(of["own"], of["currency"], must_rise=False),
    }


def state_margins(markets: dict[str, Market]) -> None:
    for stated in freight_content()["margins"]:
        market = markets[stated["market"]]
        DeliveryMargin.objects.create(
            market_id=market.pk,
            goods_percent=stated["goods_percent"],
            fee_percent=stated["fee_percent"],
            fee=Money.of(stated["fee"], market.currency).amount,
        )


def _table(text: str, currency: str, *, must_rise: bool) -> dict[str, Any]:
    rows = rows_of(csv.reader(text.strip().splitlines(), delimiter=";"))
    rates, mistakes = read_rows(rows, currency, must_rise=must_rise)
    if rates is None:
        raise BadExample(mistakes)
    return write_rates(rates)
