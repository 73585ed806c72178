"""The form of a rule: what it shows of a version, and the version that was typed."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import gettext_noop

from tradewind.console import typed
from tradewind.console.markets.wording import rounding_lines
from tradewind.core.words import LOCALES
from tradewind.lib.unit_pricing import UnreadableContent, read_content
from tradewind.markets.charges import LEGACY_TAX, PREFIX
from tradewind.markets.models import MarketRule
from tradewind.markets.rounding import RATE, ROUNDING
from tradewind.markets.ruling import (
    DUTIES_NOTE,
    FEEDBACK_DAYS,
    FEEDBACK_REMINDER,
    IN_DAYS,
    RETURN_DAYS,
    RETURN_POSTAGE,
    UNIT_PRICE,
    RuleVersion,
)

NEW: Final = "new"
VALUE_FIELDS: Final = {
    LEGACY_TAX: "number",
    RETURN_DAYS: "number",
    FEEDBACK_DAYS: "number",
    FEEDBACK_REMINDER: "number",
    RETURN_POSTAGE: "payer",
    ROUNDING: "bands",
    RATE: "rate",
    DUTIES_NOTE: "text_en",
    UNIT_PRICE: "units",
}
_PARTS: Final = ("rate", "shown_rate", "amount", "less", "up_to", "above")
_PERCENTS: Final = ("rate", "shown_rate")
_CODES: Final = ("sort", "kind", "collected", "base")
_FLAGS: Final = ("is_taxable", "imports_only")
_LONGEST_NOTE: Final = 600
_LONGEST_SOURCE: Final = 500
_WANTS_DAY: Final = gettext_noop("Please write the day like 2026-11-24.")


def fields_of(rule: MarketRule | None, *, key: str, today: date) -> dict[str, str]:
    """What the form begins with: the version that holds, to begin anew tomorrow.

    When it was checked, and how sure one is, is said anew each time: nobody should vouch for it by saving.
    """
    fields = {
        "valid_from": (today + timedelta(days=1)).isoformat(),
        "valid_to": "",
        "checked_on": "",
        "source": rule.source if rule else "",
        "confidence": "",
    }
    value: Any = rule.value if rule else {}
    if key.startswith(PREFIX) or key == NEW:
        fields |= {f"name_{code}": text for code, text in value.get("name", {}).items()}
        fields |= {part: str(value.get(part, "")) for part in (*_PARTS, *_CODES)}
        fields |= {flag: "on" for flag in _FLAGS if value.get(flag)}
        fields["countries"] = " ".join(value.get("countries", []))
    elif key == DUTIES_NOTE:
        fields |= {f"text_{code}": text for code, text in value.items()}
    elif key == ROUNDING:
        fields["bands"] = "\n".join(rounding_lines(value)) if value else "0 1.00 0.90"
    elif key == RATE:
        fields |= {"common": value.get("from", "CNY"), "rate": value.get("rate", "")}
    elif key == UNIT_PRICE:
        fields |= {
            "units": ", ".join(value.get("per", ["1 kg", "1 l", "1 m", "1 m2"])),
            "least": value.get("least", "0"),
        }
    elif key == RETURN_POSTAGE:
        fields["payer"] = str(rule.value) if rule else "buyer"
    elif rule is not None:
        fields["number"] = str(value)
    return fields


def read_version(fields: Mapping[str, str], key: str) -> RuleVersion:
    """Raises WrongInput for what cannot be read; whether it can be meant, the market says."""
    if key == NEW:
        key = PREFIX + typed.read_text(fields, "charge_key", longest=40).lower().replace(" ", "_")
    return RuleVersion(
        key=key,
        value=_value(fields, key),
        valid_from=_day(fields, "valid_from"),
        valid_to=typed.read_day(fields, "valid_to"),
        source=typed.read_text(fields, "source", longest=_LONGEST_SOURCE),
        checked_on=_day(fields, "checked_on"),
        confidence=fields.get("confidence", ""),
    )


def _value(fields: Mapping[str, str], key: str) -> Any:
    if key.startswith(PREFIX):
        return _charge(fields)
    if key == DUTIES_NOTE:
        texts = {c: typed.read_text(fields, f"text_{c}", longest=_LONGEST_NOTE, is_needed=False) for c in LOCALES}
        return {language: text for language, text in texts.items() if text}
    if key == ROUNDING:
        return [_band(line) for line in fields.get("bands", "").splitlines()[:20] if line.strip()]
    if key == RATE:
        common = typed.read_text(fields, "common", longest=3).upper()
        return {"from": common, "rate": typed.read_text(fields, "rate", longest=20)}
    if key == UNIT_PRICE:
        return _unit_price(fields)
    return _term_value(fields, key) if key in {*IN_DAYS, RETURN_POSTAGE} else _number(fields)


def _term_value(fields: Mapping[str, str], key: str) -> Any:
    return fields.get("payer", "") if key == RETURN_POSTAGE else typed.read_quantity(fields, "number")


def _unit_price(fields: Mapping[str, str]) -> dict[str, Any]:
    """As it is stored where it can be read; what it cannot mean, the market says."""
    units = [unit for unit in typed.read_text(fields, "units", longest=60).replace(";", ",").split(",") if unit.strip()]
    with suppress(UnreadableContent):
        units = [str(read_content(unit)) for unit in units]
    return {"per": units, "least": str(typed.read_quantity(fields, "least"))}


def _number(fields: Mapping[str, str]) -> str:
    return typed.read_text(fields, "number", longest=20)


def _charge(fields: Mapping[str, str]) -> dict[str, Any]:
    names = {c: typed.read_text(fields, f"name_{c}", longest=60, is_needed=c == "en") for c in LOCALES}
    parts = {part: typed.read_text(fields, part, longest=20, is_needed=False) for part in _PARTS}
    # Percentages have no groups of thousands: a comma in one is a decimal sign.
    parts |= {part: parts[part].replace(",", ".").rstrip("% ") for part in _PERCENTS}
    countries = typed.read_text(fields, "countries", longest=600, is_needed=False).upper().replace(",", " ").split()
    return {
        "name": {language: name for language, name in names.items() if name},
        **{part: text for part, text in parts.items() if text},
        **{code: fields.get(code, "") for code in _CODES},
        **{flag: True for flag in _FLAGS if fields.get(flag) == "on"},
        **({"countries": countries} if countries else {}),
    }


def _band(line: str) -> dict[str, Any]:
    lower, *rest = line.replace(",", " ").split()
    return {"from": lower, "multiple": rest[0] if rest else "", "endings": rest[1:]}


def _day(fields: Mapping[str, str], name: str) -> date:
    day = typed.read_day(fields, name)
    if day is None:
        raise typed.WrongInput(name, _WANTS_DAY)
    return day
