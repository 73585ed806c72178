"""What tests of papers share: a seller who can write invoices, orders that are paid, and what a PDF says."""

import re
from dataclasses import asdict, replace
from datetime import datetime
from io import BytesIO

from pypdf import PdfReader

from tests.shop import Shop, move_money
from tradewind.core import preferences
from tradewind.core.reacting import run_reactions
from tradewind.markets.shop import SHOP, BankAccount, Contact, ShopProfile, shop_profile
from tradewind.orders.models import Order
from tradewind.orders.paying import note_payment

COMPANY = Contact(
    name={"en": "Tingyu Home Goods Co., Ltd.", "zh": "听雨家居用品有限公司"},
    address={"en": "17 Haimo Road\n518000 Shenzhen, China"},
    country="CN",
    email="",
)
ACCOUNT = BankAccount("eur", "EUR", "Tingyu Home Goods", "DE89370400440532013000", "MUSTDEFFXXX", "Musterbank")


def name_seller(at: datetime, **changed: object) -> ShopProfile:
    """The shop's profile as somebody has filled it in."""
    told: dict[str, object] = {
        "name": {"en": "Tingyu Home", "zh": "听雨家居"},
        "email": "care@tingyu.example",
        "manufacturer": COMPANY,
        "bank_accounts": (ACCOUNT,),
        "registrations": {"vat_de": "DE123456789", "vat_fr": "FR00", "ioss": "IM2760000000", "packaging_de": "P-1"},
    }
    profile = replace(shop_profile(), **(told | changed))  # type: ignore[arg-type]  # named by each test
    preferences.change(SHOP, asdict(profile), by="system", at=at)
    return profile


def pay(order: Order, at: datetime, amount: int | None = None) -> Order:
    """The money comes in, and everybody hears of it."""
    move_money(order, order.total if amount is None else amount, at)
    note_payment(order_id=order.pk, at=at)
    react(at)
    order.refresh_from_db()
    return order


def react(at: datetime) -> None:
    while run_reactions(now=lambda: at):
        pass


def paid_order(shop: Shop, small: int = 2, large: int = 1) -> Order:
    """36.90 EUR with 5.89 EUR of tax in it, unless other numbers are asked for."""
    return pay(shop.place(shop.cart((shop.small, small), (shop.large, large))).order, shop.at)


def pages_of(pdf: bytes) -> list[str]:
    """What each page says, with single spaces, as somebody would copy it out of a reader."""
    texts = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    return [re.sub(r"\s+", " ", text.replace("\u200b", "")) for text in texts]


def text_of(pdf: bytes) -> str:
    return " ".join(pages_of(pdf))
