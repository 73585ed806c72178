"""Quotes for programs: how these goods would reach a country now, at what cost, on which dates, and why. Nothing is written."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import BaseModel, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from tradewind.api.asking import LONGEST_TEXT, refuse_unknown
from tradewind.api.keys import READ_PRODUCTS, Key
from tradewind.api.problems import Conflict, WrongValue, WrongValues
from tradewind.api.problems import Problem as Refused
from tradewind.api.shapes import Amount, Moment
from tradewind.catalog.models import Variant
from tradewind.catalog.queries import variant_offers
from tradewind.core.words import DEFAULT, LOCALES, pick
from tradewind.inventory.queries import Asked, count_for
from tradewind.lib.clock import utc_now
from tradewind.lib.countries import COUNTRIES
from tradewind.lib.money import sum_of
from tradewind.markets.queries import MarketView, UnknownMarket, market_by_code, market_for_country
from tradewind.promises.quote import DeliveryQuote
from tradewind.promises.why import why
from tradewind.shipping.quoting import Goods, Part, pack, quotes_for

router = Router(auth=Key(READ_PRODUCTS), tags=["quotes"])
MOST_VARIANTS: Final = 20
MOST_UNITS: Final = 9999
_LONGEST_LIST: Final = MOST_VARIANTS * (LONGEST_TEXT + 1)


class Wanted(BaseModel):
    """One line of what is asked for."""

    sku: str
    quantity: int


class Quote(BaseModel):
    """One way to deliver. Days are whole days of their zone, first and last included."""

    option: str = Field(description="The code of the way; orders name it as delivery_option.")
    name: str = Field(description="As buyers read it.")
    cost: Amount
    is_tracked: bool
    is_duty_paid: bool = Field(description="What is due at the border is paid with the order.")
    warehouse: str
    holds_until: Moment = Field(description="The next cut-off. Ask again then: an order after it may leave later.")
    leaves_on: date
    leaves_zone: str
    arrives_first: date
    arrives_last: date
    arrives_zone: str
    share: str | None = Field(
        description="The share of such parcels that arrive within these days, like 0.9; null where it is not known."
    )
    digest: str = Field(description="Another one whenever cost or dates are.")
    why: list[str] = Field(description="How the dates were counted, in words.")
    inputs: dict[str, Any] = Field(
        description="The same for programs, as it would be kept with a promise. Keys may be added."
    )


class QuoteList(BaseModel):
    """The ways in the order in which buyers see them. At least one."""

    asked_at: Moment
    market: str
    country: str
    lines: list[Wanted]
    quotes: list[Quote]


def _wrong(words: str) -> PydanticCustomError:
    return PydanticCustomError("wrong_value", "{words}", {"words": words})


def _skus(typed: str) -> str:
    found = [part.strip() for part in typed.split(",") if part.strip()]
    if not 0 < len(found) <= MOST_VARIANTS or len(typed) > _LONGEST_LIST or not typed.isprintable():
        raise _wrong(f"Write 1 to {MOST_VARIANTS} article numbers with commas between them, like MUG-S,MUG-L.")
    return ",".join(found)


def _quantities(typed: str | int) -> str:
    found = [part.strip() for part in str(typed).split(",")]
    if not all(p.isascii() and p.isdigit() and len(p) <= len(str(MOST_UNITS)) and int(p) > 0 for p in found):
        raise _wrong(f"Write whole numbers from 1 to {MOST_UNITS} with commas between them, like 2,1.")
    return ",".join(found)


def _country(typed: str) -> str:
    if typed not in COUNTRIES:
        raise _wrong("Write the country as two capital letters of ISO 3166-1, like DE.")
    return typed


def _language(typed: str) -> str:
    if typed and typed not in LOCALES:
        raise _wrong(f"Choose one of {', '.join(LOCALES)}.")
    return typed


class QuoteQuery(Schema):
    """What is to be delivered, and where to."""

    variant: Annotated[str, PlainValidator(_skus), WithJsonSchema({"type": "string", "example": "MUG-S,MUG-L"})] = (
        Field(description=f"Article numbers with commas between them, at most {MOST_VARIANTS}.")
    )
    country: Annotated[str, PlainValidator(_country), WithJsonSchema({"type": "string", "example": "DE"})] = Field(
        description="Where it goes, ISO 3166-1."
    )
    quantity: Annotated[str, PlainValidator(_quantities), WithJsonSchema({"type": "string", "example": "2,1"})] = Field(
        "1", description="How many of each, in the same order; one number is meant for all."
    )
    postcode: Annotated[str, WithJsonSchema({"type": "string", "example": "10115"})] = Field(
        "",
        max_length=LONGEST_TEXT,
        description="Remote areas can cost more; without one the country's own zone counts.",
    )
    market: Annotated[str, WithJsonSchema({"type": "string", "example": "de"})] = Field(
        "", description="The market's code, else the one that takes orders to this country."
    )
    language: Annotated[
        str, PlainValidator(_language), WithJsonSchema({"type": "string", "enum": ["", *LOCALES], "example": "en"})
    ] = Field("", description="Of names and reasons, else English.")


@router.api_operation(
    ["GET", "HEAD"],
    "/quotes",
    operation_id="getQuotes",
    summary="Ask what delivery costs and when goods arrive",
    response={200: QuoteList, 401: Refused, 403: Refused, 409: Refused, 422: Refused, 429: Refused},
)
def get_quotes(request: HttpRequest, asked: Query[QuoteQuery]) -> QuoteList:
    """What the product page and the cart would say at this moment. Nothing is reserved, and nothing is promised."""
    refuse_unknown(request.GET, QuoteQuery.model_fields)
    now = utc_now()
    units = _units(asked.variant.split(","), asked.quantity.split(","))
    market = _market(asked, now)
    quotes = quotes_for(market, asked.country, _goods(units, market), at=now, postcode=asked.postcode)
    if not quotes:
        words = (
            "No way to deliver carries these goods to this country: too heavy, excluded, or the warehouse is closed."
        )
        raise Conflict("no_way", words)
    return QuoteList(
        asked_at=now,
        market=market.code,
        country=asked.country,
        lines=[Wanted(sku=sku, quantity=number) for sku, number in units.items()],
        quotes=[_told(quote, asked.language or DEFAULT) for quote in quotes],
    )


def _units(skus: Sequence[str], quantities: Sequence[str]) -> dict[str, int]:
    """Of what is named twice, both. Raises WrongValues."""
    if len(quantities) not in {1, len(skus)}:
        words = f"Write one number for all, or {len(skus)} numbers: one for each article number."
        raise _unknown("quantity", words)
    numbers = list(quantities) * (len(skus) if len(quantities) == 1 else 1)
    units: dict[str, int] = {}
    for sku, number in zip(skus, numbers, strict=True):
        units[sku] = units.get(sku, 0) + int(number)
    return units


def _market(asked: QuoteQuery, now: datetime) -> MarketView:
    """Raises WrongValues, Conflict."""
    try:
        if not asked.market:
            return market_for_country(asked.country, on=now.date())
        market = market_by_code(asked.market if asked.market.isprintable() else "", on=now.date())
    except UnknownMarket:
        raise _unknown("market", "No market has this code, or takes orders to this country.") from None
    if not market.serves(asked.country):
        words = "This market takes no orders to this country. Leave market out to ask the one that does."
        raise Conflict("country_not_served", words)
    return market


def _unknown(name: str, words: str) -> WrongValues:
    return WrongValues([WrongValue(name=name, pointer=None, detail=words)])


def _goods(units: dict[str, int], market: MarketView) -> Goods:
    """Raises WrongValues, Conflict."""
    known = dict(Variant.objects.filter(sku__in=units).values_list("sku", "pk"))
    if unknown := [sku for sku in units if sku not in known]:
        raise _unknown("variant", f"No variant has the article number {', '.join(unknown)}.")
    ids = {sku: known[sku] for sku in units}
    offers = variant_offers(list(ids.values()), market_id=market.id, language=market.languages[0])
    prices = {sku: price for sku, pk in ids.items() if pk in offers and (price := offers[pk].price) is not None}
    if missing := [sku for sku in ids if sku not in prices]:
        raise Conflict("not_on_sale", f"Not for sale in this market: {', '.join(missing)}.")
    lines = [Asked(offers[pk].id, units[sku], offers[pk].consists_of) for sku, pk in ids.items()]
    counted = count_for(lines)
    parts = [Part.of(offers[line.variant_id], counted.places[line.variant_id], line.quantity) for line in lines]
    goods = pack(parts, value=sum_of((price * units[sku] for sku, price in prices.items()), market.currency))
    if not goods.stocked_at:
        short = [sku for sku, pk in ids.items() if pk in counted.short]
        words = f"Not enough in stock: {', '.join(short)}." if short else "No single warehouse has all of it."
        raise Conflict("not_in_stock", words)
    return goods


def _told(quote: DeliveryQuote, language: str) -> Quote:
    return Quote(
        option=quote.option,
        name=pick(quote.name, language),
        cost=Amount.of(quote.cost),
        is_tracked=quote.is_tracked,
        is_duty_paid=quote.is_duty_paid,
        warehouse=quote.warehouse,
        holds_until=quote.holds_until,
        leaves_on=quote.leaves_on,
        leaves_zone=quote.leaves_zone,
        arrives_first=quote.arrives_first,
        arrives_last=quote.arrives_last,
        arrives_zone=quote.arrives_zone,
        share=None if quote.share is None else str(quote.share),
        digest=quote.digest,
        why=why(quote, language),
        inputs=quote.inputs,
    )
