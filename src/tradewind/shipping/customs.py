"""What customs are told of the goods of one order, and what is missing for it. Pure: the same facts, the same declaration.

The value is what was paid for the goods, without tax and delivery: a part of a discount belongs to each line.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from tradewind.lib.charging import is_import
from tradewind.lib.money import Money, allocate, sum_of
from tradewind.lib.recipient_numbers import number_of, read_number
from tradewind.shipping import customs_rules
from tradewind.shipping.customs_rules import Scheme

HS_CODE: Final = re.compile(r"\d{6,10}")


class Why(StrEnum):
    """Why the goods travel."""

    SALE = "sale"
    RETURN = "return"
    GIFT = "gift"


class Missing(StrEnum):
    """What a gap is about."""

    ARTICLE = "article"  # no product of the catalogue is known for the line
    HS_CODE = "hs_code"
    ORIGIN = "origin"
    NAME_EN = "name_en"
    NAME_ZH = "name_zh"
    WEIGHT = "weight"
    VALUE = "value"
    RATE = "rate"  # the value cannot be compared with a limit in another currency
    OWN_NUMBER = "own_number"
    PLATFORM_NUMBER = "platform_number"
    EORI = "eori"
    TAX_NUMBER = "tax_number"


class Where(StrEnum):
    """Where it is filled in."""

    PRODUCT = "product"
    ORDER = "order"
    UNMATCHED = "unmatched"
    SHOP = "shop"
    MARKETS = "markets"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that has to be there before a label is made. `about` names the line or the number, `place_id` a product."""

    what: Missing
    where: Where
    about: str = ""
    place_id: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of goods as it is known. `value` is that of all its pieces, None where nobody knows it."""

    line_id: int
    title: str
    quantity: int
    value: Money | None
    weight_g: int = 0  # of one
    hs_code: str = ""
    origin: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    product_id: int | None = None
    is_imported: bool = False  # by a file, and not matched with an article yet

    @property
    def unit(self) -> Decimal | None:
        return None if self.value is None else self.value.decimal / max(self.quantity, 1)


@dataclass(frozen=True, slots=True)
class Consignment:
    """The facts of one order. `rates` are units of each currency for one of the shop's. `is_due_at_door` says whether the buyer
    was told that the carrier will ask for money; None where nobody has told them anything.
    """

    pieces: Sequence[Piece]
    origin: str
    destination: str
    currency: str
    sold_on: date
    registrations: Mapping[str, str]
    rates: Mapping[str, Decimal]
    is_from_marketplace: bool = False
    platform_number: str = ""
    platform_eori: str = ""
    tax_number: str = ""
    is_tax_collected: bool = False
    is_due_at_door: bool | None = None
    why: Why = Why.SALE


@dataclass(frozen=True, slots=True)
class Declaration:
    """`number` settles the tax under `scheme`; `is_duty_paid` says that nobody asks the recipient for anything at the door."""

    pieces: Sequence[Piece]
    origin: str
    destination: str
    total: Money
    weight_g: int
    why: Why
    scheme: Scheme | None
    number: str
    is_number_of_platform: bool
    eori: str
    tax_number: str
    is_duty_paid: bool
    gaps: tuple[Gap, ...]

    @property
    def incoterm(self) -> str:
        return "DDP" if self.is_duty_paid else "DAP"


def declare(facts: Consignment) -> Declaration | None:
    """None where the goods cross no customs border."""
    if not facts.destination or not is_import(facts.origin, facts.destination):
        return None
    scheme = customs_rules.scheme_to(facts.destination, facts.sold_on)
    within = _is_within(scheme, facts) if scheme else False
    settles = scheme if within and scheme and (facts.is_from_marketplace or facts.is_tax_collected) else None
    number = _number(settles, facts)
    values = [piece.value for piece in facts.pieces if piece.value is not None]
    eori = facts.platform_eori or customs_rules.eori_of(facts.registrations, facts.origin)
    return Declaration(
        pieces=facts.pieces,
        origin=facts.origin,
        destination=facts.destination,
        total=sum_of(values, facts.currency),
        weight_g=sum(piece.weight_g * piece.quantity for piece in facts.pieces),
        why=facts.why,
        scheme=settles,
        number=number,
        is_number_of_platform=bool(number) and facts.is_from_marketplace,
        eori=eori or customs_rules.eori_of(facts.registrations, facts.destination),
        tax_number=read_number(facts.destination, facts.tax_number),
        is_duty_paid=settles is not None if facts.is_due_at_door is None else not facts.is_due_at_door,
        gaps=(
            *(gap for piece in facts.pieces for gap in gaps_of_piece(piece)),
            *_gaps_of_numbers(facts, settles, number, is_comparable=within is not None, has_eori=bool(eori)),
        ),
    )


def parts_of(whole: Declaration, parcels: Sequence[Mapping[int, int]]) -> list[Declaration]:
    """What each of several parcels holds, given as units by line; their values add up to that of the whole. Number and gaps
    are those of the order: it was sold as one.
    """
    held: list[list[Piece]] = [[] for _ in parcels]
    for piece in whole.pieces:
        units = [parcel.get(piece.line_id, 0) for parcel in parcels]
        left = max(piece.quantity - sum(units), 0)  # in no parcel yet
        shares: list[Money | None] = [None] * len(units)
        if piece.value is not None and any(units):
            shares = [*allocate(piece.value, [*units, left])]
        for pieces, count, share in zip(held, units, shares, strict=False):
            if count:
                pieces.append(replace(piece, quantity=count, value=share))
    return [_holding(whole, pieces) for pieces in held]


def _holding(whole: Declaration, pieces: Sequence[Piece]) -> Declaration:
    values = [piece.value for piece in pieces if piece.value is not None]
    return replace(
        whole,
        pieces=pieces,
        total=sum_of(values, whole.total.currency),
        weight_g=sum(piece.weight_g * piece.quantity for piece in pieces),
    )


def gaps_of_piece(piece: Piece) -> list[Gap]:
    """What is missing of one line."""
    if piece.product_id is None and piece.is_imported and not piece.hs_code:
        missing = [Gap(Missing.ARTICLE, Where.UNMATCHED, piece.title)]
    else:
        where = Where.PRODUCT if piece.product_id is not None else Where.ORDER
        missing = [Gap(what, where, piece.title, piece.product_id) for what in missing_of(piece)]
    if piece.value is None or piece.value.amount <= 0:
        missing.append(Gap(Missing.VALUE, Where.ORDER, piece.title))
    return missing


def missing_of(piece: Piece) -> list[Missing]:
    """What the catalogue does not say of an article."""
    asked: dict[Missing, Callable[[], bool]] = {
        Missing.HS_CODE: lambda: HS_CODE.fullmatch(piece.hs_code) is not None,
        Missing.ORIGIN: lambda: bool(piece.origin),
        Missing.NAME_EN: lambda: bool(piece.names.get("en", "").strip()),
        Missing.NAME_ZH: lambda: bool(piece.names.get("zh", "").strip()),
        Missing.WEIGHT: lambda: piece.weight_g > 0,
    }
    return [what for what, is_there in asked.items() if not is_there()]


def _is_within(scheme: Scheme, facts: Consignment) -> bool | None:
    """Does the value keep to the limit of the scheme? None where it cannot be compared."""
    units = [piece.unit for piece in facts.pieces if piece.unit is not None]
    values = [piece.value.decimal for piece in facts.pieces if piece.value is not None]
    measured = max(units, default=Decimal(0)) if scheme.is_per_item else sum(values, Decimal(0))
    if facts.currency == scheme.currency:
        return scheme.holds_for(measured)
    rates = facts.rates.get(facts.currency), facts.rates.get(scheme.currency)
    if rates[0] is None or rates[1] is None:
        return None
    return scheme.holds_for(measured / rates[0] * rates[1])


def _number(scheme: Scheme | None, facts: Consignment) -> str:
    if scheme is None:
        return ""
    return facts.platform_number if facts.is_from_marketplace else scheme.number_in(facts.registrations)


def _gaps_of_numbers(
    facts: Consignment, scheme: Scheme | None, number: str, *, is_comparable: bool, has_eori: bool
) -> list[Gap]:
    gaps = []
    if not is_comparable:
        gaps.append(Gap(Missing.RATE, Where.MARKETS, facts.currency))
    if scheme is not None and not number:
        if not facts.is_from_marketplace:
            gaps.append(Gap(Missing.OWN_NUMBER, Where.SHOP, scheme.key))
        elif scheme.platform == customs_rules.BY_NUMBER:
            gaps.append(Gap(Missing.PLATFORM_NUMBER, Where.ORDER, scheme.key))
    if customs_rules.needs_eori(facts.origin) and not has_eori:
        gaps.append(Gap(Missing.EORI, Where.SHOP, facts.origin))
    asked = number_of(facts.destination)
    if asked is not None and asked.is_needed and not read_number(facts.destination, facts.tax_number):
        gaps.append(Gap(Missing.TAX_NUMBER, Where.ORDER, facts.destination))
    return gaps
