"""What free delivery leaves of a sale: of the market's last orders, and of one piece of its goods."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_noop

from tradewind.catalog.models import Price
from tradewind.catalog.queries import variant_offers
from tradewind.core.staff import NotValid
from tradewind.core.trail import write_audit
from tradewind.core.words import spoken
from tradewind.lib.charging import Good, bill
from tradewind.lib.money import Money
from tradewind.markets.converting import convert, rates_kept
from tradewind.markets.queries import MarketView
from tradewind.shipping.costing import carriers_cost, hindrances
from tradewind.shipping.goods import Part, pack
from tradewind.shipping.margins import Reached, Sale, Stated, left_of, reached, thresholds
from tradewind.shipping.models import DeliveryMargin
from tradewind.shipping.recent import Sold
from tradewind.shipping.terms import Terms

_PIECES: Final = 5
_ALL: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of an article, sent alone and free."""

    title: str
    price: Money
    carrier: Money
    left: Money


@dataclass(frozen=True, slots=True)
class FreeDelivery:
    """Of `asked` orders `counted` could have gone this way at a cost that is known."""

    steps: Sequence[Reached]
    pieces: Sequence[Piece]
    asked: int
    counted: int


def stated_for(market: MarketView) -> tuple[Stated, bool]:
    """What the owner keeps, and whether the owner has said so: else nothing is taken off for buying the goods."""
    row = DeliveryMargin.objects.filter(market_id=market.id).first()
    if row is None:
        return Stated(_ALL, Decimal(0), Money.zero(market.currency)), False
    return Stated(row.goods_percent, row.fee_percent, Money(row.fee, market.currency)), True


def state_margin(*, market: MarketView, stated: Stated, at: datetime, by: str) -> None:
    """Raises NotValid."""
    for name, percent in (("goods_percent", stated.goods_percent), ("fee_percent", stated.fee_percent)):
        if not 0 <= percent <= _ALL:
            raise NotValid(name, gettext_noop("A percentage lies between 0 and 100."))
    values = {"goods_percent": stated.goods_percent, "fee_percent": stated.fee_percent, "fee": stated.fee.amount}
    with transaction.atomic():
        row = DeliveryMargin.objects.select_for_update().filter(market_id=market.id).first()
        before = {name: str(getattr(row, name)) for name in values} if row is not None else None
        DeliveryMargin.objects.update_or_create(market_id=market.id, defaults=values)
        after = {name: str(value) for name, value in values.items()}
        if before != after:
            write_audit("market.margin_stated", subject=("market", market.id), by=by, at=at, before=before, after=after)


def free_delivery(
    market: MarketView, way: Terms, sold: Sequence[Sold], asked: Sequence[Money], country: str, *, at: datetime
) -> FreeDelivery:
    """On one way, whose carrier's rates are known."""
    stated, kept = stated_for(market)[0], rates_kept(at.date())
    sales = []
    for each in sold:
        takes = carriers_cost(way, each.country, each.parcel, each.postcode)
        own = convert(takes, market, kept) if takes is not None else None
        is_carried = next(hindrances(way, each.country, each.parcel, each.postcode), None) is None
        if own is not None and is_carried:
            sales.append(Sale(each.order_id, each.goods, each.net, each.paid, own))
    steps = [reached(sales, from_, stated) for from_ in thresholds(sales, asked)]
    return FreeDelivery(steps, _pieces(market, way, country, stated, at), len(sold), len(sales))


def _pieces(market: MarketView, way: Terms, country: str, stated: Stated, at: datetime) -> list[Piece]:
    """From the cheapest to the dearest article, as far as this way carries one piece."""
    ids = list(Price.objects.filter(market_id=market.id).order_by("amount", "id").values_list("variant_id", flat=True))
    chosen = sorted({place * (len(ids) - 1) // max(_PIECES - 1, 1) for place in range(_PIECES)}) if ids else []
    offers = variant_offers([ids[place] for place in chosen], market_id=market.id, language=spoken())
    kept, found = rates_kept(at.date()), []
    for place in chosen:
        offer = offers.get(ids[place])
        if offer is None or offer.price is None:
            continue
        parcel = pack([Part.of(offer, (), 1)])
        takes = carriers_cost(way, country, parcel)
        own = convert(takes, market, kept) if takes is not None else None
        if own is None or next(hindrances(way, country, parcel), None) is not None:
            continue
        due = bill([Good(offer.price, 1, offer.hs_code)], None, market.charges_to(country), imported=True)
        sale = Sale(0, offer.price, due.taxed[0].net, due.taxed[0].gross, own)
        found.append(Piece(offer.title, offer.price, own, left_of(sale, stated)))
    return found
