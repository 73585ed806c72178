"""Beginning a draft: for somebody known, found by words, or for somebody new; and once more from what there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from tradewind.buyers.models import Buyer, Identity
from tradewind.console import pages, typed
from tradewind.console.search.results import BuyerRow, buyers_found, orders_found
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.reach import Reach
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.markets.queries import MarketView, UnknownMarket, all_markets
from tradewind.orders.models import Order
from tradewind.orders.queries import buyers_within
from tradewind.quotations.copying import address_of, copy_quotation, draft_from_order, language_in
from tradewind.quotations.drafting import DraftContent, Start, begin_draft, usual_last_day
from tradewind.quotations.models import Quotation

FORM: Final = "begin"
_LONGEST_TEXT: Final = 100
_NO_MARKET: Final = gettext_noop("Please choose the market: it decides on prices, taxes and ways to deliver.")


@dataclass(frozen=True, slots=True)
class Found:
    """A buyer, and what tells them from others of the same name: town, mailbox, last order."""

    id: int
    name: str
    country: str
    told: tuple[str, ...]


@needs("quotations.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new_quotation(request: HttpRequest) -> HttpResponse:
    reach, markets = pages.reach_of(request), all_markets(on=utc_now().date())
    if request.method != "POST":
        buyer = _buyer(typed.read_id(request.GET, "buyer"), reach)
        return _show(request, buyer, markets)
    buyer = _buyer(typed.read_id(request.POST, "buyer"), reach)
    market = next((each for each in markets if each.code == request.POST.get("market")), None)
    if market is None:
        problem = Problem(FORM, "market", words.say(words.spoken(), _NO_MARKET), request.POST.dict())
        return _show(request, buyer, markets, problem=problem, status=422)
    content = _prefilled(buyer, market, reach)
    draft = begin_draft(
        market=market,
        content=content,
        start=Start(buyer.pk if buyer else None, _key(request)),
        by=pages.actor_of(request),
        at=utc_now(),
    )
    return pages.to_page("console:quotation", quotation_id=draft.pk)


@needs("quotations.edit")
@require_POST
def copy(request: HttpRequest, quotation_id: int) -> HttpResponse:
    get_object_or_404(Quotation, pk=quotation_id)
    draft = copy_quotation(quotation_id=quotation_id, key=_key(request), by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:quotation", done="quotation-copied", quotation_id=draft.pk)


@needs("quotations.edit")
@require_POST
def copy_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Where no market of ours serves its country, the market is asked for."""
    order, now, code = get_object_or_404(Order, pk=order_id), utc_now(), request.POST.get("market", "")
    try:
        draft = draft_from_order(
            order_id=order_id, market_code=code, key=_key(request), by=pages.actor_of(request), at=now
        )
    except UnknownMarket:
        problem = Problem(FORM, "market", words.say(words.spoken(), _NO_MARKET), request.POST.dict())
        return _show(request, None, all_markets(on=now.date()), source=order, problem=problem, status=422)
    return pages.to_page("console:quotation", done="quotation-copied", quotation_id=draft.pk)


def _key(request: HttpRequest) -> str:
    """Made with the form: two clicks on it begin one draft."""
    return request.POST.get("key", "")[:40]


def _show(
    request: HttpRequest,
    buyer: Buyer | None,
    markets: Sequence[MarketView],
    *,
    source: Order | None = None,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    """`source`: the order that is to be copied, instead of somebody to begin for."""
    text = request.GET.get("q", "").strip()[:_LONGEST_TEXT]
    country = buyer.country if buyer else ""
    usual = next((market.code for market in markets if country and market.serves(country)), "")
    values = {
        "text": text,
        "found": _found(text, pages.reach_of(request)) if text else [],
        "buyer": buyer,
        "source": source,
        "markets": [(market.code, f"{market.name(words.spoken())} ({market.currency})") for market in markets],
        "usual": usual,
        "key": _key(request) or pages.new_key(),
        "problem": problem,
    }
    return pages.show(request, "quotations/new.html", values, status=status)


def _found(text: str, reach: Reach) -> list[Found]:
    """Named as in their last order within reach: many a buyer's own record has no name."""
    rows = buyers_found(text, orders_found(text, reach), reach)
    newest = reach.of(Order.objects.filter(buyer_id=OuterRef("pk"), erased_at=None)).order_by("-placed_at", "-id")
    buyers = Buyer.objects.filter(pk__in=[row.id for row in rows])
    ids = list(buyers.annotate(last=Subquery(newest.values("pk")[:1])).values_list("last", flat=True))
    last = {order.buyer_id: order for order in Order.objects.filter(pk__in=ids)}
    return [_named(row, last.get(row.id)) for row in rows]


def _named(row: BuyerRow, last: Order | None) -> Found:
    ship_to = last.ship_to if last else {}
    name = str(ship_to.get("name") or "") or row.name or row.ref
    told = (str(ship_to.get("city") or ""), last.email if last else "", last.ref if last else "")
    return Found(row.id, name, row.country, tuple(each for each in told if each))


def _buyer(buyer_id: int, reach: Reach) -> Buyer | None:
    """Nobody is found by a number who has never ordered from an account within reach."""
    if not buyer_id or (not reach.is_whole and not buyers_within(reach, [buyer_id])):
        return None
    return Buyer.objects.filter(pk=buyer_id).first()


def _prefilled(buyer: Buyer | None, market: MarketView, reach: Reach) -> DraftContent:
    """What is known from the last order within reach that still names somebody."""
    last = None
    if buyer is not None:
        orders = reach.of(Order.objects.filter(buyer_id=buyer.pk, erased_at=None))
        last = orders.order_by("-placed_at", "-id").first()
    address = address_of(last) if last else {"name": buyer.name, "country": buyer.country} if buyer else {}
    if not address.get("country") and market.country:
        address["country"] = market.country
    return DraftContent(
        email=last.email if last else _email_of(buyer),
        ship_to={name: value for name, value in address.items() if value},
        language=language_in(market, (last.language if last else "") or (buyer.language if buyer else "")),
        valid_until=usual_last_day(utc_now()),
    )


def _email_of(buyer: Buyer | None) -> str:
    known = Identity.objects.filter(buyer=buyer, kind=Identity.Kind.EMAIL, scope=0) if buyer is not None else None
    return known.order_by("pk").values_list("shown", flat=True).first() or "" if known is not None else ""
