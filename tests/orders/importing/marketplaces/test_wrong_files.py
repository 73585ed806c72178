"""Files that are not what they are said to be, and accounts that are not theirs."""

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest

from tests.orders.importing.marketplaces.conftest import SAMPLES, Bring, order, table
from tests.orders.importing.marketplaces.test_amazon import ALL, SOLD
from tests.orders.importing.marketplaces.test_ebay import SOLD as ON_EBAY
from tests.orders.importing.marketplaces.test_ebay import report
from tradewind.core.accounts import account_named, close_account, own_shop
from tradewind.core.models import ShopAccount
from tradewind.core.words import speaking
from tradewind.orders.importing.reading import UnusableFile
from tradewind.orders.importing.running import ClosedAccount, OtherChannel, OwnShopRefused
from tradewind.orders.models import Order

pytestmark = pytest.mark.django_db


def refusal(bring: Bring, source: str, content: str | bytes) -> str:
    with pytest.raises(UnusableFile) as problem:
        bring(source, content)
    assert (Order.objects.count(), ShopAccount.objects.filter(name="Ours").count()) == (0, 0)
    return str(problem.value)


def test_a_file_of_another_source_is_recognised(bring: Bring) -> None:
    ebay, amazon = report(ON_EBAY), table(ALL, SOLD, delimiter="\t")

    assert refusal(bring, "amazon", ebay) == "orders.csv looks like “eBay, orders report”. Import it with --from ebay."
    assert refusal(bring, "ebay", amazon) == "orders.csv looks like “Amazon, all orders”. Import it with --from amazon."
    assert (
        refusal(bring, "shopify", (SAMPLES / "aliexpress_orders_zh.xlsx").read_bytes())
        == "orders.csv looks like “AliExpress, orders export”. Import it with --from aliexpress."
    )


def test_missing_columns_are_named(bring: Bring) -> None:
    text = (SAMPLES / "shopify_orders.csv").read_text(encoding="utf-8").replace("Lineitem price", "Price")

    assert (
        refusal(bring, "shopify", text)
        == "orders.csv is no order file of Shopify. For “Shopify, orders export” these columns are missing: “lineitem price”."
    )


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("amazon", "amazon_returns_by_return_date_32", "“Amazon, returns”. It lists returns, not orders."),
        ("ebay", "ebay_uk_post_to_11", "“eBay, addresses to post to”. It lists addresses without articles."),
    ],
)
def test_other_files_of_the_same_pages_are_told_apart(bring: Bring, source: str, kind: str, words: str) -> None:
    assert refusal(bring, source, table(kind)).startswith(f"orders.csv looks like {words}")


def test_a_file_without_any_known_heading_says_so(bring: Bring) -> None:
    assert refusal(bring, "amazon", "a,b,c\n1,2,3\n") == "orders.csv has no line with headings that are known."
    assert refusal(bring, "amazon", "") == "orders.csv has no line with headings that are known."


def test_a_damaged_workbook_is_told_before_anything_is_stored(bring: Bring) -> None:
    whole = (SAMPLES / "aliexpress_orders_zh.xlsx").read_bytes()
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("nothing.txt", "nothing")

    for content in (whole[: len(whole) // 2], empty.getvalue()):
        assert refusal(bring, "aliexpress", content).startswith("orders.csv is no workbook that can be read (")


def test_an_encoding_can_be_said_and_a_wrong_one_is_refused(bring: Bring) -> None:
    japanese = table(ALL, SOLD | {"product-name": "茶碗"}, delimiter="\t").encode("cp932")

    bring("amazon", japanese, encoding="cp932")

    assert order("302-1").lines.get(kind="goods").title == "茶碗"
    with pytest.raises(UnusableFile, match="Name its encoding with --encoding"):
        bring("amazon", japanese, encoding="utf-8")


def test_compressed_files_are_read(bring: Bring) -> None:
    bring("ebay", gzip.compress(report(ON_EBAY).encode()))

    assert order("12-1").total == 1280


def test_reasons_are_in_the_language_of_the_terminal(because: Callable[..., list[str]]) -> None:
    with speaking("zh"):
        assert because("ebay", report(ON_EBAY | {"Order Number": ""})) == ["3: 缺少订单号"]


def test_the_own_shop_and_accounts_of_other_channels_are_refused(bring: Bring, now: datetime) -> None:
    own_shop(at=now)
    account_named("Anna's Amazon", channel=ShopAccount.Channel.AMAZON, at=now)

    with pytest.raises(OwnShopRefused):
        bring("ebay", report(ON_EBAY), account="own shop")
    with pytest.raises(
        OtherChannel, match='"Anna\'s Amazon" is an account on the channel "amazon", and this file is from "ebay"'
    ):
        bring("ebay", report(ON_EBAY), account="Anna's Amazon")
    closed = account_named("Old eBay", channel=ShopAccount.Channel.EBAY, at=now)
    close_account(closed.pk, by="staff:1", at=now)
    with pytest.raises(ClosedAccount):
        bring("ebay", report(ON_EBAY), account="Old eBay")
    assert Order.objects.count() == 0


def test_a_broken_row_is_rejected_and_the_rest_is_imported(because: Callable[..., list[str]]) -> None:
    whole = table(ALL, SOLD, delimiter="\t")
    broken = whole + "302-2\tonly\tthree\r\n"

    assert because("amazon", broken) == ["3: 3 cells where the headings are 32"]
    assert order("302-1").total == 2490
