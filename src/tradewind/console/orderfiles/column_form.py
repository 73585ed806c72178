"""Which column of a file is what: guessed from its headings and first rows, and read from the form as a mapping."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_noop

from tradewind.console.products.reading import Form
from tradewind.core.words import locale_of
from tradewind.lib.countries import UnknownCountry, country_from_name
from tradewind.lib.currencies import MINOR_DIGITS
from tradewind.orders.importing.mapping import Mapping, known_zone
from tradewind.orders.importing.uploads import Table

# (field, what the form calls it, headings by which it is guessed), in the order of the form. Of these the mapping cannot do without:
NEEDED: Final = ("order", "date", "quantity", "unit_price")
OF_ORDER: Final[tuple[tuple[str, str, str], ...]] = (
    ("order", gettext_noop("Order number"), "order(number|id|no|nr)?|ordernumber|bestell(nummer|nr)|auftragsnummer|订单(号|编号)"),
    ("date", gettext_noop("Date"), "(order|purchase|sale|paid|placed|created)?(date|time|at|on)|datum|bestelldatum|下单(时间|日期)|日期|时间"),
    ("customer", gettext_noop("Customer number"), "(customer|buyer)(number|id|no)?|kundennummer|买家(id|账号|编号)?|客户(编号)?"),
    ("currency", gettext_noop("Currency"), "currency(code)?|währung|币种|货币"),
)  # fmt: skip
OF_LINE: Final[tuple[tuple[str, str, str], ...]] = (
    ("sku", gettext_noop("Article number"), "(seller|item|merchant)?sku|article(number|no)?|artikel(nummer|nr)|货号|商品编码|商家编码"),
    ("title", gettext_noop("Name of the article"), "(item|product|article)(title|name|description)?|title|description|artikel(name|bezeichnung)?|bezeichnung|商品(名称|标题)?|品名"),
    ("quantity", gettext_noop("Quantity"), "quantity|qty|pieces|menge|anzahl|stück|数量"),
    ("unit_price", gettext_noop("Price of one piece"), "(unit|item)?price(each)?|(einzel|stück)?preis|单价|价格"),
)  # fmt: skip
OF_ADDRESS: Final[tuple[tuple[str, str, str], ...]] = (
    ("name", gettext_noop("Name of the recipient"), "(recipient|receiver|shipto|ship|buyer|customer|full)?name|empfänger|收(件|货)人(姓名)?"),
    ("company", gettext_noop("Company"), "company|firma|公司"),
    ("line1", gettext_noop("Street and number"), "(ship)?(address|street)(line)?1?|strasse|adresse1?|(详细)?地址1?"),
    ("line2", gettext_noop("Second line of the address"), "(ship)?(address|street)(line)?2|adresse2|adresszusatz|地址2"),
    ("postcode", gettext_noop("Postcode"), "(ship)?(postcode|postalcode|zip(code)?)|plz|postleitzahl|邮编|邮政编码"),
    ("city", gettext_noop("City"), "(ship)?(city|town)|ort|stadt|城市"),
    ("region", gettext_noop("State or province"), "(ship)?(state|province|region|county)|bundesland|省(份)?|州"),
    ("country", gettext_noop("Country"), "(ship)?country(code)?|land|国家"),
    ("phone", gettext_noop("Phone"), "phone(number)?|tel(efon)?|mobile|电话|手机(号)?"),
    ("email", gettext_noop("E-mail address"), "e?mail(address)?|(电子)?邮箱"),
)  # fmt: skip
FIELDS: Final = (*OF_ORDER, *OF_LINE, *OF_ADDRESS)
_IN_COLUMNS: Final = frozenset(name for name, _, _ in (*OF_ORDER, *OF_LINE)) | {"country"}
# By which a date may be written, likeliest first.
FORMATS: Final = (
    *("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S"),
    *("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日"),
    *("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y"),
    *("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%b-%d-%y", "%d %b %Y", "%Y%m%d"),
)
STATES: Final = ("paid", "dispatched", "completed")
DECIMALS: Final = (".", ",")
THOUSANDS: Final = ("", ",", ".", " ", "'")
_LANGUAGES: Final = ("en", "de", "zh")
_SAMPLE: Final = datetime.fromisoformat("2026-11-24T14:22:05+00:00")
_NEEDED: Final = gettext_noop("Please choose a column.")
_NO_GOODS: Final = gettext_noop("Please choose a column for the article number or for the title.")
_CURRENCY: Final = gettext_noop("Please choose a column, or write the currency of all amounts like EUR.")
_FORMAT: Final = gettext_noop("Please choose how dates are written.")
_NOT_LIKE: Final = gettext_noop("“{text}” is not written like this.")
_ZONE: Final = gettext_noop("Please write the time zone like Europe/Berlin.")
_SAME_SIGN: Final = gettext_noop("These must be two different signs.")


def samples_of_formats() -> list[tuple[str, str]]:
    """Each way to write a date, and the same date written so."""
    return [(each, _SAMPLE.strftime(each)) for each in FORMATS]


def offered(table: Table) -> list[str]:
    """Headings that can be chosen: those that stand there once."""
    return [heading for heading in dict.fromkeys(table.headings) if heading and table.headings.count(heading) == 1]


def guessed(table: Table, *, zone: str) -> dict[str, str]:
    """The form as far as headings and first rows tell."""
    left = offered(table)
    fields = {"encoding": table.encoding, "delimiter": table.delimiter, "zone": zone, "state": STATES[0]}
    for name, _, pattern in FIELDS:
        found = next((each for each in left if re.fullmatch(pattern, _squeezed(each))), None)
        if found is not None:
            fields[name] = found
            left.remove(found)
    dates = _below(table, fields.get("date", ""))
    fields["format"] = next((each for each in FORMATS if dates and not _unlike(dates, each)), "")
    prices = _below(table, fields.get("unit_price", ""))
    fields["decimal"] = decimal = "," if any(re.search(r",\d{1,2}$", each) for each in prices) else "."
    others = [sign for sign in THOUSANDS if sign and sign != decimal]
    fields["thousands"] = next((each for each in others if any(_groups(text, each, decimal) for text in prices)), "")
    return fields


def fields_of(kept: dict[str, Any]) -> dict[str, str]:
    """The form of a mapping as it was kept."""
    named = {**kept["columns"], **kept.get("address", {})}
    fields = {name: value[0] if isinstance(value, list) else value for name, value in named.items()}
    numbers = kept.get("numbers", {})
    fields |= {"format": kept["date"]["format"], "zone": kept["date"]["zone"], "state": kept.get("state", "completed")}
    fields |= {"decimal": numbers.get("decimal", "."), "thousands": numbers.get("thousands", "")}
    fields |= {"encoding": kept.get("encoding", "utf-8"), "delimiter": kept.get("delimiter", ",")}
    return fields | {"all_currency": kept.get("currency", "")}


def read_mapping(form: Form, table: Table, *, account: str) -> Mapping | None:
    """The mapping that the form says. None where something is wrong, which then stands with the form."""
    there = set(offered(table))
    chosen = {name: column for name, _, _ in FIELDS if (column := form.fields.get(name, "")) in there}
    for name in NEEDED:
        if name not in chosen:
            form.complain(name, _NEEDED)
    if not {"sku", "title"} & chosen.keys():
        form.complain("sku", _NO_GOODS)
    currency = form.text("all_currency", longest=3).upper()
    if (currency or "currency" not in chosen) and currency not in MINOR_DIGITS:
        form.complain("all_currency", _CURRENCY)
    date, numbers = _date(form, table, chosen), _numbers(form)
    if form.errors:
        return None
    columns = {name: column for name, column in chosen.items() if name in _IN_COLUMNS}
    said: dict[str, Any] = {
        "account": account,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "state": state if (state := form.fields.get("state", "")) in STATES else "completed",
        "columns": columns,
        "address": {name: column for name, column in chosen.items() if name not in _IN_COLUMNS},
        "date": date,
        "numbers": numbers,
        # A country that nobody knows is kept as words rather than losing the row.
        "country": {"unknown": "keep", "language": _language(_below(table, chosen.get("country", "")))},
    }
    return Mapping.model_validate(said | ({"currency": currency} if currency else {}))


def _date(form: Form, table: Table, chosen: dict[str, str]) -> dict[str, str]:
    written, zone = form.fields.get("format", ""), form.text("zone", longest=40, is_needed=True)
    if written not in FORMATS:
        form.complain("format", _FORMAT)
    elif unlike := _unlike(_below(table, chosen.get("date", "")), written):
        form.complain("format", _NOT_LIKE, text=unlike[:40])
    if zone:
        try:
            known_zone(zone)
        except ValueError:
            form.complain("zone", _ZONE)
    return {"format": written, "zone": zone}


def _numbers(form: Form) -> dict[str, str]:
    decimal = form.fields.get("decimal", ".")
    thousands = form.fields.get("thousands", "")
    if decimal not in DECIMALS or thousands not in THOUSANDS or decimal == thousands:
        form.complain("thousands", _SAME_SIGN)
    return {"decimal": decimal, "thousands": thousands}


def _language(names: Sequence[str]) -> str:
    """In which countries are named beside English: the one that knows most of the first."""
    return max(_LANGUAGES, key=lambda language: sum(_is_country(name, language) for name in names))


def _is_country(name: str, language: str) -> bool:
    try:
        return bool(country_from_name(name, locale_of(language)))
    except UnknownCountry:
        return False


def _below(table: Table, heading: str) -> list[str]:
    """What stands below a heading in the first rows."""
    if heading not in table.headings:
        return []
    place = list(table.headings).index(heading)
    return [cell for row in table.rows if (cell := _cell(row, place))]


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _unlike(texts: Iterable[str], written: str) -> str:
    """The first that is not a date written like this; empty where all are."""
    for text in texts:
        try:
            datetime.strptime(text, written)  # noqa: DTZ007  # only its shape is looked at
        except ValueError:
            return text
    return ""


def _groups(text: str, sign: str, decimal: str) -> bool:
    return bool(re.fullmatch(rf"\d{{1,3}}({re.escape(sign)}\d{{3}})+({re.escape(decimal)}\d+)?", text))


def _squeezed(heading: str) -> str:
    return re.sub(r"[\s_\-./()#:（）]+", "", heading).casefold()
