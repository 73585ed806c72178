"""Numbers by which a country's customs know who receives a parcel: who asks, for what, how it is written and checked.

Where a number is needed no parcel is released without it; elsewhere it is asked for, because it spares the recipient a call.
`confidence` is that of markets/presets.toml: S read elsewhere than in the law, R recalled.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from stdnum.ar import cuit, dni
from stdnum.br import cnpj, cpf
from stdnum.cl import rut
from stdnum.mx import rfc
from stdnum.tr import tckimlik, vkn

_KOREAS: Final = re.compile(r"P\d{12}")


@dataclass(frozen=True, slots=True)
class RecipientNumber:
    """`read` gives the number as it is written in the country, "" for what is none."""

    key: str
    is_needed: bool
    read: Callable[[str], str]
    example: str
    source: str
    confidence: str


def number_of(country: str) -> RecipientNumber | None:
    """What customs of this country ask for, None where they ask for nothing."""
    return NUMBERS.get(country)


def read_number(country: str, typed: str) -> str:
    """As it is written in the country; empty where none is asked for, or this is none."""
    asked = NUMBERS.get(country)
    plain = unicodedata.normalize("NFKC", typed).strip().upper()
    # One digit all over passes the check digits, and nobody has such a number.
    if asked is None or len(set(re.sub(r"\W", "", plain))) <= 1:
        return ""
    return asked.read(plain)


def _one_of(*rules: Any) -> Callable[[str], str]:
    """Numbers of python-stdnum; the first that it can be."""

    def read(typed: str) -> str:
        rule = next((rule for rule in rules if rule.is_valid(typed)), None)
        if rule is None:
            return ""
        return str(rule.format(typed) if hasattr(rule, "format") else rule.compact(typed))

    return read


def _mexicos(typed: str) -> str:
    return str(rfc.compact(typed)) if rfc.is_valid(typed) else ""


def _koreas(typed: str) -> str:
    plain = re.sub(r"[\s-]", "", typed)
    digits = plain.removeprefix("P")
    return plain if _KOREAS.fullmatch(plain) and len(set(digits)) > 1 else ""


NUMBERS: Final[Mapping[str, RecipientNumber]] = {
    "BR": RecipientNumber(
        "cpf",
        is_needed=True,
        read=_one_of(cpf, cnpj),
        example="123.456.789-09",
        source="Receita Federal, Instrução Normativa RFB 1737/2017; carriers refuse labels without it (support.pirateship.com)",
        confidence="S",
    ),
    "KR": RecipientNumber(
        "pccc",
        is_needed=True,
        read=_koreas,
        example="P123456789012",
        source="Required of private recipients since 2019-01-01 (dhlexpress.nl); P and twelve digits (fedex.com)",
        confidence="S",
    ),
    "CL": RecipientNumber(
        "rut",
        is_needed=True,
        read=_one_of(rut),
        example="12.345.678-5",
        source="Required by Chilean customs since 2021-01-01 (support.seeedstudio.com, help.lulu.com)",
        confidence="S",
    ),
    "AR": RecipientNumber(
        "cuit",
        is_needed=True,
        read=_one_of(cuit, dni),
        example="20-12345678-6",
        source="CUIT, CUIL or CDI for couriers (helpcentre-my.easyparcel.com); the post asks the recipient after arrival",
        confidence="R",
    ),
    "MX": RecipientNumber(
        "rfc",
        is_needed=False,
        read=_mexicos,
        example="GODE561231GR8",
        source="Asked for by some carriers (help.lulu.com); a private recipient may have none",
        confidence="R",
    ),
    "TR": RecipientNumber(
        "tckn",
        is_needed=False,
        read=_one_of(tckimlik, vkn),
        example="10000000146",
        source="Asked for by some carriers (support.easyship.com); a foreign recipient may have none",
        confidence="R",
    ),
}
