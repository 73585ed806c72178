"""A paper as JSON and back, so that what was issued can be set again exactly as it was."""

from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tradewind.lib.money import Money
from tradewind.papers.paper import Account, Fact, Kind, Line, Paper, Party, Reference, Sum, TaxGroup

Data = Mapping[str, Any]


def as_data(paper: Paper) -> dict[str, Any]:
    """Keys are those of the dataclasses; amounts are [minor units, currency], days and decimals text."""
    return {name: _told(value) for name, value in _parts(paper).items()}


def read_paper(data: Data) -> Paper:
    return Paper(
        kind=Kind(data["kind"]),
        number=data["number"],
        issued_on=date.fromisoformat(data["issued_on"]),
        language=data["language"],
        country=data["country"],
        seller=_party(data["seller"]),
        buyer=_party(data["buyer"]),
        lines=tuple(_line(line) for line in data["lines"]),
        total=Money(*data["total"]),
        tax_included=data["tax_included"],
        taxes=tuple(TaxGroup(tax["name"], Money(*tax["net"]), Money(*tax["tax"])) for tax in data["taxes"]),
        sums=tuple(Sum(each["words"], Money(*each["amount"])) for each in data["sums"]),
        ship_to=tuple(data["ship_to"]),
        facts=_facts(data["facts"]),
        paid=Money(*data["paid"]) if data["paid"] else None,
        payments=tuple(data["payments"]),
        accounts=tuple(Account(_facts(account["facts"])) for account in data["accounts"]),
        notes=tuple(data["notes"]),
        references=tuple(
            Reference(Kind(each["kind"]), each["number"], date.fromisoformat(each["issued_on"]))
            for each in data["references"]
        ),
        valid_until=date.fromisoformat(data["valid_until"]) if data["valid_until"] else None,
    )


def _parts(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _told(value: Any) -> Any:
    if isinstance(value, Money):
        return [value.amount, value.currency]
    if is_dataclass(value):
        return {name: _told(part) for name, part in _parts(value).items()}
    if isinstance(value, tuple):
        return [_told(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | Kind) else value


def _party(data: Data) -> Party:
    return Party(data["name"], tuple(data["lines"]), _facts(data["facts"]))


def _facts(data: Iterable[Data]) -> tuple[Fact, ...]:
    return tuple(Fact(fact["name"], fact["value"]) for fact in data)


def _line(data: Data) -> Line:
    return Line(
        title=data["title"],
        total=Money(*data["total"]),
        quantity=data["quantity"],
        unit=None if data["unit"] is None else Decimal(data["unit"]),
        tax_rate=None if data["tax_rate"] is None else Decimal(data["tax_rate"]),
        details=data["details"],
    )
