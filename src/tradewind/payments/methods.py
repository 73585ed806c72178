"""Which payment methods a market offers. A method whose provider this installation cannot talk to is not offered."""

from dataclasses import dataclass
from math import inf
from typing import Final

from tradewind.core.words import pick, say
from tradewind.payments.models import MANUAL, MethodOffer
from tradewind.payments.ports import filled_codes

# Of no market: whoever took the money says how it was paid.
PAID_ELSEWHERE: Final = "paid_elsewhere"


class MethodNotOffered(Exception):
    """The market does not have this method, or not now."""

    def __init__(self, market_id: int, code: str) -> None:
        super().__init__(f"market {market_id} does not offer {code}")
        self.market_id = market_id
        self.code = code


@dataclass(frozen=True, slots=True)
class Offer:
    """One method in the buyer's language. `hold_days` is how long the goods wait for the money."""

    code: str
    provider: str
    name: str
    note: str
    is_instant: bool
    hold_days: int


_kept: dict[int, tuple[int, list[MethodOffer]]] = {}


def offers(market_id: int, language: str, *, version: int | None = None) -> list[Offer]:
    """The methods of a market in the order of display: one statement, none while the market's version stands, where the
    caller knows it.
    """
    kept = _kept.get(market_id)
    if version is not None and kept is not None and kept[0] == version:
        rows = kept[1]
    else:
        rows = _offered(market_id)
        if version is not None:
            _kept[market_id] = (version, rows)
    return [_in(language, row) for row in rows]


def offers_with(changed: MethodOffer, language: str) -> list[Offer]:
    """What its market would offer if this method, not stored like this, were one of them."""
    rows = [row for row in _offered(changed.market_id) if row.pk != changed.pk]
    if changed.is_on and changed.provider in _reachable():
        rows.append(changed)
    return [_in(language, row) for row in sorted(rows, key=lambda row: (row.position, row.pk or inf))]


def _offered(market_id: int) -> list[MethodOffer]:
    on = MethodOffer.objects.filter(market_id=market_id, is_on=True, provider__in=_reachable())
    return list(on.order_by("position", "id"))


def _reachable() -> set[str]:
    return {MANUAL, *filled_codes()}


def _in(language: str, row: MethodOffer) -> Offer:
    return Offer(
        code=row.code,
        provider=row.provider,
        name=pick(row.name, language),
        note=pick(row.note, language),
        is_instant=row.is_instant,
        hold_days=row.hold_days,
    )


def offer_for(market_id: int, code: str, language: str = "en") -> Offer:
    """One method of a market. Raises MethodNotOffered."""
    found = next((offer for offer in offers(market_id, language) if offer.code == code), None)
    if found is None:
        raise MethodNotOffered(market_id, code)
    return found


def method_names(market_id: int, language: str) -> dict[str, str]:
    """What the methods of a market are called, by code; also those that it no longer offers, and the one of none."""
    rows = MethodOffer.objects.filter(market_id=market_id).order_by("position", "id")
    return {PAID_ELSEWHERE: say(language, "paid directly")} | {row.code: pick(row.name, language) for row in rows}
