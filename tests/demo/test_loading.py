"""The demo is loaded whole, once, and again from where it was cut off."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import transaction
from django.db.models import Model
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.keeping import put_aside, put_back
from tradewind.catalog.browsing import cards_of, page_of
from tradewind.catalog.finding import RELEVANCE, corrected, readings_of, search_source
from tradewind.catalog.list_statements import Filters
from tradewind.catalog.models import Media, Price, Product, PublishedVersion, Variant
from tradewind.catalog.queries import product_view
from tradewind.connectors.simulator.models import SimulatedPayment
from tradewind.core.models import SettingValue, Staff
from tradewind.demo.example_orders import EXAMPLES, UNPAID, is_sold, place_examples
from tradewind.demo.example_parcels import place_parcels
from tradewind.demo.example_quotations import place_quotations
from tradewind.demo.example_ways import WAYS
from tradewind.demo.goods import load_goods
from tradewind.demo.loading import load_demo
from tradewind.demo.people import PEOPLE
from tradewind.demo.reading import products
from tradewind.demo.setting_up import set_up_shop
from tradewind.inventory.models import StockLevel
from tradewind.markets.models import Market
from tradewind.markets.queries import all_markets, market_by_code, market_for_country
from tradewind.markets.shop import shop_profile
from tradewind.orders.models import Order
from tradewind.payments.methods import offers
from tradewind.payments.models import LedgerEntry
from tradewind.promises.models import Promise
from tradewind.quotations.models import Quotation, QuotationVersion
from tradewind.shipping.models import DeliveryOption, Evidence, Parcel, QualityCheck, Trouble
from tradewind.shipping.tracking_states import Status

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def public(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker, now: datetime
) -> tuple[Path, list[type[Model]]]:
    """The folder with the pictures of the demo's goods, and of what there are rows put aside."""
    folder = tmp_path_factory.mktemp("public")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder), transaction.atomic():
        set_up_shop(at=now)
        load_goods(at=now)
        return folder, put_aside("loaded")


@pytest.fixture
def goods(public: tuple[Path, list[type[Model]]], db: None, settings: LazySettings) -> None:
    """The demo's shop and goods, without its past."""
    settings.MEDIA_ROOT, models = public
    put_back("loaded", models)


@pytest.mark.usefixtures("goods")
def test_all_goods_are_published_for_readers_of_all_languages_with_prices_stock_and_pictures(
    settings: LazySettings,
) -> None:
    assert Product.objects.filter(state="live", is_available=True).count() == len(products())
    assert PublishedVersion.objects.filter(is_current=True).count() == 7 * len(products())
    assert Variant.objects.count() == sum(len(table["variants"]) for table in products())
    stocked = sum(
        pieces
        for table in products()
        for variant in table["variants"]
        for pieces in {**table["variant_defaults"], **variant}.get("stock", {}).values()
    )
    assert sum(StockLevel.objects.values_list("on_hand", flat=True)) == stocked
    for medium in Media.objects.all():
        for rendition in medium.renditions:
            assert (Path(settings.MEDIA_ROOT) / rendition["path"]).stat().st_size > 0


@pytest.mark.usefixtures("goods")
def test_what_has_a_plug_is_offered_only_where_the_plug_fits() -> None:
    fallback = Market.objects.get(is_fallback=True)
    plugged = {table["slug"] for table in products() if "plug" in table["facts"]}

    offered = set(Price.objects.filter(market_id=fallback.pk).values_list("variant__product__slug", flat=True))

    assert len(plugged) == 2
    assert plugged & offered == set()
    assert len(offered) == len([table for table in products() if "sells_to" not in table])


@pytest.mark.usefixtures("goods")
@pytest.mark.parametrize(
    ("place", "asked", "sought"),
    [
        ("us/en", "gift gifts present", "set-breakfast"),
        ("de/de", "Geschenk Geschenke", "set-breakfast"),
        ("fr/fr", "cadeau cadeaux", "set-breakfast"),
        ("world/es", "regalo regalos", "set-breakfast"),
        ("br/pt", "presente presentes", "set-breakfast"),
        ("world/zh", "礼物 礼品", "set-breakfast"),
        ("jp/ja", "ギフト プレゼント おくりもの", "set-breakfast"),
        ("us/en", "knives", "cutting-board"),
        ("us/en", "mgu", "mug"),
        ("us/en", "planter flowerpot", "plant-pot"),
        ("de/de", "Decke Wolldecke", "wool-throw"),
        ("de/de", "Kopfhoerer", "wireless-earbuds"),
        ("de/de", "Schüssel Schuessel", "soup-bowl"),
        ("de/de", "Kerzenständer", "candle-holder"),
        ("de/de", "Garderobe", "hook-rail"),
        ("de/de", "Übertopf", "plant-pot"),
        ("world/es", "florero", "vase"),
        ("world/es", "candelabro", "candle-holder"),
        ("world/es", "audífonos", "wireless-earbuds"),
        ("world/zh", "菜刀", "cutting-board"),
        ("world/zh", "书立", "bookends"),
        ("jp/ja", "ブランケット 毛布", "wool-throw"),
        ("jp/ja", "ヘッドホン", "wireless-earbuds"),
        ("jp/ja", "まないた", "cutting-board"),
        ("jp/ja", "ながぐつ", "rain-boots"),
        ("jp/ja", "まぐかっぷ", "mug"),
        ("jp/ja", "お皿 皿", "dinner-plate"),
        ("jp/ja", "かご", "rope-basket"),
        ("jp/ja", "鞄 かばん", "tote-bag"),
        ("jp/ja", "急須", "teapot-set"),
        ("jp/ja", "かびん", "vase"),
    ],
)
def test_what_buyers_call_the_goods_finds_them_first(now: datetime, place: str, asked: str, sought: str) -> None:
    """Before everything that has the word by chance: all others before it are sets with it in them."""
    market, language = place.split("/")
    for text in asked.split():
        readings = readings_of(corrected(text, language) or text, language)
        source = search_source(readings, market_id=market_by_code(market, on=now.date()).id, language=language)
        found = [card.slug for card in cards_of(page_of(source, Filters(), RELEVANCE).rows, language)]
        before = found[: found.index(sought)]
        assert [slug for slug in before if not slug.startswith("set-")] in ([], ["plant-pot"]), text


@pytest.mark.usefixtures("goods")
def test_facts_are_worded_with_their_units_in_each_language(now: datetime) -> None:
    mug = Product.objects.get(slug="mug")
    shirt = Product.objects.get(slug="t-shirt")
    market = market_by_code("de", on=now.date())

    facts = {
        language: dict(product_view(mug.pk, market_id=market.id, language=language).content["facts"])
        for language in ("en", "de", "zh", "fr", "ja")
    }
    chart = product_view(shirt.pk, market_id=market.id, language="de").content["size_chart"]

    assert facts["en"]["Height"] == "98\N{NO-BREAK SPACE}mm"
    assert facts["de"]["Fassungsvermögen"] == "350\N{NO-BREAK SPACE}ml"
    assert facts["fr"]["Contenance"] == "350\N{NO-BREAK SPACE}ml"
    assert facts["ja"]["お手入れ"] == "食洗機対応、電子レンジ対応、高台を乾かしてからしまう"
    assert facts["zh"]["保养"] == "可用洗碗机、可用微波炉、收纳前请让底足晾干"
    assert chart["measures"] == ["Brustweite, flach gemessen", "Länge ab Schulter", "Ärmel"]
    assert chart["rows"][0] == ["S", [[500], [690], [205]]]


@pytest.mark.usefixtures("goods")
def test_markets_have_rules_ways_and_methods(now: datetime) -> None:
    germany, world = market_for_country("DE", on=now.date()), market_for_country("CH", on=now.date())

    assert (germany.code, str(germany.tax_rate), germany.shows_tax, germany.return_days) == ("de", "19", True, 14)
    assert (world.code, str(world.tax_rate), world.shows_tax) == ("world", "0", False)
    assert set(germany.duties_note) == {"en", "de", "zh", "fr", "es", "pt", "ja"}
    ways = Counter(DeliveryOption.objects.values_list("market_id", flat=True))
    assert {market.code: ways[market.id] for market in all_markets(on=now.date())} == {
        "us": 3,
        "uk": 3,
        "de": 4,
        "fr": 4,
        "br": 3,
        "jp": 3,
        "au": 3,
        "world": 3,
    }
    assert [(m.code, m.is_instant, m.hold_days) for m in offers(germany.id, "de")] == [
        ("card", True, 1),
        ("bank_transfer", False, 7),
    ]
    account = shop_profile().account_for("EUR")
    assert account is not None
    assert account.key == "eur"


@pytest.mark.usefixtures("goods")
def test_every_market_has_its_countries_currency_languages_and_tax(now: datetime) -> None:
    countries = ["US", "GB", "DE", "FR", "BR", "JP", "AU", "CH"]
    found = {country: market_for_country(country, on=now.date()) for country in countries}

    assert {
        country: (market.code, market.currency, "/".join(market.languages), str(market.tax_rate))
        for country, market in found.items()
    } == {
        "US": ("us", "USD", "en/es/zh", "0"),
        "GB": ("uk", "GBP", "en/zh", "20"),
        "DE": ("de", "EUR", "de/en/zh", "19"),
        "FR": ("fr", "EUR", "fr/de/en/zh", "20"),
        "BR": ("br", "BRL", "pt/en/zh", "20.482"),
        "JP": ("jp", "JPY", "ja/en/zh", "10"),
        "AU": ("au", "AUD", "en/zh", "10"),
        "CH": ("world", "USD", "en/de/fr/es/pt/ja/zh", "0"),
    }
    assert all(offers(market.id, "en") for market in found.values())


@pytest.mark.usefixtures("goods")
def test_who_works_there_is_known_as_a_demo_account() -> None:
    people = Staff.objects.order_by("pk").values_list("email", "role", "language", "is_demo")

    assert list(people) == [(p.email, p.role, p.language, True) for p in PEOPLE]


@pytest.mark.slow
def test_loading_again_changes_nothing_and_a_loading_that_was_cut_off_is_finished(
    settings: LazySettings, tmp_path: Path, now: datetime
) -> None:
    settings.MEDIA_ROOT = tmp_path / "public"
    said: list[str] = []

    def press_ctrl_c(words: str) -> None:
        if "orders of today" in words:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_demo(say=press_ctrl_c, now=lambda: now)
    cut_off = Order.objects.count()

    assert load_demo(say=said.append, now=lambda: now) is True
    whole = _counts()
    assert load_demo(say=said.append, now=lambda: now) is False

    ways = Order.objects.filter(cart_key__startswith="way-").count()
    assert cut_off == 2406 + ways
    assert ways == len(WAYS)
    own = sum(is_sold(example, at=now) for example in EXAMPLES) + ways
    assert (Order.objects.count(), Order.objects.filter(account__channel="own").count()) == (2406 + own, own)
    assert _counts() == whole
    assert said == ["Loading the demo shop. This happens once.", "  orders of today …"]
    assert SettingValue.objects.get(key="demo.loaded").value == ["shop", "history", "parcels", "examples"]


@pytest.mark.usefixtures("goods")
def test_examples_are_placed_once_and_stand_at_different_points_of_their_way(now: datetime) -> None:
    place_examples(now=lambda: now)
    place_examples(now=lambda: now)

    sold = [example for example in EXAMPLES if is_sold(example, at=now)]
    assert sold == list(EXAMPLES)
    placed = Order.objects.order_by("pk")
    assert [order.cart_key for order in placed] == [example.key for example in sold]
    assert [order.placed_at for order in placed] == [now - timedelta(hours=e.hours_ago) for e in sold]
    states = {"pay": "paid", "pay_tripled": "paid", "decline": "declined", UNPAID: "open"}
    assert Counter(SimulatedPayment.objects.values_list("state", flat=True)) == Counter(
        states[example.outcome] for example in sold if example.method == "card"
    )
    by_hand = LedgerEntry.objects.get()
    transferred = placed.get(cart_key="demo-3")
    assert (by_hand.intent.subject_id, by_hand.amount) == (transferred.pk, transferred.total)


@pytest.mark.usefixtures("goods")
@pytest.mark.parametrize("days", [0, 81])
def test_parcels_stand_in_every_state_and_what_is_wrong_is_a_case(now: datetime, days: int) -> None:
    at = now + timedelta(days=days)
    place_parcels(now=lambda: at)
    whole = _counts()
    place_parcels(now=lambda: at)

    assert _counts() == whole
    assert set(Parcel.objects.values_list("status", flat=True)) == {*Status}
    assert {"lost", "damaged", "customs", "attempt", "pickup", "silent", "unscanned", "returning", "returned"} <= set(
        Trouble.objects.values_list("cause", flat=True)
    )
    two = Order.objects.get(cart_key="way-two")
    assert sorted(two.parcels.values_list("status", flat=True)) == ["delivered", "exception"]
    assert Order.objects.get(cart_key="way-part").state == "paid"
    assert [check.is_passed for check in QualityCheck.objects.all()] == [False]
    assert Evidence.objects.filter(order__cart_key="way-damaged", found=None).count() == 2
    # Somebody careful sells here.
    leaving = Promise.objects.filter(kind=Promise.Kind.DISPATCH).values_list("state", flat=True)
    assert set(leaving) == {"kept", "made"}
    called_off = Order.objects.get(cart_key="way-called-off").parcels.order_by("pk")
    assert [(each.status, each.replaced_at is None) for each in called_off] == [
        ("cancelled", False),
        ("in_transit", True),
    ]


@pytest.mark.usefixtures("goods")
def test_one_quotation_is_sent_and_one_begun_however_often_the_loading_is_taken_up(now: datetime) -> None:
    place_quotations(now=lambda: now)
    place_quotations(now=lambda: now + timedelta(minutes=1))

    assert list(Quotation.objects.order_by("pk").values_list("state", "market")) == [("sent", "de"), ("draft", "us")]
    version = QuotationVersion.objects.get()
    assert (version.email, version.ship_to["company"]) == ("lene.petersen@example.com", "Café Elbblick")


def _counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}
