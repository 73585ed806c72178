"""Owns in which order names stand in a list, so that a reader of a language finds them where they look.

Latin letters go without their accents, which is right for every language of the shop but for the Spanish ñ. Chinese goes
by sound: the first level of GB 2312 (3,755 characters) was laid out by pinyin, so its codes are in that order. Japanese
goes by the fifty sounds, where voiced, small and long kana count as the plain one (JIS X 4061); names that begin with
kanji follow, in the order of JIS X 0208, which is that of their Chinese readings.
"""

from typing import Final
from unicodedata import normalize

from tradewind.lib.text import fold

# Characters in names of countries that GB 2312 has by their shape, in its second level; others of the same sound.
_SAME_SOUND: Final = str.maketrans({"斐": "肥", "瑙": "脑", "汶": "问", "梵": "饭"})
_VOICED: Final = str.maketrans(dict.fromkeys("\u3099\u309a・", ""))
_SMALL: Final = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")
_ROWS: Final = {
    "ア": "アカサタナハマヤラワ",
    "イ": "イキシチニヒミリ",
    "ウ": "ウクスツヌフムユル",
    "エ": "エケセテネヘメレ",
    "オ": "オコソトノホモヨロヲ",
}
_VOWEL: Final = {kana: vowel for vowel, row in _ROWS.items() for kana in row}
_LONG: Final = "ー"


def place_in_list(name: str, language: str) -> tuple[bytes, str]:
    """Where a name stands among others: the lesser first. `language` is a code or a locale: "pt", "zh_Hans"."""
    code = language.replace("-", "_").split("_")[0]
    if code == "zh":
        return fold(name).translate(_SAME_SOUND).encode("gb18030"), name
    if code == "ja":
        return _fifty_sounds(name).encode("euc_jp", "replace"), name
    return fold(name).encode(), name


def _fifty_sounds(name: str) -> str:
    plain = normalize("NFC", normalize("NFD", fold(name)).translate(_VOICED)).translate(_SMALL)
    said: list[str] = []
    for sign in plain:
        said.append(_VOWEL.get(said[-1], "") if sign == _LONG and said else sign)
    return "".join(said)
