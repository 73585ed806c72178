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
        ("gift", "present", "sets to give"),
        ("planter", "plant pot", "flower pot", "flowerpot"),
        ("candlestick", "candle holder", "chamberstick"),
        ("coat rack", "hook rail", "peg rail"),
        ("chopping board", "cutting board"),
    ),
    "de": (
        ("becher", "tasse"),
        ("t-shirt", "tshirt"),
        ("gummistiefel", "regenstiefel"),
        ("ohrhörer", "kopfhörer"),
        ("decke", "plaid", "überwurf", "wolldecke"),
        ("lampe", "leuchte", "tischlampe"),
        ("schneidebrett", "schneidbrett", "brettchen"),
        ("tragetasche", "stofftasche", "beutel"),
        ("vorratsglas", "vorratsdose"),
        ("sofa", "couch"),
        ("geschenk", "geschenkidee", "präsent", "schenken"),
        ("schüssel", "schale", "suppenschale"),
        ("kerzenständer", "kerzenhalter", "kerzenleuchter"),
        ("garderobe", "hakenleiste", "garderobenleiste"),
        ("übertopf", "blumentopf", "pflanztopf"),
        ("teller", "essteller", "speiseteller"),
        ("uhr", "wanduhr"),
        ("messer", "kochmesser"),
        ("buchstütze", "bücherstütze"),
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
        ("礼物", "礼品", "赠礼", "好礼"),
        ("菜刀", "厨刀", "主厨刀", "刀具"),
        ("书立", "书挡", "书靠"),
        ("挂钩", "衣钩", "衣帽钩"),
        ("篮子", "收纳篮"),
        ("时钟", "挂钟", "钟表"),
        ("肥皂盒", "肥皂碟", "皂盒"),
        ("盘子", "餐盘"),
        ("烛台", "蜡烛台"),
        ("茶壶", "提梁壶"),
    ),
    "fr": (
        ("tasse", "mug"),
        ("lampe", "luminaire"),
        ("écouteurs", "casque"),
        ("plaid", "couverture"),
        ("cadeau", "offrir"),
        ("bougeoir", "chandelier"),
        ("portemanteau", "patère"),
        ("saladier", "bol"),
        ("cache-pot", "pot de fleurs"),
        ("sac", "cabas"),
    ),
    "es": (
        ("taza", "mug"),
        ("lámpara", "luz"),
        ("auriculares", "cascos", "audífonos"),
        ("manta", "cobija"),
        ("regalo", "regalar", "obsequio"),
        ("jarrón", "florero"),
        ("palmatoria", "candelabro", "candelero"),
        ("maceta", "macetero"),
        ("cuenco", "bol", "tazón"),
    ),
    "pt": (
        ("caneca", "xícara"),
        ("lâmpada", "luminária"),
        ("camiseta", "t-shirt"),
        ("manta", "cobertor"),
        ("presente", "presentear"),
        ("castiçal", "candelabro"),
        ("vaso de planta", "cachepô"),
        ("tigela", "cumbuca"),
    ),
    "ja": (
        ("マグカップ", "マグ", "コップ"),
        ("ランプ", "ライト", "照明"),
        ("長靴", "レインブーツ", "ながぐつ", "雨靴"),
        ("イヤホン", "イヤフォン", "ヘッドホン", "ヘッドフォン"),
        ("ギフト", "プレゼント", "贈り物", "贈りもの", "おくりもの"),
        ("毛布", "もうふ", "ブランケット", "スロー", "ひざ掛け"),
        ("まな板", "まないた", "カッティングボード"),
        ("包丁", "ほうちょう", "ナイフ", "牛刀"),
        ("皿", "さら", "プレート"),
        ("かご", "籠", "バスケット"),
        ("鞄", "かばん", "バッグ"),
        ("急須", "きゅうす", "ティーポット"),
        ("花瓶", "かびん", "フラワーベース"),
        ("時計", "とけい", "クロック"),
        ("植木鉢", "うえきばち", "プランター"),
        ("本立て", "ほんたて", "ブックエンド", "ブックスタンド"),
        ("燭台", "しょくだい", "ろうそく立て", "キャンドルホルダー"),
        ("やかん", "ケトル"),
        ("椀", "ボウル"),
        ("石けん置き", "石鹸置き", "ソープディッシュ"),
        ("保存容器", "保存瓶", "キャニスター"),
        ("コート掛け", "ハンガー", "フックレール"),
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
