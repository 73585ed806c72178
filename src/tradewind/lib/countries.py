"""Owns which countries exist, what they are called, and which belong to the European Union.

Countries are ISO 3166-1 alpha-2 codes in capitals. Names come from CLDR. Refuses groups of countries and places
without a code of their own: they cannot be shipped to or taxed.
"""

import re
from functools import lru_cache
from typing import Final

from babel import Locale

from tradewind.lib.alphabets import place_in_list
from tradewind.lib.text import fold

_ISO_3166 = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA
CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA
GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS
MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS
RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW
TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES: Final = frozenset(_ISO_3166.split())

# Since the United Kingdom left, on 2020-02-01. Tax and customs have exceptions inside and outside this list (Northern
# Ireland, the Canaries, Monaco): those are dated rules of the markets.
_EUROPEAN_UNION = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU_MEMBERS: Final = frozenset(_EUROPEAN_UNION.split())

# Names in files and forms that CLDR does not list, as _key writes them. None: known, and not a country.
_OTHER_NAMES: Final[dict[str, str | None]] = {
    "eire": "IE",
    "republic of ireland": "IE",
    "rsa": "ZA",
    "usa": "US",
    "united states of america": "US",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "uae": "AE",
    "holland": "NL",
    "the netherlands": "NL",
    "czech republic": "CZ",
    "korea": "KR",
    "republic of korea": "KR",
    "hong kong": "HK",
    "macau": "MO",
    "viet nam": "VN",
    "russian federation": "RU",
    "turkey": "TR",
    "ivory coast": "CI",
    "cape verde": "CV",
    "swaziland": "SZ",
    "macedonia": "MK",
    "burma": "MM",
    "east timor": "TL",
    "european community": None,
    "european union": None,
    "channel islands": None,  # Jersey and Guernsey have codes, both together do not
    "unspecified": None,
    "unknown": None,
    "other": None,
}


class UnknownCountry(ValueError):
    """The text is neither a country's code nor a name that we know."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is not a country")
        self.text = text


def country_name(code: str, locale: str) -> str:
    """What the language calls the country, "Deutschland" for ("DE", "de"). Raises UnknownCountry."""
    if code not in COUNTRIES:
        raise UnknownCountry(code)
    return _names(locale.replace("-", "_")).get(code, code)


def country_choices(locale: str) -> list[tuple[str, str]]:
    """All codes with their names, ordered as readers of the language look for them."""
    names = _names(locale.replace("-", "_"))
    return sorted(names.items(), key=lambda entry: place_in_list(entry[1], locale))


def is_eu_member(code: str) -> bool:
    return code in EU_MEMBERS


def country_from_name(text: str, locale: str = "en") -> str | None:
    """The code for what a file or a form calls a country: a code, a name in English or in the given language.

    None for what people write there though it is no single country ("Unspecified", "European Community"). Raises
    UnknownCountry for anything else, so that an importer can show the line.
    """
    asked = _key(text)
    for names in (_OTHER_NAMES, _codes_by_name("en"), _codes_by_name(locale.replace("-", "_"))):
        if asked in names:
            return names[asked]
    if asked.upper() in COUNTRIES:
        return asked.upper()
    raise UnknownCountry(text)


@lru_cache(maxsize=64)
def _names(locale: str) -> dict[str, str]:
    territories = Locale.parse(locale).territories
    return {code: str(territories.get(code, code)) for code in COUNTRIES}


@lru_cache(maxsize=64)
def _codes_by_name(locale: str) -> dict[str, str | None]:
    return {_key(name): code for code, name in _names(locale).items()}


def _key(name: str) -> str:
    """One spelling for what people and CLDR write differently: St. Lucia, Bosnia & Herzegovina, Côte d’Ivoire."""
    words = re.sub(r"[.'’,()]", "", fold(name)).replace("&", " and ").split()
    return " ".join("saint" if word == "st" else word for word in words)
