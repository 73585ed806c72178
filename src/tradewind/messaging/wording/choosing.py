"""Which words go out: for each sentence and language those that fit the English of the shop, and in which language a letter is written.

A letter is never half in one language and half in another: where one of its sentences has no words that fit, all of it is written in
the next language that its reader understands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from tradewind.core.words import DEFAULT, LOCALES
from tradewind.markets.models import Market
from tradewind.messaging.wording.finding import Sentence, digest, of_moment, sentences
from tradewind.messaging.wording.models import Edition, LanguageOff, WordingVersion


class Reader(Protocol):
    """Whom a letter is for: the language that they chose, and the market in which they buy, or nothing."""

    @property
    def language(self) -> str: ...
    @property
    def market(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Wordings:
    """`words` by language and message, where they are other than those supplied. `unfit` are the messages of each language that have
    no words for what the shop says in English. `is_trial`: to be looked at, so that no letter falls back.
    """

    words: Mapping[tuple[str, str], str]
    unfit: Mapping[str, frozenset[str]]
    off: frozenset[str] = frozenset()
    is_trial: bool = False

    def in_the_way(self, language: str, moments: Iterable[str]) -> list[Sentence]:
        """The sentences for which these letters cannot be written in a language."""
        unfit = self.unfit.get(language, frozenset())
        found = {each.key: each for moment in moments for each in of_moment(moment) if each.message in unfit}
        return list(found.values())

    def speaks(self, language: str, moments: Iterable[str]) -> bool:
        return language not in self.off and not self.in_the_way(language, moments)

    def language_for(self, reader: Reader, moments: Iterable[str]) -> str:
        """Their own, else one of their market in which all is right, else English, which always is."""
        own, named = reader.language if reader.language in LOCALES else DEFAULT, tuple(moments)
        if self.is_trial or self.speaks(own, named):
            return own
        others = Market.objects.filter(code=reader.market).values_list("languages", flat=True).first() or []
        return next((code for code in others if code in LOCALES and self.speaks(code, named)), DEFAULT)


_SUPPLIED: Final = Wordings({}, {})
_read: dict[str, Wordings] = {}


def in_force() -> Wordings:
    """What goes out now: one statement, and what it names is read once by each process."""
    token = Edition.objects.values_list("token", flat=True).first()
    if token is None:
        return _SUPPLIED
    known = _read.get(token)
    if known is None:
        known = _chosen(_newest(is_reviewed=True), is_trial=False)
        _read.clear()
        _read[token] = known
    return known


def on_trial() -> Wordings:
    """As letters would read with all that is written and not reviewed yet."""
    return _chosen(_newest(is_reviewed=False), is_trial=True)


def _newest(*, is_reviewed: bool) -> list[WordingVersion]:
    rows = WordingVersion.objects.order_by("number", "pk")
    return list(rows.filter(reviewed_at__isnull=False) if is_reviewed else rows)


def _chosen(rows: Iterable[WordingVersion], *, is_trial: bool) -> Wordings:
    """`rows` by number: the last one that fits is taken."""
    known, english = sentences(), {}
    by_language: dict[tuple[str, str], list[WordingVersion]] = {}
    for row in rows:
        if row.sentence in known:
            by_language.setdefault((row.language, row.sentence), []).append(row)
            if row.language == DEFAULT:
                english[row.sentence] = row.words or row.message
    words, unfit = {}, {code: set[str]() for code in LOCALES}
    for key in {sentence for _, sentence in by_language}:
        sentence = known[key]
        source = english.get(key, sentence.message)
        for language in LOCALES:
            chosen = fitting(sentence, source, by_language.get((language, key), []))
            if language == DEFAULT:
                chosen = "" if source == sentence.message else source
            if chosen is None:
                unfit[language].add(sentence.message)
            elif chosen:
                words[language, sentence.message] = chosen
    off = frozenset(LanguageOff.objects.values_list("language", flat=True))
    return Wordings(words, {code: frozenset(each) for code, each in unfit.items()}, off, is_trial)


def fitting(sentence: Sentence, source: str, rows: Iterable[WordingVersion]) -> str | None:
    """The words of a translation for what the shop says in English, by versions in their order. Empty: those that are supplied; None:
    there are none that fit.
    """
    chosen = "" if source == sentence.message else None
    for row in rows:
        if row.source == digest(source) and (row.words or source == sentence.message):
            chosen = row.words
    return chosen
