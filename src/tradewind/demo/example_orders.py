"""A few orders of today, placed as a buyer places them, so that every page of the console has something to show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.catalog.models import Price, Variant
from tradewind.checkout.carts import add_line
from tradewind.checkout.details import BuyerDetails
from tradewind.checkout.models import Cart
from tradewind.checkout.placing import Agreement, Placed, place_order
from tradewind.checkout.summary import Choice, summarise
from tradewind.connectors.simulator import choosing
from tradewind.core.models import Staff
from tradewind.core.models.staff import Role
from tradewind.markets.queries import market_for_country
from tradewind.payments.manual import confirm_transfer
from tradewind.payments.models import PaymentIntent
from tradewind.payments.starting import start_now

Clock = Callable[[], datetime]
# What becomes of a bank transfer; what becomes of a card payment is the simulator's own choice.
ARRIVED: Final = "arrived"
UNPAID: Final = ""


@dataclass(frozen=True, slots=True)
class Example:
    """`key` is the cart's: the same example is placed once, however often a loading is taken up again."""

    key: str
    buyer: BuyerDetails
    language: str
    goods: Sequence[tuple[str, int]]
    option: str
    method: str
    outcome: str
    hours_ago: float


_HAMBURG: Final = BuyerDetails(
    email="greta.behrens@example.com",
    name="Greta Behrens",
    line1="Große Elbstraße 5",
    postcode="22767",
    city="Hamburg",
    country="DE",
)
_LEIPZIG: Final = BuyerDetails(
    email="jonas.oeztuerk@example.com",
    name="Jonas Öztürk",
    line1="Karl-Liebknecht-Straße 21",
    postcode="04107",
    city="Leipzig",
    country="DE",
)
_PORTLAND: Final = BuyerDetails(
    email="maya.ellis@example.com",
    name="Maya Ellis",
    line1="1420 SE Hawthorne Blvd",
    postcode="97214",
    city="Portland",
    region="OR",
    country="US",
)
_SINGAPORE: Final = BuyerDetails(
    email="tan.weiling@example.com",
    name="陈慧玲",
    line1="88 Tiong Bahru Road #05-12",
    postcode="168731",
    city="Singapore",
    country="SG",
)
_LYON: Final = BuyerDetails(
    email="camille.moreau@example.com",
    name="Camille Moreau",
    line1="14 rue de la République",
    postcode="69002",
    city="Lyon",
    country="FR",
)

EXAMPLES: Final = (
    Example("demo-1", _HAMBURG, "de", [("TW-MUG-CEL", 2), ("TW-TEA-SLB", 1)], "de-local-parcel", "card", "pay", 22),
    Example("demo-2", _PORTLAND, "en", [("TW-THR-MOC", 1)], "us-air-local", "card", "pay", 17),
    Example("demo-3", _LEIPZIG, "de", [("TW-VAS-SND", 1)], "de-air-local", "bank_transfer", ARRIVED, 15),
    Example("demo-4", _SINGAPORE, "zh", [("TW-TEA-SLB", 1)], "world-courier", "bank_transfer", UNPAID, 9),
    Example("demo-5", _LYON, "en", [("TW-TOT-NAT", 2)], "fr-small-packet", "card", "decline", 3),
    Example("demo-6", _HAMBURG, "de", [("TW-TEE-INK-M", 2)], "de-air-local", "card", "pay_tripled", 1),
    Example("demo-7", _PORTLAND, "en", [("TW-EAR-SLT", 1)], "us-courier", "card", UNPAID, 0.5),
)


def place_examples(*, now: Clock) -> None:
    """Place what is not placed yet, and let the money come, or not. Notices and mails are left to the worker."""
    for example in EXAMPLES:
        if not is_sold(example, at=now()):
            continue
        placed = place_one(example, at=now() - timedelta(hours=example.hours_ago))
        if example.method == "card":
            _play_card(example, placed.intent, now)
        elif example.outcome == ARRIVED:
            _let_transfer_arrive(placed.intent, at=now())


def is_sold(example: Example, *, at: datetime) -> bool:
    """Content may leave out the price of a market: the goods are not sold there then."""
    market = market_for_country(example.buyer.country, on=at.date())
    skus = [sku for sku, _ in example.goods]
    return Price.objects.filter(variant__sku__in=skus, market_id=market.id).count() == len(skus)


def place_one(example: Example, *, at: datetime) -> Placed:
    market = market_for_country(example.buyer.country, on=at.date())
    cart = _cart(example, market.code, at)
    choice = Choice(example.buyer.country, example.option, example.method, postcode=example.buyer.postcode)
    shown = summarise(cart, market, choice, language=example.language, at=at).digest if cart else ""
    return place_order(
        cart_key=example.key,
        market=market,
        language=example.language,
        details=example.buyer,
        agreed=Agreement(example.option, example.method, shown),
        at=at,
    )


def _cart(example: Example, market: str, at: datetime) -> Cart | None:
    """The cart as it was; None once it has become an order."""
    from tradewind.orders.models import Order

    if Order.objects.filter(cart_key=example.key).exists():
        return None
    with transaction.atomic():
        Cart.objects.filter(key=example.key).delete()
        cart = Cart.objects.create(
            key=example.key, market=market, language=example.language, created_at=at, changed_at=at
        )
        for sku, quantity in example.goods:
            add_line(cart, variant_id=Variant.objects.get(sku=sku).pk, quantity=quantity, at=at)
    return cart


def _play_card(example: Example, intent: PaymentIntent, now: Clock) -> None:
    started = start_now(intent, now=now)
    if example.outcome == UNPAID:
        return
    try:
        choosing.choose(ref=started.provider_ref, choice=choosing.Choice(example.outcome), at=now())
    except choosing.ChoiceNotOffered:
        return  # it happened before the loading was cut off


def _let_transfer_arrive(intent: PaymentIntent, *, at: datetime) -> None:
    owner = Staff.objects.filter(role=Role.OWNER).order_by("pk").first()
    if owner is None or intent.state == PaymentIntent.State.PAID:
        return
    confirm_transfer(intent=intent, amount=intent.due, reference=f"DEMO {intent.ref}", by=owner, at=at)
