"""Who sells: the shop's name, people to reach, and accounts, as buyers, mails and the law ask for them."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tradewind.core import preferences
from tradewind.markets.changing import touch_all
from tradewind.markets.models import Market

IBAN: Final = "iban"


@dataclass(frozen=True, slots=True)
class BankAccount:
    """`kind` is one of markets.bank_accounts; an IBAN stands in `iban`, the numbers of other kinds in `numbers`."""

    key: str
    currency: str
    holder: str
    iban: str
    bic: str
    bank: str
    kind: str = IBAN
    numbers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contact:
    """A company with its postal and electronic address; texts that differ by language are {language: text}."""

    name: dict[str, str]
    address: dict[str, str]
    country: str
    email: str

    @property
    def is_named(self) -> bool:
        """False while the profile has yet to be filled: nothing is shown then."""
        return any(self.name.values())


@dataclass(frozen=True, slots=True)
class ShopProfile:
    name: dict[str, str]
    tagline: dict[str, str]
    about: dict[str, str]
    email: str
    zone: str
    currency: str
    manufacturer: Contact
    eu_responsible: Contact | None
    bank_accounts: tuple[BankAccount, ...]
    phone: str = ""
    representative: str = ""  # who answers for the company, by name
    registrations: dict[str, str] = field(default_factory=dict)  # vat_de, ioss, eori, packaging_de … -> number

    def account_for(self, currency: str) -> BankAccount | None:
        """The account that takes this currency, else the first one, else None."""
        return next((a for a in self.bank_accounts if a.currency == currency), next(iter(self.bank_accounts), None))

    @property
    def digest(self) -> str:
        """Names this state of the profile."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


class ProfileOutdated(Exception):
    """Somebody else has changed the profile since it was read: to save now would take their change back unseen."""


_UNNAMED: Final[dict[str, Any]] = {
    "name": {"en": "Tradewind shop", "de": "Tradewind-Shop", "zh": "信风小店"},
    "email": "",
    "manufacturer": {"name": {}, "address": {}, "country": "CN", "email": ""},
}


def _parse(value: Any) -> ShopProfile:
    table = preferences.mapping(value)
    responsible = table.get("eu_responsible")
    return ShopProfile(
        name=_texts(table["name"]),
        tagline=_texts(table.get("tagline", {})),
        about=_texts(table.get("about", {})),
        email=str(table["email"]),
        zone=str(table.get("zone", "Asia/Shanghai")),
        currency=str(table.get("currency", "CNY")),
        manufacturer=_contact(table["manufacturer"]),
        eu_responsible=_contact(responsible) if responsible else None,
        bank_accounts=tuple(BankAccount(**account) for account in table.get("bank_accounts", [])),
        phone=str(table.get("phone", "")),
        representative=str(table.get("representative", "")),
        registrations={str(key): str(number) for key, number in dict(table.get("registrations", {})).items()},
    )


def _texts(value: Any) -> dict[str, str]:
    """Without dashes that stand for nothing, as profiles once held them: buyers would read them as the seller's name."""
    told = {"en": value} if isinstance(value, str) else preferences.mapping(value)
    return {str(language): str(text) for language, text in told.items() if str(text).strip(" —")}


def _contact(value: Any) -> Contact:
    table = preferences.mapping(value)
    return Contact(_texts(table["name"]), _texts(table["address"]), str(table["country"]), str(table["email"]))


SHOP: Final = preferences.Setting(
    "shop", default=_parse(_UNNAMED), parse=_parse, words="Who sells, and how to reach them"
)


def shop_profile() -> ShopProfile:
    return SHOP.read()


def change_profile(profile: ShopProfile, *, seen: str, by: str, at: datetime) -> None:
    """Pages, mails and checkouts say so from the next request on. `seen` is the digest of the profile that was changed.

    Raises ProfileOutdated.
    """
    with transaction.atomic():
        # Every change of the profile touches all markets: who holds them is alone, even before a profile is stored.
        list(Market.objects.select_for_update().order_by("pk").values_list("pk"))
        present = shop_profile()
        if present.digest != seen:
            raise ProfileOutdated
        if profile == present:
            return
        preferences.change(SHOP, asdict(profile), by=by, at=at)
        touch_all()
