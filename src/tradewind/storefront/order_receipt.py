"""The receipt of an order: what was paid for, how and when, to print or keep. It is no invoice."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from tradewind.core.addresses import address_lines
from tradewind.core.words import locale_of, pick, say
from tradewind.lib.money import Money
from tradewind.markets.shop import shop_profile
from tradewind.orders.queries import LineRow, OrderDetail, order_detail
from tradewind.orders.states import OrderState
from tradewind.payments.methods import method_names
from tradewind.payments.models import LedgerEntry, PaymentIntent, Refund
from tradewind.payments.queries import intents_for
from tradewind.storefront.answers import seller_facts
from tradewind.storefront.order_access import behind_link
from tradewind.storefront.pages import show
from tradewind.storefront.place import Place


class Movement(NamedTuple):
    """Money that moved, or is about to. `day` is empty for what has yet to."""

    words: str
    day: str
    amount: Money


@behind_link
@require_safe
def receipt_page(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:
    """Only where something was paid: before, there is nothing to confirm."""
    order, intents = order_detail(order_id), list(intents_for("order", order_id))
    if not has_been_paid(intents):
        return HttpResponseRedirect(place.url("order", token=token))
    zone, language = shop_profile().zone, place.language
    values = {
        "token": token,
        "order": order,
        "is_cancelled": order.row.state == OrderState.CANCELLED,
        "seller": seller_facts(shop_profile(), language, (order.row.country,)),
        "address": address_lines(order.ship_to, language),
        "placed_on": day_with_year(order.row.placed_at, zone, language),
        "goods": [(line, _each(line)) for line in order.lines if line.kind == "goods"],
        "taxes": _taxes(order, language),
        "movements": _movements(intents, method_names(place.market.id, language), zone, language),
        "open": max(order.row.total - _received(intents), Money.zero(order.row.total.currency)),
    }
    return show(request, place, "storefront/order/receipt.html", values)


def has_been_paid(intents: Iterable[PaymentIntent]) -> bool:
    """Did any money come, whatever was given back since?"""
    return any(_came(entry) for intent in intents for entry in intent.entries.all())


def day_with_year(value: datetime, zone: str, language: str) -> str:
    """With its year: a receipt is read long afterwards."""
    return format_date(value.astimezone(ZoneInfo(zone)).date(), "long", locale=locale_of(language))


def _each(line: LineRow) -> Money | None:
    """The price of one, where the line is a whole multiple of it."""
    amount, rest = divmod(line.total.amount, line.quantity)
    return None if rest else Money(amount, line.total.currency)


def _taxes(order: OrderDetail, language: str) -> list[tuple[str, Money]]:
    """Tax in words and its amount, one line per rate, named as the buyer read it before ordering."""
    taxes = order.tax_by_rate
    named = pick(order.tax_names, language)
    if named and len(taxes) == 1:
        words = say(language, "of which {tax}", tax=named) if order.tax_included else named
        return [(words, order.tax)]
    message = "of which VAT, {percent} %" if order.tax_included else "Tax, {percent} %"
    percents = [format_decimal(rate.normalize(), locale=locale_of(language)) for rate, _tax in taxes]
    return [(say(language, message, percent=percent), tax) for percent, (_, tax) in zip(percents, taxes, strict=True)]


def _movements(intents: Iterable[PaymentIntent], names: dict[str, str], zone: str, language: str) -> list[Movement]:
    """What came and what went back, oldest first, then what is on its way back."""
    moved = [(entry.at, entry.pk, entry, intent) for intent in intents for entry in intent.entries.all()]
    done = [
        Movement(
            _words(entry, names.get(intent.method, intent.method), language),
            day_with_year(entry.at, zone, language),
            Money(entry.amount, entry.currency),
        )
        for _at, _pk, entry, intent in sorted(moved, key=lambda each: each[:2])
    ]
    planned = [
        Movement(say(language, "Refund, on its way to you"), "", -refund.owed)
        for intent in intents
        for refund in intent.refunds.all()
        if refund.state == Refund.State.PLANNED
    ]
    return done + planned


def _words(entry: LedgerEntry, method: str, language: str) -> str:
    if entry.kind == LedgerEntry.Kind.REFUND:
        return say(language, "Refunded: {method}", method=method)
    if entry.kind == LedgerEntry.Kind.TRANSFER:
        if entry.amount < 0:
            return say(language, "Counted for another of your orders: {method}", method=method)
        return say(language, "Taken over from another of your orders: {method}", method=method)
    return say(language, "Paid: {method}", method=method)


def _received(intents: Iterable[PaymentIntent]) -> Money:
    """What came, whatever was given back since."""
    entries = [entry for intent in intents for entry in intent.entries.all() if entry.kind != LedgerEntry.Kind.REFUND]
    return Money(sum(entry.amount for entry in entries), entries[0].currency)


def _came(entry: LedgerEntry) -> bool:
    return entry.kind != LedgerEntry.Kind.REFUND and entry.amount > 0
