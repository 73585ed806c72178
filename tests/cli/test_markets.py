"""Opening markets from the command line, and what keeps a shop from starting without their taxes."""

import pytest

from tests.cli.test_people_and_keys import say
from tradewind.cli.refusals import wrong_in_database
from tradewind.markets.models import Market, MarketRule

pytestmark = pytest.mark.django_db


def test_markets_are_opened_with_their_rules_all_or_none(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = say(capsys, "markets", "add", "uk", "de", "world")
    again = say(capsys, "markets", "add", "fr", "de")

    assert (code, out.split(".")[0]) == (0, "Opened: uk, de, world")
    assert again == (2, "", "tradewind: de: A market has this code already.\n")
    assert list(Market.objects.order_by("position").values_list("code", flat=True)) == ["uk", "de", "world"]
    assert MarketRule.objects.filter(market__code="de", key="charge.eu_duty").exists()
    assert wrong_in_database() == []


def test_an_unknown_market_is_named_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = say(capsys, "markets", "add", "atlantis")

    assert (code, err) == (
        2,
        "tradewind: No market to open is called atlantis. There are: us, uk, de, fr, br, jp, au, world.\n",
    )


def test_the_list_says_which_are_open(capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, "markets", "add", "jp")

    lines = say(capsys, "markets", "list")[1].splitlines()

    assert [line.split()[0] for line in lines if line.endswith("open")] == ["jp"]
    assert len(lines) == 8


def test_a_shop_does_not_start_with_prices_that_contain_an_unknown_tax_and_the_remedy_works(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say(capsys, "markets", "add", "de")
    MarketRule.objects.filter(key="charge.vat").delete()

    assert wrong_in_database() == [
        (
            "Market de shows prices with tax, and no tax rule is in force. Begin one: tradewind markets tax de 19"
            ' --name VAT --source "the law".'
        )
    ]
    assert say(capsys, "markets", "tax", "de", "19", "--name", "VAT", "--source", "the law") == (
        0,
        "19 % VAT holds in de from today on.\n",
        "",
    )
    assert wrong_in_database() == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["atlantis", "19"], "No market is called atlantis."),
        (["us", "a lot"], "rate: Give the percentage as a number, say 19 or 7.5."),
    ],
)
def test_a_tax_that_cannot_be_is_refused(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, "markets", "add", "us")

    answer = say(capsys, "markets", "tax", *words, "--name", "Tax", "--source", "the law")

    assert answer == (2, "", f"tradewind: {told}\n")
