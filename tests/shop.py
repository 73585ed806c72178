"""A small shop for tests: two markets, two warehouses, one product in two sizes, three ways to travel.

Built through the same activities that staff use. Amounts: 10.00 EUR with 19 % tax in it, 9.00 USD without.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from tradewind.catalog.models import Category, Media, Product, Variant
from tradewind.catalog.pricing import set_price
from tradewind.catalog.publishing import publish
from tradewind.checkout.carts import add_line, open_cart
from tradewind.checkout.details import BuyerDetails
from tradewind.checkout.models import Cart
from tradewind.checkout.placing import Agreement, Placed, place_order
from tradewind.checkout.summary import Choice, summarise
from tradewind.inventory.models import Warehouse
from tradewind.inventory.stocktaking import receive
from tradewind.lib.money import Money
from tradewind.markets.models import Market, MarketCountry, MarketRule
from tradewind.markets.queries import MarketView, market_by_code
from tradewind.orders.models import Order
from tradewind.payments.models import LedgerEntry, MethodOffer, PaymentIntent
from tradewind.payments.queries import intents_for
from tradewind.shipping.models import DeliveryOption

TEXTS = {"en": "Mug", "de": "Becher", "zh": "马克杯"}
HAMBURG = BuyerDetails(
    email="greta@example.com",
    name="Greta Öztürk",
    line1="Große Elbstraße 5",
    postcode="22767",
    city="Hamburg",
    country="DE",
)


@dataclass
class Shop:
    """Handles to what a test asks about."""

    at: datetime
    de: Market
    world: Market
    shenzhen: Warehouse
    frankfurt: Warehouse
    product: Product
    variants: list[Variant] = field(default_factory=list)

    @property
    def small(self) -> Variant:
        return self.variants[0]

    @property
    def large(self) -> Variant:
        return self.variants[1]

    def market(self, code: str = "de") -> MarketView:
        return market_by_code(code, on=self.at.date())

    def cart(self, *lines: tuple[Variant, int], market: str = "de", language: str = "de") -> Cart:
        cart = open_cart(None, market=market, language=language, at=self.at)
        for variant, quantity in lines:
            add_line(cart, variant_id=variant.pk, quantity=quantity, at=self.at)
        return cart

    def agree(
        self, cart: Cart, *, option: str = "de-air", method: str = "card", code: str = "", at: datetime | None = None
    ) -> Agreement:
        """What a buyer in Hamburg sees and agrees to."""
        choice = Choice("DE", option, method, code)
        summary = summarise(cart, self.market(cart.market), choice, language=cart.language, at=at or self.at)
        return Agreement(option, method, summary.digest, code)

    def place(
        self, cart: Cart, *, agreed: Agreement | None = None, method: str = "card", at: datetime | None = None
    ) -> Placed:
        return place_order(
            cart_key=cart.key,
            market=self.market(cart.market),
            language=cart.language,
            details=HAMBURG,
            agreed=agreed or self.agree(cart, method=method),
            at=at or self.at,
        )


def open_shop(at: datetime, *, stock: int = 10) -> Shop:
    """The shop with `stock` units of each size in Shenzhen and none in Frankfurt."""
    de = _market("de", "EUR", ["de", "en", "zh"], shows_tax=True, tax="19", is_fallback=False, position=0)
    world = _market("world", "USD", ["en", "de", "zh"], shows_tax=False, tax="0", is_fallback=True, position=1)
    MarketCountry.objects.create(market=de, country="DE")
    shenzhen = _warehouse("shenzhen", "CN", "Asia/Shanghai", time(16), {"en": "Shenzhen", "zh": "深圳"}, 0)
    frankfurt = _warehouse("frankfurt", "DE", "Europe/Berlin", time(12), {"en": "Frankfurt"}, 1)
    add_option(de, shenzhen, "de-air", Money(690, "EUR"), (6, 12), 1)
    add_option(de, frankfurt, "de-local", Money(490, "EUR"), (1, 3), 0)
    add_option(world, shenzhen, "world-air", Money(890, "USD"), (7, 20), 0)
    for market in (de, world):
        add_method(market, "card", "simulator", 0, is_instant=True, hold_days=1)
        add_method(market, "bank_transfer", "manual", 1, is_instant=False, hold_days=7)
    product = _product(at)
    shop = Shop(at, de, world, shenzhen, frankfurt, product)
    for position, (size, sku) in enumerate((("s", "MUG-S"), ("l", "MUG-L"))):
        variant = Variant.objects.create(
            product=product, sku=sku, options={"size": size}, position=position, weight_g=400, customs={"traits": []}
        )
        set_price(variant=variant, market_id=de.pk, price=Money(1000, "EUR"), by="system", at=at)
        set_price(variant=variant, market_id=world.pk, price=Money(900, "USD"), by="system", at=at)
        if stock:
            receive(variant_id=variant.pk, warehouse=shenzhen, quantity=stock, by="system", at=at)
        shop.variants.append(variant)
    publish(product=product, languages=["en", "de", "zh"], by="system", at=at)
    return shop


def _market(
    code: str, currency: str, languages: list[str], *, shows_tax: bool, tax: str, is_fallback: bool, position: int
) -> Market:
    market = Market.objects.create(
        code=code,
        name={"en": code},
        currency=currency,
        languages=languages,
        shows_tax=shows_tax,
        is_fallback=is_fallback,
        position=position,
    )
    MarketRule.objects.create(
        market=market,
        key="tax_rate",
        value=tax,
        valid_from=date(2020, 1, 1),
        source="test",
        checked_on=date(2026, 11, 1),
        confidence="V",
    )
    return market


def _warehouse(code: str, country: str, zone: str, cutoff: time, city: dict[str, str], position: int) -> Warehouse:
    return Warehouse.objects.create(
        code=code, name=city, city=city, country=country, zone=zone, cutoff=cutoff, position=position
    )


def add_option(market: Market, place: Warehouse, code: str, cost: Money, days: tuple[int, int], position: int) -> None:
    DeliveryOption.objects.create(
        market_id=market.pk,
        warehouse=place,
        code=code,
        name={"en": code, "de": code, "zh": code},
        cost=cost.amount,
        currency=cost.currency,
        days_min=days[0],
        days_max=days[1],
        is_tracked=True,
        max_weight_g=20000,
        position=position,
    )


def add_method(market: Market, code: str, provider: str, position: int, *, is_instant: bool, hold_days: int) -> None:
    MethodOffer.objects.create(
        market_id=market.pk,
        code=code,
        provider=provider,
        name={"en": code},
        is_instant=is_instant,
        hold_days=hold_days,
        position=position,
    )


def _product(at: datetime) -> Product:
    category = Category.objects.create(slug="kitchen", name={"en": "Kitchen", "de": "Küche", "zh": "厨房"})
    content = {
        "title": TEXTS,
        "subtitle": TEXTS,
        "points": {language: [text] for language, text in TEXTS.items()},
        "description": {language: [text] for language, text in TEXTS.items()},
        "facts": [{"key": "material", "name": {"en": "Material"}, "value": {"en": "Stoneware", "de": "Steinzeug"}}],
        "box": {"en": ["1 mug"]},
        "options": [
            {
                "key": "size",
                "name": {"en": "Size", "de": "Größe", "zh": "尺寸"},
                "values": [{"key": "s", "name": {"en": "small"}}, {"key": "l", "name": {"en": "large"}}],
            }
        ],
    }
    product = Product.objects.create(slug="mug", category=category, content=content, created_at=at)
    renditions = [
        {"path": f"mug/front-{width}.{form}", "width": width, "height": width, "format": form}
        for width, form in ((320, "webp"), (640, "jpeg"), (640, "webp"), (1200, "webp"))
    ]
    Media.objects.create(
        product=product, role="front", position=0, alt=TEXTS, origin="own", colour="#cccccc", renditions=renditions
    )
    return product


def move_money(order: Order, amount: int, at: datetime) -> PaymentIntent:
    """Received, or given back where it is below zero, under the newest intent of the order."""
    intent = intents_for("order", order.pk).reverse()[0]
    kind = "capture" if amount > 0 else "refund"
    LedgerEntry.objects.create(
        intent=intent, kind=kind, amount=amount, currency="EUR", external_id=f"{kind}{at}", at=at, by="system"
    )
    return intent
