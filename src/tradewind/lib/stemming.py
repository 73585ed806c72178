"""Owns how a word is brought to a form that its plural shares: light rules by language, on folded words (lib.text.fold).

Only for searching, where what is stored and what is asked go through the same rules: a stem need not be a word. Words
with digits and languages without rules stay as they are.
"""

from typing import Final

_Rule = tuple[str, str, int]  # ending, what it becomes, letters that must stand before it

_ENGLISH: Final[tuple[_Rule, ...]] = (
    # Those of the forms that no rule makes which are goods or parts of them: bookshelves as well.
    ("knives", "knife", 0),
    ("shelves", "shelf", 0),
    ("leaves", "leaf", 0),
    ("scarves", "scarf", 0),
    ("loaves", "loaf", 0),
    ("halves", "half", 0),
    ("children", "child", 0),
    ("women", "woman", 0),
    ("feet", "foot", 0),
    ("teeth", "tooth", 0),
    ("sses", "ss", 2),
    ("ies", "y", 2),
    ("ches", "ch", 2),
    ("shes", "sh", 2),
    ("xes", "x", 2),
    ("zes", "z", 2),
    ("ss", "ss", 0),
    ("us", "us", 0),
    ("is", "is", 0),
    ("s", "", 3),
)
_GERMAN: Final[tuple[_Rule, ...]] = (
    ("ern", "", 4),
    ("en", "", 3),
    ("er", "", 4),
    ("es", "", 4),
    ("em", "", 4),
    ("e", "", 3),
    ("n", "", 4),
    ("s", "", 4),
)
_FRENCH: Final[tuple[_Rule, ...]] = (
    ("eaux", "eau", 1),
    ("aux", "al", 2),
    ("eux", "eu", 2),
    ("oux", "ou", 2),
    ("es", "", 3),
    ("s", "", 3),
    ("e", "", 3),
)
_SPANISH: Final[tuple[_Rule, ...]] = (
    ("ces", "z", 2),
    ("es", "", 3),
    ("as", "", 3),
    ("os", "", 3),
    ("s", "", 3),
    ("a", "", 3),
    ("o", "", 3),
    ("e", "", 3),
)
_PORTUGUESE: Final[tuple[_Rule, ...]] = (
    ("oes", "ao", 2),
    ("aes", "ao", 2),
    ("ao", "ao", 0),
    ("ais", "al", 2),
    ("eis", "el", 2),
    ("ois", "ol", 2),
    ("ns", "m", 2),
    ("res", "r", 2),
    ("zes", "z", 2),
    ("as", "", 3),
    ("os", "", 3),
    ("es", "", 3),
    ("s", "", 3),
    ("a", "", 3),
    ("o", "", 3),
    ("e", "", 3),
)
_RULES: Final = {"en": _ENGLISH, "de": _GERMAN, "fr": _FRENCH, "es": _SPANISH, "pt": _PORTUGUESE}
# Words that say nothing about a thing, folded.
NEARLY_EVERYWHERE: Final = {
    "en": frozenset(["a", "an", "and", "for", "from", "in", "of", "on", "or", "the", "to", "with"]),
    "de": frozenset(
        [
            "aus",
            "das",
            "dem",
            "den",
            "der",
            "die",
            "ein",
            "eine",
            "fur",
            "im",
            "in",
            "mit",
            "oder",
            "und",
            "von",
            "zu",
            "zum",
        ]
    ),
    "fr": frozenset(
        [
            "a",
            "au",
            "aux",
            "avec",
            "d",
            "de",
            "des",
            "du",
            "en",
            "et",
            "l",
            "la",
            "le",
            "les",
            "ou",
            "pour",
            "un",
            "une",
        ]
    ),
    "es": frozenset(["con", "de", "del", "el", "en", "la", "las", "los", "o", "para", "un", "una", "y"]),
    "pt": frozenset(
        ["a", "as", "com", "da", "das", "de", "do", "dos", "e", "em", "o", "os", "ou", "para", "um", "uma"]
    ),
}
# German puts one ending after another: Becher, Bechern.
_REPEATED: Final = frozenset({"de"})


def stem(word: str, language: str) -> str:
    """The form that singular and plural share, for a folded word."""
    rules = _RULES.get(language, ())
    if not word.isalpha():
        return word
    while (shorter := _once(word, rules)) != word:
        word = shorter
        if language not in _REPEATED:
            break
    return word


def _once(word: str, rules: tuple[_Rule, ...]) -> str:
    for ending, becomes, before in rules:
        if word.endswith(ending) and len(word) - len(ending) >= before:
            return word.removesuffix(ending) + becomes
    return word
