"""Owns how text becomes searchable and how it becomes an address.

Search works the same on every database because all of the language knowledge is here: the database only compares
tokens. Every token consists of letters, digits and their marks, so that any full-text index can store it unquoted.

Chinese, Japanese and Korean are cut into overlapping pairs of characters (bigrams), because nothing separates their
words; the last character of a run is kept as well, so that a single character is found wherever it stands. Other
scripts are cut into words, and codes (TW-1042, 30cm) also into their runs of letters and of digits.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final, TypeAlias
from unicodedata import category, normalize

_CJK = re.compile(
    "[々-〇㐀-䶿一-鿿豈-\ufaff\U00020000-\U0003ffff"  # Han, with the iteration mark and the zero
    "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # Hiragana, Katakana, without the middle dot
    "\u1100-\u11ff\u3131-\u318e\uac00-\ud7af"  # Hangul
    "\u3105-\u312f]"  # Bopomofo
)
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff]+|[^\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff]+")
_AS_KATAKANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_HONORIFIC = re.compile("(?<!\\S)[おご](?=[㐀-䶿一-鿿\u30a1-\u30fa])")
_DIGRAPH = re.compile("(?<![aeq])([aou])e")
_JOINERS = frozenset("-_/.@\u2010\u2012\u2013")
_LATIN_MARKS = re.compile(r"(?<=[a-zøłđħŧæœßıþð])[\u0300-\u036f]+", re.IGNORECASE)
_LATIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "þ": "th", "ð": "d"}
    | {"Ø": "O", "Ł": "L", "Đ": "D", "Ħ": "H", "Ŧ": "T", "Æ": "Ae", "Œ": "Oe", "ẞ": "SS", "Þ": "Th", "Ð": "D"}
)
_PUNCTUATION = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014", "-") | {"⁄": "/", "‘": "'", "’": "'"})
_SPELLED_OUT: Final = {
    "de": str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}),
    "da": str.maketrans({"å": "aa", "ø": "oe", "Å": "Aa", "Ø": "Oe"}),
}
# A public reference such as TW-7K3M9Q2XVB falls into many short runs that are everywhere; asked for in full, it is
# looked up as a whole. With fewer runs, the runs find more spellings ("30 cm" for 30cm) and still say enough.
_RUNS_OF_A_REFERENCE = 5

_Code: TypeAlias = list[list[str]]  # pieces between hyphens, each made of runs of letters or of digits


@dataclass(frozen=True, slots=True)
class QueryToken:
    """A token that must be found: as it stands, or at the beginning of a longer one."""

    text: str
    is_prefix: bool = False


def fold(text: str) -> str:
    """The text without differences that searching ignores: width, case, and accents on Latin letters (ö is o)."""
    folded = normalize("NFKC", normalize("NFKC", text).casefold())
    return normalize("NFC", _LATIN_MARKS.sub("", normalize("NFD", folded)).translate(_LATIN_LETTERS))


def search_tokens(text: str) -> list[str]:
    """What an index stores for the text, in order and with repetitions."""
    tokens: list[str] = []
    for word in _words(text):
        tokens += _cjk_tokens(word) if isinstance(word, str) else _code_tokens(word)
    return tokens


def query_tokens(text: str) -> list[QueryToken]:
    """What must all be found for the query, without repetitions.

    The last one may be the beginning of a word, since the person may still be typing; so may a single Chinese,
    Japanese or Korean character, which begins pairs.
    """
    found: dict[QueryToken, None] = {}
    for word in _words(text):
        if isinstance(word, str):
            pairs = ["".join(pair) for pair in pairwise(word)]
            found |= dict.fromkeys([QueryToken(pair) for pair in pairs] or [QueryToken(word, is_prefix=True)])
        else:
            found |= dict.fromkeys(QueryToken(part) for part in _asked_parts(word))
    tokens = list(found)
    return [*tokens[:-1], QueryToken(tokens[-1].text, is_prefix=True)] if tokens else []


def query_words(text: str) -> list[list[QueryToken]]:
    """The tokens of a query, word by word: katakana stands apart from what is written beside it, as in ウールの毛布."""
    words: list[list[QueryToken]] = []
    for word in _words(text):
        for part in _KATAKANA.findall(word) if isinstance(word, str) else ():
            if len(part) == 1 < len(word):
                continue  # says too little beside the others
            pairs = ["".join(pair) for pair in pairwise(part)]
            words.append([QueryToken(pair) for pair in pairs] or [QueryToken(part, is_prefix=True)])
        if not isinstance(word, str):
            words += [[QueryToken(part)] for part in _asked_parts(word)]
    if words:
        words[-1][-1] = QueryToken(words[-1][-1].text, is_prefix=True)
    return words


def without_honorific(text: str) -> str:
    """Japanese without the お or ご of politeness: お皿 is a 皿. Before hiragana it may belong to the word (おもちゃ)."""
    return _HONORIFIC.sub("", text)


def in_katakana(text: str) -> str:
    """Hiragana written as katakana: まぐ as マグ."""
    return text.translate(_AS_KATAKANA)


def without_digraphs(text: str) -> str:
    """German as it is folded where somebody wrote ae, oe, ue for ä, ö, ü: kopfhoerer as kopfhorer. Not in blaue, neue."""
    return _DIGRAPH.sub(r"\1", text)


def _cjk_tokens(run: str) -> list[str]:
    return [*("".join(pair) for pair in pairwise(run)), run[-1]]


def _code_tokens(code: _Code) -> list[str]:
    """The whole, the pieces between hyphens, and the runs, each only where it differs from the level above."""
    runs = [run for piece in code for run in piece]
    if len(runs) == 1:
        return runs
    pieces = ["".join(piece) for piece in code if len(piece) > 1]
    # 38-39 or 19.99 as a whole would answer to 3839, which nobody means.
    whole = ["".join(runs)] if len(code) > 1 and any(run[0].isalpha() for run in runs) else []
    return whole + pieces + runs


def _asked_parts(code: _Code) -> list[str]:
    runs = [run for piece in code for run in piece]
    has_letters = any(run[0].isalpha() for run in runs)
    has_digits = any(run[0].isdecimal() for run in runs)
    if len(runs) >= _RUNS_OF_A_REFERENCE and has_letters and has_digits:
        return ["".join(runs)]
    return runs


def _words(text: str) -> Iterator[str | _Code]:
    """Runs of Chinese, Japanese or Korean as texts, everything else that is written as codes."""
    code: _Code = []
    is_joined = False
    for kind, run in _runs(fold(text)):
        if kind in {"letter", "digit"}:
            if is_joined or not code:
                code.append([])
            code[-1].append(run)
        elif code and not (kind == "joiner" and len(run) == 1):
            yield code
            code = []
        if kind == "cjk":
            yield run
        is_joined = kind == "joiner"
    if code:
        yield code


def _runs(text: str) -> Iterator[tuple[str, str]]:
    kinds: list[str] = []
    for sign in text:
        kind = _kind(sign)
        # A vowel sign or an accent belongs to the letter before it.
        kinds.append((kinds[-1] if kinds else "") if kind == "mark" else kind)
    for kind, signs in groupby(zip(kinds, text, strict=True), key=lambda pair: pair[0]):
        yield kind, "".join(sign for _, sign in signs)


def has_cjk(text: str) -> bool:
    """Is any of it written in Chinese, Japanese or Korean?"""
    return _CJK.search(text) is not None


def _kind(sign: str) -> str:
    if sign.isascii():
        return "letter" if sign.isalpha() else "digit" if sign.isdigit() else "joiner" if sign in _JOINERS else ""
    if _CJK.match(sign):
        return "cjk"
    if sign.isdecimal():
        return "digit"
    if sign.isalpha():
        return "letter"
    if sign in _JOINERS:
        return "joiner"
    return "mark" if category(sign).startswith("M") else ""


def to_ascii(text: str, language: str = "") -> str:
    """Latin text in plain ASCII, with its case; ä becomes a, but ae in German. What has no counterpart is dropped."""
    spelled = normalize("NFC", text).translate(_SPELLED_OUT.get(re.split("[-_]", language)[0], {}))
    bare = _LATIN_MARKS.sub("", normalize("NFKD", spelled)).translate(_LATIN_LETTERS).translate(_PUNCTUATION)
    return bare.encode("ascii", "ignore").decode("ascii")


SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def slugify(text: str, language: str = "", max_length: int = 80) -> str:
    """Lower case words joined by hyphens, for an address; cut between words. Empty where nothing is Latin."""
    words = re.findall(r"[a-z0-9]+", to_ascii(text, language).lower().replace("'", ""))
    slug = "-".join(words)
    if len(slug) <= max_length:
        return slug
    return slug[: max_length + 1].rpartition("-")[0] or slug[:max_length]


def printable(text: str) -> str:
    """With a space for each sign that is none to look at: what others say may hold zeros, which PostgreSQL does not take."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
