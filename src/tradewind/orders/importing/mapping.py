"""The mapping: a TOML file that says how the files of one source are to be read. docs/importing.md explains every key.

It is checked as a whole before the first row is read, because a mapping that is wrong would be wrong on every row.
"""

import codecs
import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from tradewind.lib.countries import COUNTRIES
from tradewind.lib.currencies import MINOR_DIGITS

LONGEST_ACCOUNT: Final = 80

Choice: TypeAlias = Literal["keep", "reject"]
LineKind: TypeAlias = Literal["goods", "delivery", "discount", "manual", "fee", "reject"]


class WrongMapping(Exception):
    """The mapping cannot be used; the message says where and why in one line."""

    def __init__(self, name: str, line: int | None, words: str) -> None:
        super().__init__(f"{name}{f', line {line}' if line else ''}: {words}")
        self.line = line


def known_encoding(name: str) -> str:
    try:
        codecs.lookup(name)
        "".encode(name)
    except LookupError:
        raise ValueError(f'there is no encoding "{name}"; try "utf-8", "utf-16", "cp1252" or "gb18030"') from None
    return name


def known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a folder of zones, a path, an unknown name
        raise ValueError(f'there is no time zone "{name}"; write it like "Europe/London"') from None
    return name


def _currency(code: str) -> str:
    if code not in MINOR_DIGITS:
        raise ValueError(f'"{code}" is not a currency; write it like "EUR"')
    return code


def _date_format(text: str) -> str:
    # A date of which no part is the same as another, written and read again, finds what is misspelt or left out.
    sample = datetime(2001, 2, 3, 4, 5, 6)  # noqa: DTZ001  # files carry no zone; the mapping names it
    try:
        again = datetime.strptime(sample.strftime(text), text)  # noqa: DTZ007  # as above
    except ValueError:
        raise ValueError(f'"{text}" is not a date format; write it like "%Y-%m-%d %H:%M:%S"') from None
    if again.date() != sample.date():
        raise ValueError(f'"{text}" does not say year, month and day; write it like "%Y-%m-%d %H:%M:%S"')
    return text


def _country_names(names: dict[str, str]) -> dict[str, str]:
    for name, code in names.items():
        if code and code not in COUNTRIES:
            raise ValueError(f'"{code}" for "{name}" is not a country code; write it like "DE", or "" for no country')
    return names


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Columns(Part):
    """Headings of the file, by what stands below them."""

    order: Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]
    quantity: str
    unit_price: str
    date: str
    sku: str | None = None
    title: str | None = None
    customer: str | None = None
    country: str | None = None
    currency: str | None = None

    @model_validator(mode="after")
    def _names_the_goods(self) -> Self:
        if not (self.sku or self.title):
            raise ValueError('"sku" or "title" is needed: a line without either says nothing about what was sold')
        return self


class Address(Part):
    """Headings of the file, by what stands below them: who gets the order, and where."""

    name: str | None = None
    company: str | None = None
    line1: str | None = None
    line2: str | None = None
    postcode: str | None = None
    city: str | None = None
    region: str | None = None
    phone: str | None = None
    email: str | None = None


class Dates(Part):
    format: Annotated[str, AfterValidator(_date_format)]
    zone: Annotated[str, AfterValidator(known_zone)]
    # Some systems stamp each line as it is typed in.
    tolerance_minutes: Annotated[int, Field(ge=0, le=525600)] = 60


class Numbers(Part):
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'", "\u00a0", "\u202f"] = ""

    @model_validator(mode="after")
    def _are_told_apart(self) -> Self:
        if self.decimal == self.thousands:
            raise ValueError('"decimal" and "thousands" must be different signs')
        return self


class Customers(Part):
    missing: Choice = "keep"
    drop_suffix: str = ""
    language: Literal["en", "de", "zh"] = "en"


class Countries(Part):
    unknown: Choice = "reject"
    names: Annotated[dict[str, str], AfterValidator(_country_names)] = {}
    language: Literal["en", "de", "zh"] = "en"


class Credits(Part):
    prefix: Annotated[str, Field(min_length=1)]
    treat_as: Annotated[Literal["credit", "reject"], Field(alias="as")] = "credit"


class Rules(Part):
    """For lines of goods; special lines stand as they are written."""

    zero_price: Choice = "keep"
    negative_price: Choice = "reject"
    zero_quantity: Choice = "reject"
    negative_quantity: Choice = "reject"
    positive_quantity_in_credit: Choice = "keep"


class Mapping(Part):
    account: Annotated[str, Field(min_length=1, max_length=LONGEST_ACCOUNT)]
    encoding: Annotated[str, AfterValidator(known_encoding)] = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    quote: Annotated[str, Field(max_length=1)] = '"'
    currency: Annotated[str, AfterValidator(_currency)] | None = None
    # How far orders are of which nothing else is known.
    state: Literal["completed", "dispatched", "paid"] = "completed"
    columns: Columns
    address: Address = Address()
    date: Dates
    numbers: Numbers = Numbers()
    customer: Customers = Customers()
    country: Countries = Countries()
    credits: Credits | None = None
    special: dict[str, LineKind] = {}
    rules: Rules = Rules()

    @model_validator(mode="after")
    def _knows_the_currency(self) -> Self:
        if not (self.currency or self.columns.currency):
            raise ValueError('"currency" is missing: write currency = "EUR", or name its column in [columns]')
        return self


def read_mapping(path: Path) -> Mapping:
    """Raises WrongMapping, with the line where one can be named."""
    try:
        text = path.read_bytes().decode()
    except OSError as problem:
        raise WrongMapping(
            str(path), None, f"cannot be read: {problem.strerror}. Name a TOML file with --mapping."
        ) from None
    except UnicodeDecodeError:
        raise WrongMapping(str(path), None, "is not UTF-8. Save it as UTF-8; a TOML file always is.") from None
    return parse_mapping(text, name=str(path))


def parse_mapping(text: str, *, name: str) -> Mapping:
    """`name` is what messages call the mapping. Raises WrongMapping."""
    try:
        return Mapping.model_validate(tomllib.loads(text.removeprefix("\ufeff")))
    except tomllib.TOMLDecodeError as problem:
        found = re.search(r"\(at line (\d+), column \d+\)", str(problem))
        words = str(problem).partition(" (at")[0]
        raise WrongMapping(name, int(found[1]) if found else None, f"not TOML: {words}.") from None
    except ValidationError as problem:
        first = problem.errors()[0]
        raise WrongMapping(name, _line_of(text, first["loc"]), f"{_words(first)}.") from None


def _words(error: ErrorDetails) -> str:
    names = [str(part) for part in error["loc"] if isinstance(part, str)]
    key = names[-1] if names else ""
    if error["type"] == "extra_forbidden":
        return f'unknown key "{key}"; known here: {", ".join(_known_keys(names[:-1]))}'
    if error["type"] == "missing":
        return f'"{".".join(names)}" is missing'
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return f'"{key}": {error["msg"][:1].lower()}{error["msg"][1:]}'


def _known_keys(names: list[str]) -> list[str]:
    part: Any = Mapping
    for name in names:
        annotation = next(f.annotation for key, f in part.model_fields.items() if name in {key, f.alias})
        part = Credits if annotation == (Credits | None) else annotation
    return [field.alias or key for key, field in part.model_fields.items()]


def _line_of(text: str, place: tuple[int | str, ...]) -> int | None:
    """The line of the key, or of the innermost table around it that has one. TOML's own reader forgets lines."""
    wanted = [str(part) for part in place]
    lines = {path: number for number, path in reversed(list(_paths(text)))}
    return next((lines[key] for n in range(len(wanted), 0, -1) if (key := tuple(wanted[:n])) in lines), None)


def _paths(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
            table = _key(heading[1])
            yield number, table
        elif entry := re.match(r"""\s*((?:[\w.-]|"[^"]*"|'[^']*')+)\s*=""", line):
            yield number, (*table, *_key(entry[1]))


def _key(text: str) -> tuple[str, ...]:
    return tuple(part.strip("\"' ") for part in re.findall(r""""[^"]*"|'[^']*'|[^.\s]+""", text))
