"""Words that mean the same to a buyer who searches. A setting, with defaults for common goods."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tradewind.core import preferences
from tradewind.core.words import LOCALES
from tradewind.markets.changing import touch_all

Groups = tuple[tuple[str, ...], ...]

_DEFAULTS: Final[Mapping[str, Groups]] = {
    "en": (
        ("mug", "cup"),
        ("t-shirt", "tee", "tshirt"),
        ("rain boot", "wellington", "wellies", "gumboot"),
        ("earbuds", "earphones", "headphones"),
        ("throw", "blanket"),
        ("lamp", "light"),
        ("organiser", "organizer"),
        ("tote", "shopper"),
        ("jar", "canister"),
        ("grey", "gray"),
        ("colour", "color"),
        ("couch", "sofa"),
        ("trousers", "pants"),
        ("jumper", "sweater"),
    ),
    "de": (
        ("becher", "tasse"),
        ("t-shirt", "tshirt"),
        ("gummistiefel", "regenstiefel"),
        ("ohrhörer", "kopfhörer"),
        ("decke", "plaid", "überwurf"),
        ("lampe", "leuchte"),
        ("schneidebrett", "schneidbrett", "brettchen"),
        ("tragetasche", "stofftasche", "beutel"),
        ("vorratsglas", "vorratsdose"),
        ("sofa", "couch"),
    ),
    "zh": (
        ("马克杯", "杯子", "水杯"),
        ("雨靴", "雨鞋", "胶靴"),
        ("耳机", "耳塞"),
        ("毯子", "盖毯", "毛毯"),
        ("台灯", "桌灯"),
        ("砧板", "菜板", "案板"),
        ("水壶", "热水壶", "烧水壶"),
        ("T恤", "短袖"),
        ("帆布袋", "帆布包", "托特包"),
    ),
    "fr": (("tasse", "mug"), ("lampe", "luminaire"), ("écouteurs", "casque"), ("plaid", "couverture")),
    "es": (("taza", "mug"), ("lámpara", "luz"), ("auriculares", "cascos"), ("manta", "cobija")),
    "pt": (("caneca", "xícara"), ("lâmpada", "luminária"), ("camiseta", "t-shirt"), ("manta", "cobertor")),
    "ja": (
        ("マグカップ", "マグ", "コップ"),
        ("ランプ", "ライト"),
        ("長靴", "レインブーツ"),
        ("イヤホン", "イヤフォン"),
    ),
}


def _parse(value: Any) -> Mapping[str, Groups]:
    table = preferences.mapping(value)
    unknown = sorted(set(table) - set(LOCALES))
    if unknown:
        msg = f"no such language: {', '.join(unknown)}"
        raise ValueError(msg)
    return {language: tuple(_group(group) for group in groups) for language, groups in table.items()}


def _group(value: Any) -> tuple[str, ...]:
    words = tuple(preferences.text(word) for word in value) if isinstance(value, list | tuple) else ()
    if len(words) < 2:  # noqa: PLR2004  # a word alone has no synonym
        msg = "a group of synonyms has two words or more"
        raise ValueError(msg)
    return words


SYNONYMS: Final = preferences.Setting(
    "search.synonyms", default=_DEFAULTS, parse=_parse, words="Words that mean the same to buyers who search"
)


def change_synonyms(value: Mapping[str, Any], *, by: str, at: datetime) -> None:
    """Store all groups, by language. What was found before is found anew at the next request. Raises WrongValue."""
    with transaction.atomic():
        preferences.change(SYNONYMS, dict(value), by=by, at=at)
        touch_all()
