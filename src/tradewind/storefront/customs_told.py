"""What customs will want from a buyer, said before paying, on the page about delivery, and while a parcel waits at customs."""

from collections.abc import Iterable

from tradewind.checkout.summary import Summary
from tradewind.lib.charging import Sort, is_import
from tradewind.markets.queries import MarketView
from tradewind.promises.quote import DeliveryQuote
from tradewind.shipping.customs_words import to_do_at_customs, to_prepare, who_pays
from tradewind.shipping.parcel_showing import ParcelShown
from tradewind.shipping.tracking_states import Reason, Status


def told_before_paying(summary: Summary, market: MarketView, country: str, language: str) -> list[str]:
    """Nothing where the goods cross no border."""
    if summary.option is None or not is_import(summary.option.warehouse_country, country):
        return []
    is_known = any(charge.sort is Sort.DUTY or charge.rate for charge in market.charges_to(country))
    is_due = bool(summary.at_door) if is_known else None
    return [*to_prepare(country, language), who_pays(language, is_due_at_door=is_due)]


def told_of_market(quotes: Iterable[DeliveryQuote], country: str, language: str) -> list[str]:
    """Who pays what is said by the market's own note: it depends on what is bought."""
    crosses = any(is_import(quote.warehouse_country, country) for quote in quotes)
    return to_prepare(country, language) if crosses else []


def told_at_customs(parcels: Iterable[ParcelShown], country: str, language: str) -> dict[int, list[str]]:
    """By parcel, for those that are at customs now."""
    return {
        shown.parcel.pk: to_do_at_customs(
            country, language, is_asked=shown.parcel.reason in {Reason.INFO_REQUIRED, Reason.HELD_FOR_PAYMENT}
        )
        for shown in parcels
        if is_at_customs(shown.parcel.status, shown.parcel.reason)
    }


def is_at_customs(status: str, reason: str) -> bool:
    return status == Status.CUSTOMS and reason != Reason.RELEASED
