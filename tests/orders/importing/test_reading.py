"""What a file may look like, and what is said where it cannot be used at all."""

import bz2
import gzip
import io
import lzma
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.orders.importing.conftest import Import
from tradewind.core.models import ShopAccount
from tradewind.orders.importing.mapping import Mapping
from tradewind.orders.importing.reading import Source, UnusableFile, open_file
from tradewind.orders.models import Order

HEAD = "order,sku,title,quantity,price,date,customer,country,currency"
ROW = "1,A,Mug,2,9.50,2026-06-03 10:00,K1,DE,"
TEXT = f"{HEAD}\n{ROW}\n"

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("pack", [bytes, lzma.compress, gzip.compress, bz2.compress])
def test_compressed_files_are_known_by_what_is_in_them(pack: Callable[[bytes], bytes], run: Import) -> None:
    summary = run(pack(TEXT.encode()))

    assert (summary.read, summary.outcome.created) == (1, 1)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-8-sig"), "UTF8"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.replace("\n", "\r\n").encode(), "utf-8"),
        (TEXT.replace("\n", "\r").encode(), "utf-8"),
        (f"\n\n{HEAD}\n\n,,,,\n{ROW},,\n\n".encode(), "utf-8"),
    ],
)
def test_marks_line_ends_and_blank_rows_do_not_matter(
    content: bytes, encoding: str, run: Import, plain: Mapping
) -> None:
    summary = run(content, plain.model_copy(update={"encoding": encoding}))

    assert (summary.read, summary.rejected) == (1, 0)
    assert Order.objects.get().total == 1900


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "orders.csv is empty: there is no line with headings."),
        (b"\n \n", "orders.csv is empty: there is no line with headings."),
        (TEXT.replace("price", "Price").encode(), f'orders.csv has no column "price" (columns.unit_price of the mapping). It has: {HEAD.replace("price", "Price").replace(",", ", ")}. Perhaps "Price"?'),
        (TEXT.replace(",", ";").encode(), f'orders.csv has no column "order" (columns.order of the mapping). It has: {HEAD.replace(",", ";")}. Perhaps delimiter = ";"?'),
        (TEXT.replace("sku", "title").encode(), 'orders.csv has no column "sku" (columns.sku of the mapping). It has: order, title, title, quantity, price, date, customer, country, currency.'),
        (TEXT.replace("title", "sku").encode(), 'orders.csv has several columns "sku" (columns.sku of the mapping). Rename one.'),
        (TEXT.replace("Mug", "Krüge").encode("cp1252"), 'orders.csv is not utf-8 (byte 0xfc after line 0). Try encoding = "cp1252" or encoding = "gb18030" in the mapping.'),
        (TEXT.encode("utf-16"), 'orders.csv is not utf-8 (byte 0xff after line 0). Try encoding = "utf-16" in the mapping.'),
        (b"PK\x03\x04rest", "orders.csv is an Excel workbook or a ZIP archive. Save it as CSV (UTF-8) and import that."),
        (b"rejected_line,rejected_because," + TEXT.encode(), "orders.csv is a reject file. Put the rows right in the original file and import that again, whole orders together."),
        (TEXT.encode() + b"x" * 1_000_001, "orders.csv has a line of more than 1000000 characters: it is not a CSV file."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_whole(content: bytes, said: str, run: Import) -> None:
    with pytest.raises(UnusableFile) as refused:
        run(content)

    assert str(refused.value) == said
    assert (Order.objects.count(), ShopAccount.objects.count()) == (0, 0)


@pytest.mark.parametrize("pack", [lzma.compress, gzip.compress])
def test_half_an_archive_is_refused_before_anything_is_stored(pack: Callable[[bytes], bytes], run: Import) -> None:
    rows = "".join(f"{n}{ROW}\n" for n in range(20_000))

    with pytest.raises(UnusableFile, match=r"is damaged near line \d+ \(.*\)\. Fetch it again\."):
        run(pack(f"{HEAD}\n{rows}".encode())[:-500])

    assert Order.objects.count() == 0


def test_wrong_letters_late_in_the_file_are_found_before_anything_is_stored(run: Import) -> None:
    rows = "".join(f"{n}{ROW}\n" for n in range(5_000))

    with pytest.raises(UnusableFile, match=r"is not utf-8 \(byte 0xfc after line \d{4}\)"):
        run(f"{HEAD}\n{rows}".encode() + ROW.replace("Mug", "Krüge").encode("cp1252"))

    assert Order.objects.count() == 0


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile) as missing:
        open_file(tmp_path / "orders.csv")
    with pytest.raises(UnusableFile) as folder:
        open_file(tmp_path)

    assert str(missing.value).endswith("orders.csv does not exist. Name a CSV file, or - to read from a pipe.")
    assert str(folder.value).endswith("cannot be read: Is a directory.")


def test_quotes_are_text_where_the_mapping_has_none(run: Import, plain: Mapping) -> None:
    run(TEXT.replace("Mug", 'Mug 5" high'), plain.model_copy(update={"quote": ""}))

    assert Order.objects.get().lines.get().title == 'Mug 5" high'


def test_lines_are_counted_as_an_editor_counts_them(plain: Mapping, now: datetime) -> None:
    text = f"{HEAD}\n{ROW.replace('Mug', chr(34) + 'Mug' + chr(10) + 'large' + chr(34))}\n\n{ROW}\n"

    source = Source(io.BytesIO(text.encode()), plain, name="orders.csv")
    source.read_headings()

    assert [row.line for row in source.rows()] == [2, 5]
