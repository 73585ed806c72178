"""Sets the demo shop up: who sells, where goods lie, to whom they go, how they travel, how they are paid, who works there."""

from datetime import date, datetime, time
from typing import Any, Final

from tradewind.core import preferences
from tradewind.core.accounts import own_shop
from tradewind.core.models.staff import Role
from tradewind.core.staff import NewStaff, add_staff
from tradewind.demo.people import PASSWORD, PEOPLE
from tradewind.demo.reading import Table, shop_content
from tradewind.inventory.models import Warehouse
from tradewind.lib.money import Money
from tradewind.markets.changing import touch
from tradewind.markets.models import Market, MarketCountry, MarketRule
from tradewind.markets.shop import SHOP
from tradewind.payments.models import MANUAL, MethodOffer
from tradewind.shipping.models import DeliveryOption

_BY: Final = "system"
_EVERYWHERE: Final = ["*"]
_CHECKED_ON: Final = date(2026, 11, 20)
_CITIES: Final = {
    "shenzhen": {"en": "Shenzhen", "de": "Shenzhen", "zh": "深圳"},
    "frankfurt": {"en": "Frankfurt", "de": "Frankfurt", "zh": "法兰克福"},
}
# The provider in the content files -> code of the method, provider, whether the money is here at once.
_METHODS: Final = {"bank_transfer": ("bank_transfer", MANUAL, False), "simulator": ("card", "simulator", True)}
# Key of a market -> key of a rule -> since when, on which ground, and how sure we are of it.
_GROUNDS: Final = {
    "de": {
        "tax_rate": (date(2021, 1, 1), "§ 12 (1) UStG; the lower rate of 2020 ended on 2020-12-31", "R"),
        "return_days": (date(2014, 6, 13), "§ 355 (2) BGB, Directive 2011/83/EU art. 9 (1)", "R"),
    },
    "world": {
        "tax_rate": (date(2020, 1, 1), "The shop's terms: prices without tax, the buyer imports", "V"),
        "return_days": (date(2020, 1, 1), "The shop's terms: 14 days everywhere, as in the EU", "V"),
    },
}
_TERMS: Final = (date(2020, 1, 1), "The shop's terms", "V")
_RETURN_DAYS: Final = 14
_UNPAID_CARD_DAYS: Final = 1


def set_up_shop(*, at: datetime) -> None:
    """Everything but the goods, inside the caller's transaction."""
    content = shop_content()
    preferences.change(SHOP, _profile(content), by=_BY, at=at)
    own_shop(at=at)
    places = {table["key"]: _warehouse(table, n) for n, table in enumerate(content["warehouses"])}
    markets = {table["key"]: _market(table, n) for n, table in enumerate(content["markets"])}
    for position, table in enumerate(content["delivery_options"]):
        _delivery_option(table, markets[table["market"]], places[table["warehouse"]], position)
    for position, table in enumerate(content["payment_methods"]):
        _method(table, markets[table["market"]], position)
    for market in markets.values():
        touch(market.pk)
    for person in PEOPLE:
        new = NewStaff(person.email, person.name, Role(person.role), language=person.language, is_demo=True)
        add_staff(new, password=PASSWORD, at=at)


def _profile(content: Table) -> dict[str, Any]:
    shop = content["shop"]
    return {
        **{key: shop[key] for key in ("name", "tagline", "about", "email")},
        "zone": shop["timezone"],
        "currency": shop["home_currency"],
        "manufacturer": content["manufacturer"],
        "eu_responsible": content["eu_responsible"],
        "bank_accounts": content["bank_accounts"],
        "phone": shop["phone"],
        "representative": shop["representative"],
        "registrations": content["registrations"],
    }


def _warehouse(table: Table, position: int) -> Warehouse:
    return Warehouse.objects.create(
        code=table["key"],
        name=table["name"],
        city=_CITIES[table["key"]],
        country=table["country"],
        subdivision=table["holidays"].get("subdivision", ""),
        zone=table["timezone"],
        cutoff=time.fromisoformat(table["cut_off"]),
        handling_days=table["handling_working_days"],
        serves=[] if table["ships_to"] == _EVERYWHERE else table["ships_to"],
        position=position,
    )


def _market(table: Table, position: int) -> Market:
    is_fallback = table["countries"] == _EVERYWHERE
    market = Market.objects.create(
        code=table["key"],
        name=table["name"],
        currency=table["currency"],
        languages=table["languages"],
        shows_tax=table["prices_include_tax"],
        is_fallback=is_fallback,
        position=position,
    )
    if not is_fallback:
        MarketCountry.objects.bulk_create(MarketCountry(market=market, country=c) for c in table["countries"])
    rules = {"tax_rate": table["tax_percent"], "duties_note": table["duties_note"], "return_days": _RETURN_DAYS}
    for key, value in rules.items():
        since, source, confidence = _GROUNDS[market.code].get(key, _TERMS)
        MarketRule.objects.create(
            market=market,
            key=key,
            value=value,
            valid_from=since,
            source=source,
            checked_on=_CHECKED_ON,
            confidence=confidence,
        )
    return market


def _delivery_option(table: Table, market: Market, place: Warehouse, position: int) -> None:
    cost = Money.of(table["price"], market.currency)
    DeliveryOption.objects.create(
        market_id=market.pk,
        warehouse=place,
        code=table["key"],
        name=table["name"],
        note=table["note"],
        cost=cost.amount,
        currency=cost.currency,
        days_min=table["transit_working_days"]["min"],
        days_max=table["transit_working_days"]["max"],
        is_tracked=table["tracked"],
        max_weight_g=table["max_weight_g"],
        refuses=table["refuses"],
        source="The shop's own range for this lane",
        position=position,
    )


def _method(table: Table, market: Market, position: int) -> None:
    code, provider, is_instant = _METHODS[table["provider"]]
    MethodOffer.objects.create(
        market_id=market.pk,
        code=code,
        provider=provider,
        name=table["name"],
        note=table["note"],
        is_instant=is_instant,
        hold_days=table.get("days_to_pay", _UNPAID_CARD_DAYS),
        position=position,
    )
