"""How much is missing until delivery is free: told in the cart, where it can still be put in."""

from dataclasses import dataclass

from tradewind.checkout.summary import Summary
from tradewind.lib.money import Money
from tradewind.markets.queries import MarketView
from tradewind.promises.quote import DeliveryQuote
from tradewind.shipping.terms import terms_of


@dataclass(frozen=True, slots=True)
class Missing:
    amount: Money
    way: DeliveryQuote


def missing_until_free(market: MarketView, summary: Summary) -> Missing | None:
    """Of the ways that carry the cart, the one that is free soonest; None where none will be, or one is already."""
    if any(not quote.cost for quote in summary.options):
        return None
    from_ = {terms.option: terms.freight.free_from for terms in terms_of(market)}
    found = [
        Missing(least - summary.goods, quote)
        for quote in summary.options
        if (least := from_.get(quote.option)) is not None and least > summary.goods
    ]
    return min(found, key=lambda each: each.amount.amount, default=None)
