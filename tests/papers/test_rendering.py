"""Papers as PDF: legible in every language of the shop, the same every time, and nothing that was typed is ever markup."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from tests.papers.parts import pages_of, text_of
from tradewind.core.words import LOCALES
from tradewind.lib.money import Money
from tradewind.papers.keeping import as_data, read_paper
from tradewind.papers.labels import TITLES
from tradewind.papers.paper import Account, Fact, Kind, Line, Paper, Party, Reference, Sum, TaxGroup
from tradewind.papers.rendering import render

SELLER = Party(
    "Tingyu Home 听雨家居",
    ("Tingyu Home Goods Co., Ltd.", "17 Haimo Road", "518000 Shenzhen", "China"),
    (Fact("VAT number (DE)", "DE123456789"),),
)
BUYER = Party("Łukasz Müßig", ("Łukasz Müßig", "Große Elbstraße 5", "22767 Hamburg"))
SHIRT = Line("Silk shirt", Money(11980, "EUR"), 2, Decimal("59.90"), Decimal(19), "M · SHIRT-M")
PAPER = Paper(
    kind=Kind.INVOICE,
    number="INV1-2026-00042",
    issued_on=date(2026, 11, 27),
    language="en",
    country="US",
    seller=SELLER,
    buyer=BUYER,
    lines=(SHIRT,),
    total=Money(12470, "EUR"),
    tax_included=True,
    taxes=(TaxGroup("19 % VAT", Money(10479, "EUR"), Money(1991, "EUR")),),
    sums=(Sum("Delivery (air)", Money(490, "EUR")),),
    facts=(Fact("Order", "TW-7K3M9Q2X"),),
    paid=Money(12470, "EUR"),
    payments=("Paid on 25 November 2026: Card.",),
)
# One sentence of each script that our buyers write, and of what they type without thinking.
SCRIPTS = (
    "真丝衬衫配珍珠母纽扣，直销骨今",
    "シルクシャツ「白蝶貝ボタン」直営店",
    "Łódź, Şişli, Õhtu, Œuvre, ẞ",
    "Ελληνικά Русский Українська їґ",
    "שלום عربي ไทย 한국어 हिन्दी",
    "😀 ❤ ☎ ₽ ₹ ₩ ™ № ½",
)
MARKUP = '#import "x": * *bold* _it_ $x^2$ </text> <script> \\u{41} `raw` // no @label [c] = Head #panic("no")'


def shown(number: int, paper: Paper = PAPER) -> Paper:
    line = replace(SHIRT, title=f"Silk shirt no. {number}")
    return replace(paper, lines=tuple(replace(line, title=f"Silk shirt no. {n}") for n in range(1, number + 1)))


def glyphs(pdf: bytes) -> Iterator[int]:
    """Of every text on every page the number of each glyph within its font; 0 is the box that stands for a missing one."""
    reader = PdfReader(BytesIO(pdf))
    for page in reader.pages:
        for operands, operator in page.get_contents().operations:  # type: ignore[union-attr]  # each page has something on it
            if operator in {b"Tj", b"TJ"}:
                parts = operands[0] if isinstance(operands[0], list) else operands
                for part in parts:
                    yield from _codes(part)


def _codes(part: Any) -> Iterator[int]:
    if isinstance(part, (int, float)):
        return
    raw = part.original_bytes if isinstance(part, str) else bytes(part)
    for place in range(0, len(raw), 2):
        yield int.from_bytes(raw[place : place + 2], "big")


def fonts(pdf: bytes) -> dict[str, bool]:
    """Name of each font, and whether the file has it in itself."""
    found = {}
    for page in PdfReader(BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]  # as pypdf types it
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            found[str(inner["/BaseFont"])] = (
                "/FontFile2" in inner["/FontDescriptor"] or "/FontFile3" in inner["/FontDescriptor"]
            )
    return found


@pytest.mark.parametrize("language", LOCALES)
def test_every_kind_is_titled_in_every_language_and_no_glyph_is_missing(language: str) -> None:
    for kind in Kind:
        title = TITLES[kind][language]
        pdf = render(replace(PAPER, kind=kind, language=language, lines=(replace(SHIRT, title=SCRIPTS[0]),)))
        assert title in text_of(pdf)
        assert 0 not in set(glyphs(pdf))
        assert all(fonts(pdf).values())
        assert len(pdf) < 120_000  # only what is used of 40 MB of fonts


def test_the_forms_of_characters_are_those_of_the_readers_region() -> None:
    """直, 骨 and 今 are drawn differently in Beijing and Tokyo."""
    for language, region in (("zh", "CJKsc"), ("ja", "CJKjp"), ("de", "CJKsc")):
        named = fonts(render(replace(PAPER, language=language, lines=(replace(SHIRT, title="直骨今"),))))
        assert {name for name in named if "CJK" in name} == {name for name in named if region in name} != set()


@pytest.mark.parametrize("text", SCRIPTS)
def test_names_from_everywhere_are_set_and_can_be_copied(text: str) -> None:
    pdf = render(replace(PAPER, buyer=Party("", (text,)), lines=(replace(SHIRT, title=text),)))

    assert 0 not in set(glyphs(pdf))
    assert set(text) - {" "} <= set(text_of(pdf))


def test_the_control_finds_a_glyph_that_no_font_has() -> None:
    assert 0 in set(glyphs(render(replace(PAPER, notes=("\U00012000",)))))  # a cuneiform sign


def test_it_says_what_it_was_told() -> None:
    told = text_of(render(PAPER))

    for part in (
        "€119.80",
        "€59.90",
        "19%",
        "Delivery (air) €4.90",
        "Total €124.70",
        "€104.79",
        "€19.91",
        "Paid €124.70",
    ):
        assert part in told
    for part in ("Łukasz Müßig", "DE123456789", "TW-7K3M9Q2X", "November 27, 2026", "Page 1 of 1", "M · SHIRT-M"):
        assert part in told
    assert "due" not in told


def test_amounts_are_written_as_the_reader_writes_them() -> None:
    german = text_of(render(replace(PAPER, language="de", country="DE")))
    yen = replace(SHIRT, total=Money(1280, "JPY"), unit=Decimal(640))
    japanese = replace(
        PAPER, language="ja", country="JP", lines=(yen,), sums=(), taxes=(), total=Money(1280, "JPY"), paid=None
    )

    assert "119,80 €" in german.replace("\xa0", " ")
    assert "￥1,280" in text_of(render(japanese))
    assert "0.0125" in text_of(render(replace(PAPER, lines=(replace(SHIRT, unit=Decimal("0.0125")),))))


def test_what_is_open_is_asked_for_with_the_account() -> None:
    account = Account((Fact("Account holder", "Tingyu"), Fact("IBAN", "DE89 3704 0044")))
    open_paper = replace(
        PAPER, kind=Kind.PROFORMA, paid=Money(0, "EUR"), accounts=(account,), valid_until=date(2026, 12, 4)
    )

    told = text_of(render(open_paper))

    assert "Amount due €124.70" in told
    assert "DE89 3704 0044" in told
    assert "Valid until December 4, 2026" in told
    assert "DE89" not in text_of(render(replace(open_paper, paid=PAPER.total)))


def test_a_credit_note_names_its_invoice_and_asks_for_nothing() -> None:
    note = replace(
        PAPER,
        kind=Kind.CREDIT_NOTE,
        paid=None,
        references=(Reference(Kind.INVOICE, "INV1-2026-00001", PAPER.issued_on),),
    )

    told = text_of(render(note))

    assert "Invoice INV1-2026-00001, Nov 27, 2026" in told
    assert "Total credited €124.70" in told
    assert "due" not in told


def test_tax_on_top_is_a_row_of_the_sums() -> None:
    told = text_of(render(replace(PAPER, tax_included=False)))

    assert "19 % VAT €19.91 Total" in told
    assert "Prices are without tax." in told


def test_nothing_that_was_typed_is_markup() -> None:
    party = Party(MARKUP, (MARKUP,), (Fact(MARKUP, MARKUP),))
    told = text_of(
        render(replace(PAPER, seller=party, buyer=party, lines=(replace(SHIRT, title=MARKUP),), notes=(MARKUP,)))
    )

    assert told.replace(" ", "").count(MARKUP.replace(" ", "")) >= 5


def test_direction_marks_and_signs_that_are_no_text_are_left_out() -> None:
    told = text_of(render(replace(PAPER, notes=("Pay \u202e00.001 EUR\u202c \u2066now\u2069\x00\x1b[31m\ud800 end",))))

    assert "Pay 00.001 EUR now [31m end" in told


def test_endless_names_break_and_leave_the_total_in_its_place() -> None:
    endless = "Donaudampfschifffahrt" * 100
    pdf = render(replace(PAPER, buyer=Party(endless, (endless, "字" * 2000)), lines=(replace(SHIRT, title=endless),)))

    told = pages_of(pdf)
    assert len(told) <= 2
    assert "Total €124.70" in " ".join(told)
    # Cut where nobody reads on, rather than set over pages.
    assert told[0].count("Donaudampfschifffahrt") < 60
    assert rightmost(pdf) < 600  # points; the sheet has 595


def test_what_is_copied_into_a_bank_form_is_copied_as_it_is() -> None:
    for number in ("622202" + "7" * 24, "MT84MALT011000012345MTLCAST001S", "accounts-receivable@tingyu-home.example"):
        raw = " ".join(
            page.extract_text() for page in PdfReader(BytesIO(render(replace(PAPER, notes=(number,))))).pages
        )
        assert number in raw


def test_long_terms_are_set_to_their_end() -> None:
    assert "the last word" in text_of(render(replace(PAPER, notes=("Terms and more terms. " * 100 + "the last word",))))


def rightmost(pdf: bytes) -> float:
    """Where the farthest text begins."""
    places: list[float] = []
    for page in PdfReader(BytesIO(pdf)).pages:
        page.extract_text(visitor_text=lambda text, _cm, tm, *_: places.append(tm[4]) if text.strip() else None)
    return max(places)


def test_five_hundred_lines_repeat_their_heads_and_count_their_pages() -> None:
    told = pages_of(render(shown(500)))

    assert len(told) > 10
    assert [page.count("Unit price") for page in told[:-1]] == [1] * (len(told) - 1)
    assert [f"Page {n} of {len(told)}" in page for n, page in enumerate(told, start=1)] == [True] * len(told)
    assert all("Invoice INV1-2026-00042" in page for page in told[1:])
    (last,) = [number for number, page in enumerate(told) if "Total €124.70" in page]
    assert "Silk shirt no. 500" in told[last]


def test_the_same_paper_is_the_same_file_also_after_it_was_kept() -> None:
    full = replace(
        PAPER,
        references=(Reference(Kind.QUOTATION, "Q-1", PAPER.issued_on),),
        accounts=(Account((Fact("IBAN", "DE89"),)),),
        valid_until=PAPER.issued_on,
        ship_to=("Berlin",),
        notes=("Thank you.",),
    )

    assert read_paper(as_data(full)) == full
    assert render(read_paper(as_data(full))) == render(full)
    assert read_paper(as_data(PAPER)) == PAPER
