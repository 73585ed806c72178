"""Sets the demo shop up: who sells, where goods lie, to whom they go, how they travel, how they are paid, who works there."""

from datetime import datetime, time
from typing import Any, Final

from tradewind.checkout.codes import NewCode, make_code
from tradewind.checkout.models import DiscountCode
from tradewind.core import preferences
from tradewind.core.accounts import own_shop
from tradewind.core.models.staff import Role
from tradewind.core.staff import NewStaff, add_staff
from tradewind.demo.alerts import tell_a_group
from tradewind.demo.freight import freight_fields, state_margins
from tradewind.demo.noticing import announce_festival
from tradewind.demo.people import PASSWORD, PEOPLE
from tradewind.demo.reading import Table, shop_content
from tradewind.inventory.models import Warehouse
from tradewind.lib.money import Money
from tradewind.markets.changing import touch
from tradewind.markets.models import Market
from tradewind.markets.opening import open_preset
from tradewind.markets.shop import SHOP
from tradewind.payments.models import MANUAL, MethodOffer
from tradewind.shipping.models import DeliveryOption

_BY: Final = "system"
_EVERYWHERE: Final = ["*"]
_CITIES: Final = {
    "shenzhen": {"en": "Shenzhen", "zh": "深圳", "ja": "深圳"},
    "frankfurt": {"en": "Frankfurt", "zh": "法兰克福", "fr": "Francfort", "es": "Fráncfort", "ja": "フランクフルト"},
}
# The provider in the content files -> provider, whether the money is here at once.
_PROVIDERS: Final = {"bank_transfer": (MANUAL, False), "simulator": ("simulator", True)}
_UNPAID_CARD_DAYS: Final = 1


def set_up_shop(*, at: datetime) -> None:
    """Everything but the goods, inside the caller's transaction."""
    content = shop_content()
    preferences.change(SHOP, _profile(content), by=_BY, at=at)
    own_shop(at=at)
    places = {table["key"]: _warehouse(table, n) for n, table in enumerate(content["warehouses"])}
    markets = {code: open_preset(code=code, at=at, by=_BY) for code in content["markets"]}
    for position, table in enumerate(content["delivery_options"]):
        _delivery_option(table, markets[table["market"]], places[table["warehouse"]], position)
    state_margins(markets)
    for position, table in enumerate(content["payment_methods"]):
        _method(table, markets[table["market"]], position)
    for table in content["discount_codes"]:
        _discount_code(table, at)
    for market in markets.values():
        touch(market.pk)
    announce_festival(at=at, by=_BY)
    for person in PEOPLE:
        new = NewStaff(person.email, person.name, Role(person.role), language=person.language, is_demo=True)
        add_staff(new, password=PASSWORD, at=at)
    tell_a_group(at=at)


def _discount_code(table: Table, at: datetime) -> None:
    new = NewCode(
        code=table["code"],
        occasion=table["occasion"],
        gives=DiscountCode.Gives.PERCENT,
        percent=table["percent"],
        starts_at=at,
        is_for_new_buyers=table["for_new_buyers"],
    )
    make_code(new, by=_BY, at=at)


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
        **freight_fields(key=table["key"], service=table["service"], currency=market.currency),
    )


def _method(table: Table, market: Market, position: int) -> None:
    provider, is_instant = _PROVIDERS[table["provider"]]
    MethodOffer.objects.create(
        market_id=market.pk,
        code=table["code"],
        provider=provider,
        name=table["name"],
        note=table["note"],
        is_instant=is_instant,
        hold_days=table.get("days_to_pay", _UNPAID_CARD_DAYS),
        position=position,
    )
