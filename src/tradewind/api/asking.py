"""What an address may ask for, read once: typed values, or for each wrong one the words that say what would be right."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Annotated, Any, Final
from unicodedata import category

from django.http import QueryDict
from ninja import Schema
from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from tradewind.api.problems import WrongValue, WrongValues
from tradewind.catalog.models import Product
from tradewind.lib.clock import NaiveMoment, UnreadableMoment, format_moment, parse_moment
from tradewind.lib.countries import COUNTRIES
from tradewind.orders.queries import Key
from tradewind.orders.states import OrderState
from tradewind.shipping.parcel_queries import VIEWS
from tradewind.shipping.tracking_states import Status

PAGE: Final = 50
LARGEST_PAGE: Final = 200
LONGEST_TEXT: Final = 100

_LARGEST_ID: Final = 2**63 - 1
_PLACE: Final = re.compile(r"([0-9T:.Z-]{20,27})~([1-9][0-9]{0,18})")
_PLACE_WORDS: Final = "Send next of the page before as it came, or leave this out to begin at the newest."
_MOMENT_WORDS: Final = (
    "Write a moment with its offset, like 2026-11-01T00:00:00Z or 2026-11-01T08:00:00%2B08:00"
    " (in an address, + is written %2B)."
)
_NOT_TEXT: Final = frozenset({"Cc", "Cs"})


def write_place(key: Key) -> str:
    """Where a list goes on, as an opaque word for addresses."""
    return _packed(f"{format_moment(key[0])}~{key[1]}")


def read_place(typed: str) -> Key | None:
    """None for the beginning. Raises PydanticCustomError for what write_place did not write."""
    if not typed:
        return None
    try:
        at, pk = _PLACE.fullmatch(_unpacked(typed)).groups()  # type: ignore[union-attr]  # None raises what is caught below
        key = parse_moment(at), int(pk)
    except (ValueError, AttributeError, OverflowError):
        raise _wrong(_PLACE_WORDS) from None
    if key[1] > _LARGEST_ID or write_place(key) != typed:
        raise _wrong(_PLACE_WORDS)
    return key


def write_number(pk: int) -> str:
    """Where a list goes on that goes by the number of its rows, as an opaque word for addresses."""
    return _packed(str(pk))


def read_number(typed: str) -> int | None:
    """None for the beginning. Raises PydanticCustomError for what write_number did not write."""
    if not typed:
        return None
    try:
        plain = _unpacked(typed)
    except ValueError:
        raise _wrong(_PLACE_WORDS) from None
    is_number = plain.isdigit() and len(plain) <= len(str(_LARGEST_ID))
    if not is_number or not 0 < int(plain) <= _LARGEST_ID or write_number(int(plain)) != typed:
        raise _wrong(_PLACE_WORDS)
    return int(plain)


def _packed(plain: str) -> str:
    return urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _unpacked(typed: str) -> str:
    """Raises ValueError."""
    return urlsafe_b64decode(typed + "=" * (-len(typed) % 4)).decode("ascii")


def refuse_unknown(query: QueryDict, known: Collection[str]) -> None:
    """A filter that is misspelt must not show everything. Raises WrongValues, also for what is asked for twice."""
    errors = []
    for name, values in query.lists():
        if name not in known:
            choice = f"It knows {', '.join(known)}." if known else "It takes none."
            errors.append(
                WrongValue(name=_shown(name), pointer=None, detail=f"This address knows no such parameter. {choice}")
            )
        elif len(values) > 1:
            errors.append(WrongValue(name=name, pointer=None, detail="Send this once."))
    if errors:
        raise WrongValues(errors)


def _wrong(words: str) -> PydanticCustomError:
    # The words are a template to pydantic: braces would be taken for its fields.
    return PydanticCustomError("wrong_value", "{words}", {"words": words})


def _shown(typed: str) -> str:
    """What came from outside, fit to be shown again."""
    return "".join("?" if category(sign) in _NOT_TEXT else sign for sign in typed)[:LONGEST_TEXT]


def _state(typed: str) -> str:
    if typed and typed not in OrderState.values:
        raise _wrong(f"Choose one of {', '.join(OrderState.values)}.")
    return typed


def _one_of(*codes: str) -> Callable[[str], str]:
    def read(typed: str) -> str:
        if typed and typed not in codes:
            raise _wrong(f"Choose one of {', '.join(codes)}.")
        return typed

    return read


def _country(typed: str) -> str:
    if typed and typed not in COUNTRIES:
        raise _wrong("Write the country as two capital letters of ISO 3166-1, like DE.")
    return typed


def _text(typed: str) -> str:
    if len(typed) > LONGEST_TEXT:
        raise _wrong(f"At most {LONGEST_TEXT} characters.")
    if any(category(sign) in _NOT_TEXT for sign in typed):
        raise _wrong("This holds characters that are no text. Leave them out.")
    return typed.strip()


def _moment(typed: str) -> datetime | None:
    # Python's reading ends at a NUL and leaves alone what follows.
    if not typed.isprintable():
        raise _wrong(_MOMENT_WORDS)
    try:
        return parse_moment(typed) if typed else None
    except (UnreadableMoment, NaiveMoment, OverflowError):
        raise _wrong(_MOMENT_WORDS) from None


def _limit(typed: str | int) -> int:
    number = str(typed)
    is_number = number.isascii() and number.isdigit() and len(number) <= len(str(LARGEST_PAGE))
    if number and (not is_number or not 1 <= int(number) <= LARGEST_PAGE):
        raise _wrong(f"Write a whole number from 1 to {LARGEST_PAGE}.")
    return int(number) if number else PAGE


def _place(typed: str) -> str:
    read_place(typed)
    return typed


def _numbered(typed: str) -> str:
    read_number(typed)
    return typed


def _product_state(typed: str) -> str:
    if typed and typed not in Product.State.values:
        raise _wrong(f"Choose one of {', '.join(Product.State.values)}.")
    return typed


def _as_text(**more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string"} | more)


OptionalMoment = Annotated[
    datetime | None, PlainValidator(_moment), _as_text(format="date-time", example="2026-11-01T00:00:00Z")
]


Limit = Annotated[
    int,
    PlainValidator(_limit),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE, "example": 20}),
]
_Number = Annotated[str, PlainValidator(_numbered), _as_text(example="MTA0MjA3")]


class NumberedQuery(Schema):
    """What every list asks for that goes on by the number of its rows. An empty value is none."""

    limit: Limit = Field(PAGE, description="How many a page has at the most.")
    after: _Number = Field("", description="next of the page before. Filters stay as they were.")


class ProductQuery(NumberedQuery):
    """What the list of products may be asked for."""

    state: Annotated[
        str, PlainValidator(_product_state), _as_text(enum=["", *Product.State.values], example="live")
    ] = Field("", description="Only products in this state.")
    category: Annotated[str, PlainValidator(_text), _as_text(maxLength=LONGEST_TEXT, example="kitchen")] = Field(
        "", description="Only products that stand in this category itself, by its slug."
    )
    q: Annotated[str, PlainValidator(_text), _as_text(maxLength=LONGEST_TEXT, example="mug")] = Field(
        "", description="Only products that hold every word: titles, article numbers, choices, slugs."
    )


class StockQuery(NumberedQuery):
    """What the list of stock may be asked for."""

    sku: Annotated[str, PlainValidator(_text), _as_text(maxLength=LONGEST_TEXT, example="MUG-S")] = Field(
        "", description="Only of the variant with this article number."
    )
    warehouse: Annotated[str, PlainValidator(_text), _as_text(maxLength=LONGEST_TEXT, example="shenzhen")] = Field(
        "", description="Only of the warehouse with this code."
    )


class BuyerQuery(NumberedQuery):
    """What the list of buyers may be asked for."""

    country: Annotated[str, PlainValidator(_country), _as_text(pattern="^([A-Z]{2})?$", example="DE")] = Field(
        "", description="Only buyers of this country, ISO 3166-1."
    )
    email: Annotated[str, PlainValidator(_text), _as_text(maxLength=LONGEST_TEXT, example="greta@example.com")] = Field(
        "", description="Only the buyer with this e-mail address."
    )


class ParcelQuery(NumberedQuery):
    """What the list of parcels may be asked for."""

    state: Annotated[str, PlainValidator(_one_of(*Status)), _as_text(enum=["", *Status], example="customs")] = Field(
        "", description="Only parcels that are there."
    )
    view: Annotated[str, PlainValidator(_one_of(*VIEWS)), _as_text(enum=["", *VIEWS], example="late")] = Field(
        "",
        description="Open: promised and not there yet. Late: and its time has passed. Unscanned: no carrier has touched it.",
    )
    carrier: Annotated[str, PlainValidator(_text), _as_text(maxLength=LONGEST_TEXT, example="DHL")] = Field(
        "", description="Only with this carrier, as it is written in the shop."
    )
    country: Annotated[str, PlainValidator(_country), _as_text(pattern="^([A-Z]{2})?$", example="DE")] = Field(
        "", description="Only to this country, ISO 3166-1."
    )
    tracking_number: Annotated[
        str, PlainValidator(_text), _as_text(maxLength=LONGEST_TEXT, example="RR123456785CN")
    ] = Field("", description="Only under this number, however it is written; replaced labels as well.")


class OrderQuery(Schema):
    """What the list of orders may be asked for. An empty value is none."""

    state: Annotated[str, PlainValidator(_state), _as_text(enum=["", *OrderState.values], example="paid")] = Field(
        "", description="Only orders in this state."
    )
    country: Annotated[str, PlainValidator(_country), _as_text(pattern="^([A-Z]{2})?$", example="DE")] = Field(
        "", description="Only orders that go to this country, ISO 3166-1."
    )
    account: Annotated[str, PlainValidator(_text), _as_text(maxLength=LONGEST_TEXT, example="own shop")] = Field(
        "", description="Only orders of the shop account of this name."
    )
    placed_after: OptionalMoment = Field(None, description="Only orders placed at this moment or later.")
    placed_before: OptionalMoment = Field(None, description="Only orders placed before this moment.")
    q: Annotated[str, PlainValidator(_text), _as_text(maxLength=LONGEST_TEXT, example="Hamburg")] = Field(
        "",
        description="Only orders that hold every word: references, names, places, e-mail addresses, article numbers.",
    )
    limit: Limit = Field(PAGE, description="How many orders a page has at the most.")
    after: Annotated[str, PlainValidator(_place), _as_text(example="MjAyNi0xMS0yM1QwNjozMDowMFp-MTA0MjA3")] = Field(
        "", description="next of the page before. Filters stay as they were."
    )
