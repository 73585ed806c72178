"""From an order to the paper about it: amounts as the order has them, none computed anew; words in the language of the order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.db.models import QuerySet

from tradewind.core.addresses import address_lines
from tradewind.core.words import DEFAULT, LOCALES, locale_of, pick, say
from tradewind.lib.money import Money
from tradewind.markets.models import Market
from tradewind.markets.shop import ShopProfile, shop_profile
from tradewind.markets.wording import percent_words
from tradewind.orders.models import Order, OrderLine
from tradewind.papers.items import REFUND, Group, Item, gross_of, groups_of
from tradewind.papers.paper import Fact, Kind, Line, Paper, Party, Reference, Sum, TaxGroup
from tradewind.papers.seller import account_of, seller_of
from tradewind.payments.methods import method_names
from tradewind.payments.models import LedgerEntry, PaymentIntent
from tradewind.shipping.queries import handover_of


@dataclass(frozen=True, slots=True)
class Form:
    """What is decided about a paper beside its amounts. `corrects` are a credit note's invoices, and `buyer` whom those name:
    the order may name somebody else by now, or nobody. Of an invoice, `orders` are those with whose payments it is paid, None
    for its own, and `paid` what these cover of it; those that came until `since` stand on an earlier one.
    """

    kind: Kind
    number: str
    at: datetime
    corrects: tuple[Reference, ...] = ()
    buyer: Party | None = None
    orders: Sequence[int] | None = None
    paid: int | None = None
    since: datetime | None = None


def compose(order: Order, items: Sequence[Item], form: Form) -> Paper:
    """The paper over these amounts of an order, which has its account with it."""
    return _Composer(order, items, form).paper()


def language_of(order: Order) -> str:
    return order.language if order.language in LOCALES else DEFAULT


class _Composer:
    def __init__(self, order: Order, items: Sequence[Item], form: Form) -> None:
        self.order, self.items, self.form = order, items, form
        self.shop: ShopProfile = shop_profile()
        self.language = language_of(order)
        self.groups = groups_of(items, tax_included=order.tax_included)

    def paper(self) -> Paper:
        order, form, is_credit = self.order, self.form, self.form.kind == Kind.CREDIT_NOTE
        return Paper(
            kind=form.kind,
            number=form.number,
            issued_on=self.day(form.at),
            language=self.language,
            country=order.country,
            seller=seller_of(order, self.shop, self.language),
            buyer=form.buyer or self.buyer(),
            lines=tuple(self.line(item) for item in self.items if item.is_line),
            total=self.money(gross_of(self.items, tax_included=order.tax_included)),
            tax_included=order.tax_included,
            taxes=tuple(self.tax(group) for group in self.groups) if self.is_taxed else (),
            sums=tuple(Sum(self.sum_words(item), self.money(item.total)) for item in self.items if item.is_sum),
            facts=self.facts(),
            paid=None if is_credit else self.paid(),
            payments=() if is_credit else self.payments(),
            accounts=() if is_credit else account_of(order, self.shop, self.language),
            notes=self.notes(),
            references=form.corrects,
        )

    def buyer(self) -> Party:
        """By the name and address of the order alone. Tax numbers were given for customs, mailboxes for letters."""
        ship_to = self.order.ship_to
        return Party(str(ship_to.get("name") or ""), address_lines(ship_to, self.language))

    @property
    def is_taxed(self) -> bool:
        return any(group.tax for group in self.groups)

    def money(self, minor_units: int) -> Money:
        return Money(minor_units, self.order.currency)

    def day(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.shop.zone)).date()

    def day_words(self, moment: datetime) -> str:
        return str(format_date(self.day(moment), "long", locale=locale_of(self.language)))

    def line(self, item: Item) -> Line:
        title = say(self.language, "Refund of a part of the price") if item.kind == REFUND else item.title
        return Line(
            title=title,
            details=item.details,
            quantity=item.quantity or None,
            unit=Decimal(item.unit) if item.unit and item.quantity else None,
            total=self.money(item.total),
            tax_rate=Decimal(item.rate) if self.is_taxed and item.rate else None,
        )

    def sum_words(self, item: Item) -> str:
        if item.is_before:
            return say(self.language, "Credited before")
        if item.kind != OrderLine.Kind.DELIVERY:
            return item.title or say(self.language, "Discount")
        option = pick(self.order.delivery_option.get("name", {}), self.language) or item.title
        return (
            say(self.language, "Delivery ({option})", option=option) if option else say(self.language, "Delivery cost")
        )

    def tax(self, group: Group) -> TaxGroup:
        return TaxGroup(self.tax_words(group), self.money(group.net), self.money(group.tax))

    def tax_words(self, group: Group) -> str:
        """As the buyer read it before ordering, where the order has one taxed rate."""
        named = pick(self.order.rules.get("tax_names", {}), self.language)
        if group.tax and named and sum(bool(each.tax) for each in self.groups) == 1:
            return named
        if not group.rate:
            return say(self.language, "Tax")
        if not group.tax:
            return say(self.language, "Without tax")
        return say(self.language, "Tax, {percent} %", percent=percent_words(Decimal(group.rate), self.language))

    def facts(self) -> tuple[Fact, ...]:
        order, handover = self.order, handover_of(self.order.pk)
        facts = (
            Fact(say(self.language, "Order"), order.external_id or order.ref),
            Fact(say(self.language, "Ordered on"), self.day_words(order.placed_at)),
        )
        if handover is None or self.form.kind != Kind.INVOICE:
            return facts
        return (*facts, Fact(say(self.language, "Date of supply"), self.day_words(handover.handed_over_at)))

    def paid(self) -> Money | None:
        """None where nothing is known of payment: sales channels take the money and seldom say so."""
        if self.form.paid is not None and self.intents().exists():
            return self.money(self.form.paid)
        known = self.order.paid or self.intents().exists()
        return self.money(min(self.order.paid, self.order.total)) if known else None

    def intents(self) -> QuerySet[PaymentIntent]:
        orders = [self.order.pk] if self.form.orders is None else self.form.orders
        found = PaymentIntent.objects.filter(subject_kind="order", subject_id__in=orders)
        return found.prefetch_related("entries").order_by("pk")

    def payments(self) -> tuple[str, ...]:
        market = Market.objects.filter(code=self.order.market).values_list("pk", flat=True).first()
        names = method_names(market, self.language) if market else {}
        received = [
            (entry.at, entry.pk, names.get(intent.method, intent.method))
            for intent in self.intents()
            for entry in intent.entries.all()
            if entry.kind == LedgerEntry.Kind.CAPTURE and (self.form.since is None or entry.at > self.form.since)
        ]
        return tuple(
            say(self.language, "Paid on {day}: {method}.", day=self.day_words(at), method=method)
            for at, _pk, method in sorted(received)
        )

    def notes(self) -> tuple[str, ...]:
        """What the order's own rules say; no tax note is guessed."""
        if self.form.corrects:
            numbers = ", ".join(told.number for told in self.form.corrects)
            return (say(self.language, "This credit note corrects invoice {number}.", number=numbers),)
        if self.order.rules.get("at_door"):
            return (say(self.language, "Import tax and duty are not part of this paper: the carrier collects them."),)
        return ()
