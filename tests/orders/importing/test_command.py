"""`tradewind import orders` as a process: what it prints and how it ends, on SQLite."""

import json
import lzma
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.parts import ROOT, environment, opened_shop, run
from tests.orders.importing.conftest import SAMPLES

HEAD = "order,sku,title,quantity,price,date,customer,country,currency\n"
ROW = "1,A,Mug,2,9.50,2026-06-03 10:00,K1,DE,EUR\n"
PLAIN = str(SAMPLES / "plain.toml")

pytestmark = [pytest.mark.slow, pytest.mark.processes]


def command(folder: Path, *words: str | Path, **changes: str) -> subprocess.CompletedProcess[str]:
    return run("import", "orders", *words, TRADEWIND_DATA=str(folder / "data"), LC_ALL="C.UTF-8", **changes)


def test_one_json_object_is_printed_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv.xz"
    file.write_bytes(lzma.compress(f"{HEAD}{ROW}x,y\n".encode()))

    done = command(tmp_path, file, "--from", "csv", "--mapping", PLAIN, "--json")

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "account": "An older shop",
        "report": None,
        "dry_run": False,
        "read": 2,
        "orders": 1,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "older": 0,
        "contradicted": 0,
        "unpriced": 0,
        "unknown_statuses": {},
        "rejected": 1,
        "reject_file": str(tmp_path / "orders.rejects.csv"),
        "sums": {"EUR": "19.00"},
        "rounding": {},
    }


def test_a_pipe_is_read_and_told_in_words(tmp_path: Path) -> None:
    shop = opened_shop(tmp_path / "data")
    words = [sys.executable, "-m", "tradewind", "import", "orders", "-", "--mapping", PLAIN, "--account", "By pipe"]
    done = subprocess.run(
        words,
        input=f"{HEAD}{ROW.replace('9.50', '0.335')}x,y\n".encode(),
        capture_output=True,
        check=False,
        cwd=ROOT,
        env=environment(TRADEWIND_DATA=str(shop), LC_ALL="zh_CN.UTF-8", PYTHONUTF8="1"),
    )

    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert done.stdout.decode().splitlines() == [
        "1 orders from 2 rows in the account “By pipe”: 1 created, 0 updated, 0 unchanged.",
        "Sum: 0.67 EUR",
        f"1 rows were rejected: {shop / 'rejects' / 'stdin.rejects.csv'} says why.",
    ]


def test_what_cannot_be_imported_is_told_in_one_line_and_leaves_no_folder(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text((SAMPLES / "plain.toml").read_text().replace("sku =", "skuu ="))

    missing = command(tmp_path, tmp_path / "orders.csv", "--mapping", PLAIN)
    mistaken = command(tmp_path, PLAIN, "--mapping", wrong)
    too_long = command(tmp_path, PLAIN, "--mapping", PLAIN, "--account", "x" * 81)

    assert [done.returncode for done in (missing, mistaken, too_long)] == [2, 2, 2]
    assert (
        missing.stderr
        == f"tradewind: {tmp_path / 'orders.csv'} does not exist. Name a CSV file, or - to read from a pipe.\n"
    )
    assert mistaken.stderr.startswith(f'tradewind: {wrong}, line 6: unknown key "skuu"; known here: ')
    assert too_long.stderr == "tradewind: The account's name has more than 80 signs. Choose a shorter one.\n"
    assert [done.stdout for done in (missing, mistaken, too_long)] == ["", "", ""]
    assert not (tmp_path / "data").exists()


def test_a_wrong_file_or_the_own_shop_end_with_2(tmp_path: Path) -> None:
    opened_shop(tmp_path / "data")
    file = tmp_path / "orders.csv"
    file.write_text(HEAD + ROW)

    wrong = command(tmp_path, PLAIN, "--mapping", PLAIN, "--json")
    own = command(tmp_path, file, "--mapping", PLAIN, "--account", "own shop", "--json")

    assert (wrong.returncode, own.returncode, wrong.stdout, own.stdout) == (2, 2, "", "")
    assert wrong.stderr.startswith(f'tradewind: {PLAIN} has no column "order" (columns.order of the mapping). It has: ')
    assert (
        own.stderr
        == 'tradewind: "own shop" is the own shop, and no file adds orders to it. Name another with --account.\n'
    )


def test_a_channels_file_is_read_as_it_came_and_its_summary_says_what_it_was(tmp_path: Path) -> None:
    opened_shop(tmp_path / "data")
    file = tmp_path / "unshipped.tsv"
    file.write_bytes((SAMPLES.parent / "marketplaces" / "samples" / "amazon_unshipped_27.tsv").read_bytes())

    first = command(tmp_path, file, "--from", "amazon", "--account", "Amazon.de", "--json")
    again = command(tmp_path, file, "--from", "amazon", "--account", "Amazon.de")

    assert (first.returncode, first.stderr) == (0, "")
    told = json.loads(first.stdout)
    assert (told["account"], told["report"], told["created"], told["unpriced"]) == (
        "Amazon.de",
        "amazon.unshipped",
        2,
        2,
    )
    assert again.stdout.splitlines() == [
        "2 orders from 3 rows in the account “Amazon.de”: 0 created, 0 updated, 2 unchanged.",
        "2 orders are without amounts: this file does not tell what was paid.",
    ]


def test_options_that_do_not_go_together_are_told_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(HEAD + ROW)

    told = [
        command(tmp_path, file, *words).stderr
        for words in (
            ["--from", "ebay"],
            ["--from", "ebay", "--account", "A", "--mapping", PLAIN],
            ["--from", "ebay", "--account", "A", "--zone", "Mars"],
            ["--from", "ebay", "--account", "A", "--currency", "euro"],
            [],
            ["--mapping", PLAIN, "--currency", "EUR"],
        )
    ]

    assert told == [
        "tradewind: Name the shop account of these orders with --account. It is made if there is none.\n",
        "tradewind: --from ebay needs no mapping. Leave --mapping out, or use --from csv.\n",
        'tradewind: there is no time zone "Mars"; write it like "Europe/London".\n',
        'tradewind: "euro" is not a currency; write it like EUR.\n',
        "tradewind: A csv needs --mapping FILE.toml. A sales channel's own file needs --from and no mapping.\n",
        "tradewind: --currency: the mapping says that.\n",
    ]
    assert not (tmp_path / "data").exists()


def test_a_file_of_another_source_ends_with_2_and_says_which(tmp_path: Path) -> None:
    opened_shop(tmp_path / "data")
    file = tmp_path / "orders.csv"
    file.write_bytes((SAMPLES.parent / "marketplaces" / "samples" / "shopify_orders.csv").read_bytes())

    done = command(tmp_path, file, "--from", "ebay", "--account", "Ours")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"tradewind: {file} looks like “Shopify, orders export”. Import it with --from shopify.\n"
