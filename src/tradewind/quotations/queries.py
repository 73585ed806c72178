"""Named reads of quotations."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from tradewind.catalog.queries import variant_offers
from tradewind.core import search
from tradewind.core.reach import Reach
from tradewind.inventory.queries import Asked, count_for
from tradewind.lib.money import Money
from tradewind.markets.queries import market_by_code
from tradewind.promises.quote import DeliveryQuote
from tradewind.quotations.keeping import kept_in
from tradewind.quotations.models import Quotation, QuotationVersion
from tradewind.quotations.states import QuotationState
from tradewind.shipping.agreeing import terms_for_order
from tradewind.shipping.quoting import Part, pack, quotes_for

PAGE: Final = 50
FOUND: Final = 500
# States as lists tell them: what was sent is one of three.
SEEN: Final = "seen"
LAPSED: Final = "lapsed"
STATES: Final = ("draft", "sent", SEEN, LAPSED, "accepted", "ordered", "declined")

Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class QuotationRow:
    id: int
    ref: str
    state: str
    buyer_name: str
    country: str
    total: Money
    made_at: datetime
    made_by: str
    lapses_at: datetime | None
    order_id: int | None
    order_ref: str

    @property
    def key(self) -> Key:
        return self.made_at, self.id


@dataclass(frozen=True, slots=True)
class QuotationPage:
    """One page, newest first. `older` is the key to go on from, None at the end."""

    rows: Sequence[QuotationRow]
    older: Key | None


def quotation_list(
    reach: Reach, *, words: str = "", state: str = "", after: Key | None = None, now: datetime
) -> QuotationPage:
    """Those that hold all the words, newest first: at most FOUND of them, where somebody searches."""
    found = reach.of(Quotation.objects.filter(_is(state, now)))
    if words:
        found = found.filter(pk__in=[pk for _, pk in search.find(words, kinds=["quotation"], limit=FOUND)])
    if after is not None:
        at, pk = after
        # The first condition looks redundant: it lets both databases start in the index at the right place.
        found = found.filter(Q(made_at__lte=at), Q(made_at__lt=at) | Q(pk__lt=pk))
    rows = list(_with_order(found).order_by("-made_at", "-id")[: PAGE + 1])
    told = [_row(row, now) for row in rows[:PAGE]]
    return QuotationPage(told, told[-1].key if len(rows) > PAGE else None)


def quotations_of_buyer(buyer_id: int | None, reach: Reach, *, but_not: int = 0, now: datetime) -> list[QuotationRow]:
    """The newest others of a buyer."""
    if buyer_id is None:
        return []
    found = reach.of(Quotation.objects.filter(buyer_id=buyer_id).exclude(pk=but_not))
    return [_row(row, now) for row in _with_order(found).order_by("-made_at", "-id")[:5]]


def state_of(quotation: Quotation, now: datetime) -> str:
    """One of STATES."""
    if quotation.state != QuotationState.SENT:
        return quotation.state
    if quotation.lapses_at is not None and quotation.lapses_at <= now:
        return LAPSED
    return SEEN if quotation.seen_at is not None else "sent"


def quotation_of_order(order_id: int) -> tuple[int, str] | None:
    """Number and reference of what became this order."""
    return Quotation.objects.filter(order_id=order_id).values_list("pk", "ref").first()


def versions_of_order(order_id: int) -> list[QuotationVersion]:
    """What was sent before it was an order, oldest first."""
    found = QuotationVersion.objects.filter(quotation__order_id=order_id).select_related("quotation")
    return list(found.order_by("number"))


def account_of_quotation(quotation_id: int) -> int | None:
    """The shop account that it belongs to, None where there is none of this number."""
    return Quotation.objects.filter(pk=quotation_id).values_list("account_id", flat=True).first()


def market_of_quotation(quotation_id: int) -> str:
    return Quotation.objects.values_list("market", flat=True).get(pk=quotation_id)


def latest_version(quotation_id: int) -> QuotationVersion | None:
    """What the buyer reads; None where nothing was sent."""
    return QuotationVersion.objects.filter(quotation_id=quotation_id).order_by("number").last()


def versions_of(quotation_id: int) -> list[QuotationVersion]:
    """The newest first."""
    return list(QuotationVersion.objects.filter(quotation_id=quotation_id).order_by("-number"))


def quote_today(version: QuotationVersion, *, at: datetime) -> DeliveryQuote | None:
    """The dates of an order of this moment, at the cost that was quoted; None where the way is not offered any more."""
    kept = kept_in(version)
    market = market_by_code(kept.market, on=at.date())
    ids: Collection[int] = [line.variant_id for line in kept.sold if line.variant_id is not None]
    offers = variant_offers(list(ids), market_id=market.id, language=kept.language)
    place = kept.delivery_option["warehouse"]
    goods = pack(
        Part.of(offers[line.variant_id], [place], line.quantity) for line in kept.sold if line.variant_id in offers
    )
    goods = replace(goods, stocked_at=frozenset([place]))
    country, postcode = (str(version.ship_to.get(part) or "") for part in ("country", "postcode"))
    terms = terms_for_order(market, kept.delivery_option, kept.delivery)
    found = quotes_for(market, country, goods, at=at, supposed=terms, postcode=postcode)
    return next((quote for quote in found if quote.option == kept.delivery_option["code"]), None)


def is_there_today(version: QuotationVersion, *, at: datetime) -> bool:
    """Is all of it free to be sold where it would leave from? It may be another thing a moment later: nothing is held."""
    kept = kept_in(version)
    ids = [line.variant_id for line in kept.sold if line.variant_id is not None]
    market = market_by_code(kept.market, on=at.date())
    offers = variant_offers(ids, market_id=market.id, language=kept.language)
    asked = [
        Asked(line.variant_id, line.quantity, offers[line.variant_id].consists_of if line.variant_id in offers else ())
        for line in kept.sold
        if line.variant_id is not None
    ]
    places = count_for(asked).places.values() if asked else ()
    return all(kept.delivery_option["warehouse"] in each for each in places)


def _is(state: str, now: datetime) -> Q:
    if state in {"", "draft", "accepted", "ordered", "declined"}:
        return Q(state=state) if state else Q()
    sent = Q(state=QuotationState.SENT)
    if state == LAPSED:
        return sent & Q(lapses_at__lte=now)
    return sent & Q(lapses_at__gt=now, seen_at__isnull=state != SEEN)


def _with_order(found: QuerySet[Quotation]) -> QuerySet[Quotation]:
    return found.select_related("order", "buyer")


def _row(quotation: Quotation, now: datetime) -> QuotationRow:
    name = str(quotation.ship_to.get("name") or "") or quotation.email
    return QuotationRow(
        id=quotation.pk,
        ref=quotation.ref,
        state=state_of(quotation, now),
        buyer_name=name,
        country=str(quotation.ship_to.get("country") or ""),
        total=Money(quotation.total, quotation.currency),
        made_at=quotation.made_at,
        made_by=quotation.made_by,
        lapses_at=quotation.lapses_at,
        order_id=quotation.order_id,
        order_ref=quotation.order.ref if quotation.order else "",
    )
