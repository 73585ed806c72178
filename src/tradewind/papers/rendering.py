"""From the value of a paper to its PDF. The same paper gives the same bytes.

The layout (`layout/paper.typ`) is ours alone; a paper reaches it as JSON, whose texts are set as text and never read as markup.
"""

import json
import re
import unicodedata
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

import typst
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from tradewind.core.words import TAGS, locale_of, say
from tradewind.lib.money import Money, TooManyDigits
from tradewind.lib.money_words import format_money
from tradewind.papers import labels
from tradewind.papers.fonts import families, fonts
from tradewind.papers.paper import Fact, Kind, Line, Paper, Party

LAYOUT: Final = Path(__file__).resolve().parent / "layout"
# A text without a gap has to break somewhere. Account numbers and mailboxes are shorter, and copied as they are.
_UNBROKEN: Final = re.compile(r"[^\s\u200b\u2e80-\uffdc-]{41,}")
_BROKEN_AFTER: Final = 24
_LONGEST: Final = 400
_LONGEST_SENTENCES: Final = 4_000
_LONGEST_IN_HEADER: Final = 60
# They turn the direction of whatever follows, also of what is not theirs.
_TURNING: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF])
REGIONS: Final = {"zh": "CN", "ja": "JP", "pt": "BR"}


def render(paper: Paper) -> bytes:
    """The paper as PDF: A4, on as many pages as it takes, fonts embedded as far as they are used."""
    compiler = typst.Compiler(LAYOUT / "paper.typ", root=LAYOUT, font_paths=fonts(), ignore_system_fonts=True)
    # The moment stands in the file: with the clock's, the same paper would be another file each time.
    moment = datetime.combine(paper.issued_on, time(), tzinfo=UTC)
    made = compiler.compile(format="pdf", sys_inputs={"paper": json.dumps(_content(paper))}, timestamp=moment)
    if not isinstance(made, bytes):
        msg = f"a PDF was to be made, not {type(made).__name__}"
        raise TypeError(msg)
    return made


def plain(text: str, *, longest: int = _LONGEST) -> str:
    """The text as it can be set: without signs that are no text, not longer than a paper bears, able to break."""
    kept = "".join(" " if unicodedata.category(sign) in {"Cc", "Cs", "Co"} else sign for sign in text)
    kept = " ".join(kept.translate(_TURNING).split())
    if len(kept) > longest:
        kept = kept[: longest - 1].rstrip() + "…"
    return _UNBROKEN.sub(_breaking, kept)


def _breaking(found: re.Match[str]) -> str:
    text = found[0]
    return "\u200b".join(text[place : place + _BROKEN_AFTER] for place in range(0, len(text), _BROKEN_AFTER))


def _content(paper: Paper) -> dict[str, Any]:
    """What the layout reads: texts that only have to be placed."""
    writer = _Writer(paper)
    return {
        "language": {"code": TAGS[paper.language].partition("-")[0], "region": REGIONS.get(paper.language, "")},
        "families": families(paper.language),
        "words": labels.words_of(paper.kind, paper.language, tax_included=paper.tax_included),
        "kind": paper.kind.value,
        "number": plain(paper.number),
        "seller": writer.party(paper.seller),
        "buyer": writer.party(paper.buyer),
        "header": plain(paper.seller.name, longest=_LONGEST_IN_HEADER),
        "ship_to": [plain(line) for line in paper.ship_to],
        "facts": writer.head(),
        "lines": [writer.line(line) for line in paper.lines],
        "has_rates": any(line.tax_rate is not None for line in paper.lines),
        **writer.sums(),
        "payments": [plain(words, longest=_LONGEST_SENTENCES) for words in paper.payments],
        "accounts": [writer.facts(account.facts) for account in paper.accounts] if writer.is_due else [],
        "notes": writer.notes(),
        "page_of": writer.page_of(),
    }


class _Writer:
    """Amounts, numbers and dates of one paper as its reader writes them."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.locale = locale_of(paper.language, paper.country)

    def money(self, amount: Money) -> str:
        return format_money(amount, self.locale)

    def day(self, day: date, form: Literal["medium", "long"] = "long") -> str:
        return str(format_date(day, form, locale=locale_of(self.paper.language)))

    def facts(self, facts: tuple[Fact, ...]) -> list[list[str]]:
        return [[plain(fact.name), plain(fact.value)] for fact in facts if fact.value.strip()]

    def party(self, party: Party) -> dict[str, Any]:
        lines = [plain(line) for line in party.lines if line.strip()]
        return {"name": plain(party.name), "lines": lines, "facts": self.facts(party.facts)}

    def head(self) -> list[list[str]]:
        paper, words = self.paper, labels.words_of(self.paper.kind, self.paper.language, tax_included=True)
        told = [[words["number"], plain(paper.number)], [words["issued_on"], self.day(paper.issued_on)]]
        if paper.valid_until is not None:
            told.append([words["valid_until"], self.day(paper.valid_until)])
        told += [
            [labels.title(each.kind, paper.language), f"{plain(each.number)}, {self.day(each.issued_on, 'medium')}"]
            for each in paper.references
        ]
        return told + self.facts(paper.facts)

    def line(self, line: Line) -> dict[str, str]:
        return {
            "title": plain(line.title),
            "details": plain(line.details),
            "quantity": "" if line.quantity is None else str(format_decimal(line.quantity, locale=self.locale)),
            "unit": "" if line.unit is None else self._unit(line.unit),
            "rate": "" if line.tax_rate is None else self._percent(line.tax_rate),
            "total": self.money(line.total),
        }

    def sums(self) -> dict[str, Any]:
        paper = self.paper
        subtotal = Money(sum(line.total.amount for line in paper.lines), paper.total.currency)
        on_top = (
            [] if paper.tax_included else [[plain(tax.name), self.money(tax.tax)] for tax in paper.taxes if tax.tax]
        )
        sums = [[plain(each.words), self.money(each.amount)] for each in paper.sums] + on_top
        taxes = [
            [plain(tax.name), self.money(tax.net), self.money(tax.tax), self.money(tax.net + tax.tax)]
            for tax in paper.taxes
        ]
        return {
            "subtotal": self.money(subtotal) if sums else "",
            "sums": sums,
            "total": self.money(paper.total),
            "taxes": taxes,
            "paid": "" if paper.paid is None else self.money(paper.paid),
            "due": "" if paper.paid is None else self.money(paper.total - paper.paid),
            "is_due": self.is_due,
        }

    @property
    def is_due(self) -> bool:
        paper = self.paper
        return paper.kind != Kind.CREDIT_NOTE and (paper.paid is None or paper.paid < paper.total)

    def notes(self) -> list[str]:
        own = labels.own_sentence(self.paper.kind, self.paper.language)
        return [plain(note, longest=_LONGEST_SENTENCES) for note in (own, *self.paper.notes) if note]

    def page_of(self) -> list[str]:
        """“Page 2 of 5”, in parts: the layout knows the numbers."""
        said = say(self.paper.language, "Page {number} of {count}", number="\x00", count="\x01")
        return [part for part in re.split("([\x00\x01])", said) if part]

    def _unit(self, unit: Decimal) -> str:
        try:
            return self.money(Money.of(unit, self.paper.total.currency))
        except TooManyDigits:
            currency = self.paper.total.currency
            digits = -int(unit.normalize().as_tuple().exponent)
            return str(
                format_currency(unit, currency, f"¤#,##0.{'0' * digits}", locale=self.locale, currency_digits=False)
            )

    def _percent(self, rate: Decimal) -> str:
        return str(format_percent(rate / 100, locale=self.locale, decimal_quantization=False))
