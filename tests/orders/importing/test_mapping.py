"""A mapping that is wrong is refused before the first row, with the line and what would be right."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from tests.orders.importing.conftest import SAMPLES
from tradewind.orders.importing.mapping import Credits, Mapping, WrongMapping, parse_mapping, read_mapping

DOCS = Path(__file__).resolve().parents[3] / "docs"
PLAIN = (SAMPLES / "plain.toml").read_text()
COUNTRIES = '\n[country]\nnames = { "Deutschl." = "Germany" }\n'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sku =", "skuu =", 'm, line 6: unknown key "skuu"; known here: order, quantity, unit_price, date, sku, title, customer, country, currency.'),
        ('prefix = "C"', 'prefix = "C"\nis = "credit"', 'm, line 22: unknown key "is"; known here: prefix, as.'),
        ('account = "An older shop"', "", 'm: "account" is missing.'),
        ('quantity = "quantity"', "", 'm, line 4: "columns.quantity" is missing.'),
        ('zone = "Europe/Berlin"', 'zone = "Berlin"', 'm, line 17: there is no time zone "Berlin"; write it like "Europe/London".'),
        ("%Y-%m-%d %H:%M", "%Y-%M-%d", 'm, line 16: "%Y-%M-%d" does not say year, month and day; write it like "%Y-%m-%d %H:%M:%S".'),
        ("%Y-%m-%d %H:%M", "%Q", 'm, line 16: "%Q" is not a date format; write it like "%Y-%m-%d %H:%M:%S".'),
        ('currency = "EUR"', 'currency = "EURO"', 'm, line 2: "EURO" is not a currency; write it like "EUR".'),
        ('account = "An', 'encoding = "utf-9"\naccount = "An', 'm, line 1: there is no encoding "utf-9"; try "utf-8", "utf-16", "cp1252" or "gb18030".'),
        ('account = "An', 'encoding = "rot13"\naccount = "An', 'm, line 1: there is no encoding "rot13"; try "utf-8", "utf-16", "cp1252" or "gb18030".'),
        ("tolerance_minutes = 10", 'tolerance_minutes = "10"', 'm, line 18: "tolerance_minutes": input should be a valid integer.'),
        ('M = "manual"', 'M = "by hand"', "m, line 26: \"M\": input should be 'goods', 'delivery', 'discount', 'manual', 'fee' or 'reject'."),
        ('prefix = "C"', 'prefix = "C"\n[numbers]\nthousands = "."', 'm, line 22: "decimal" and "thousands" must be different signs.'),
        ("[special]", COUNTRIES + "[special]", 'm, line 25: "Germany" for "Deutschl." is not a country code; write it like "DE", or "" for no country.'),
        ("[columns]", "[columns", "m, line 4: not TOML: Expected ']' at the end of a table declaration."),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(old: str, new: str, said: str) -> None:
    with pytest.raises(WrongMapping) as refused:
        parse_mapping(PLAIN.replace(old, new, 1), name="m")

    assert str(refused.value) == said


def test_some_currency_must_be_known() -> None:
    without = re.sub(r"^currency = .*$", "", PLAIN, flags=re.MULTILINE)

    with pytest.raises(WrongMapping) as refused:
        parse_mapping(without, name="m")

    assert str(refused.value) == 'm: "currency" is missing: write currency = "EUR", or name its column in [columns].'


def test_something_must_say_what_was_sold() -> None:
    without = PLAIN.replace('sku = "sku"', "").replace('title = "title"', "")

    with pytest.raises(WrongMapping) as refused:
        parse_mapping(without, name="m")

    assert str(refused.value) == (
        'm, line 4: "sku" or "title" is needed: a line without either says nothing about what was sold.'
    )


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read: No such file"), (b"\xff\xfe", "is not UTF-8. Save")]
)
def test_a_mapping_that_cannot_be_read(content: bytes | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(WrongMapping) as refused:
        read_mapping(path)

    assert str(refused.value).startswith(f"{path}: {said}")


def test_the_docs_name_every_key() -> None:
    parts = [field.annotation for field in Mapping.model_fields.values()]
    models = [Mapping, Credits, *(part for part in parts if isinstance(part, type) and issubclass(part, BaseModel))]
    keys = {field.alias or key for model in models for key, field in model.model_fields.items()}
    page = (DOCS / "importing.md").read_text()

    assert {key for key in keys if f"`{key}`" not in page and f"`[{key}]`" not in page} == set()


def test_the_example_of_the_docs_is_the_one_that_the_demo_uses() -> None:
    demo = DOCS.parent / "src" / "tradewind" / "demo" / "history" / "uci-online-retail.toml"

    assert demo.read_text() == (DOCS / "examples" / "uci-online-retail.toml").read_text()
