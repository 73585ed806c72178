"""The customs declarations of orders, computed anew each time from what orders, catalogue, shop and staff say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date
from decimal import Decimal
from typing import Any, Final

from tradewind.catalog.models import Variant
from tradewind.core.models import ShopAccount
from tradewind.inventory.queries import warehouses
from tradewind.lib.charging import is_import
from tradewind.lib.money import Money, allocate, half_up
from tradewind.markets.queries import all_markets
from tradewind.markets.shop import ShopProfile, shop_profile
from tradewind.orders.models import Order, OrderLine
from tradewind.shipping.customs import Consignment, Declaration, Gap, Piece, Why, declare, parts_of
from tradewind.shipping.customs_models import OrderCustoms
from tradewind.shipping.customs_rules import is_marketplace
from tradewind.shipping.parcel_contents import IN_TURN
from tradewind.shipping.parcel_models import Parcel

MANY: Final = 2


def gaps_of(order: Order) -> list[Gap]:
    """What has to be there before the order's label is made; nothing where the goods cross no border."""
    declaration = declaration_of(order)
    return list(declaration.gaps) if declaration else []


def declaration_of(order: Order) -> Declaration | None:
    return declarations_of([order])[order.pk]


def declarations_of(orders: Sequence[Order]) -> dict[int, Declaration | None]:
    """By order, None where the goods cross no border. As many statements for fifty orders as for one."""
    ids = [order.pk for order in orders]
    accounts = {order.account_id for order in orders}
    lines: dict[int, list[OrderLine]] = {pk: [] for pk in ids}
    for line in OrderLine.objects.filter(order_id__in=ids).order_by("position", "id"):
        lines[line.order_id].append(line)
    variants = {line.variant_id for each in lines.values() for line in each if line.variant_id}
    known = _Known(
        shop=shop_profile(),
        channels=dict(ShopAccount.objects.filter(pk__in=accounts).values_list("pk", "channel")),
        variants={each.pk: each for each in Variant.objects.filter(pk__in=variants)},
        said={each.order_id: each for each in OrderCustoms.objects.filter(order_id__in=ids)},
        places={place.code: place.country for place in warehouses()},
        rates=_rates(max((order.placed_at.astimezone(UTC).date() for order in orders), default=date.min)),
    )
    return {order.pk: declare(_facts(order, lines[order.pk], known)) for order in orders}


def declarations_by_parcel(orders: Sequence[Order]) -> dict[int, list[tuple[str, Declaration]]]:
    """By order, (parcel's reference, declaration) of each of its parcels; with "" the last of what is in none: still here,
    or gone without one. One for the whole where all is in one, or here. Orders that cross no border have an empty list.
    """
    return by_parcel(declarations_of(orders))


def by_parcel(whole: Mapping[int, Declaration | None]) -> dict[int, list[tuple[str, Declaration]]]:
    """As `declarations_by_parcel`, of declarations that are known already. Two statements, three with parcels."""
    parcels: dict[int, list[Parcel]] = {pk: [] for pk in whole}
    rows = Parcel.objects.filter(order_id__in=list(parcels), replaced_at=None).prefetch_related("lines")
    for parcel in rows.order_by(*IN_TURN):
        parcels[parcel.order_id].append(parcel)
    goods = OrderLine.objects.filter(order_id__in=list(parcels), kind=OrderLine.Kind.GOODS)
    gone = dict(goods.values_list("pk", "dispatched"))
    return {pk: _by_parcel(found, parcels[pk], gone) if found else [] for pk, found in whole.items()}


def _by_parcel(whole: Declaration, parcels: Sequence[Parcel], gone: Mapping[int, int]) -> list[tuple[str, Declaration]]:
    """`gone`: units that left, by line of goods. Lines that staff wrote are in no parcel's list: they go with the last."""
    held = [{line.line_id: line.quantity for line in parcel.lines.all()} for parcel in parcels]
    goods = [piece for piece in whole.pieces if piece.line_id in gone]
    loose = {piece.line_id: piece.quantity - sum(each.get(piece.line_id, 0) for each in held) for piece in goods}
    here = {piece.line_id: min(loose[piece.line_id], piece.quantity - gone[piece.line_id]) for piece in goods}
    rest = here if any(units > 0 for units in here.values()) else loose
    known = [(parcel.ref, units) for parcel, units in zip(parcels, held, strict=True)] + [("", rest)]
    parts = [(ref, {pk: count for pk, count in units.items() if count > 0}) for ref, units in known]
    parts = [(ref, units) for ref, units in parts if units]
    if len(parts) < MANY and (rest is loose or not any(gone[piece.line_id] for piece in goods)):
        return [("", whole)]
    parts[-1][1].update({piece.line_id: piece.quantity for piece in whole.pieces if piece.line_id not in gone})
    shares = parts_of(whole, [units for _, units in parts])
    return [(ref, share) for (ref, _), share in zip(parts, shares, strict=True)]


def crosses_border(order: Order) -> bool:
    """Do the goods of an order leave the customs territory of their warehouse? One statement."""
    places = {place.code: place.country for place in warehouses()}
    origin = places.get(str(order.delivery_option.get("warehouse", "")), "")
    return bool(origin and order.country) and is_import(origin, order.country)


def kept_with(order_id: int) -> OrderCustoms:
    """What staff have said of an order; an empty row, not stored, where nobody has."""
    return OrderCustoms.objects.filter(order_id=order_id).first() or OrderCustoms(order_id=order_id)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read once for all orders."""

    shop: ShopProfile
    channels: Mapping[int, str]
    variants: Mapping[int, Variant]
    said: Mapping[int, OrderCustoms]
    places: Mapping[str, str]
    rates: Mapping[str, Decimal]


def _facts(order: Order, lines: Sequence[OrderLine], known: _Known) -> Consignment:
    said = known.said.get(order.pk) or OrderCustoms(order=order)
    channel = known.channels[order.account_id]
    is_platforms = is_marketplace(channel)
    warehouse = str(order.delivery_option.get("warehouse", ""))
    first = next(iter(known.places.values()), known.shop.manufacturer.country)
    return Consignment(
        pieces=[_with_words(piece, said.lines) for piece in _pieces(order, lines, known, channel)],
        origin=known.places.get(warehouse, first),
        destination=order.country,
        currency=order.currency,
        sold_on=order.placed_at.astimezone(UTC).date(),
        registrations=known.shop.registrations,
        rates=known.rates,
        is_from_marketplace=is_platforms,
        platform_number=said.platform_number or _told_number(order.source),
        platform_eori=said.platform_eori if is_platforms else "",
        tax_number=str(order.ship_to.get("tax_id") or ""),
        is_tax_collected=order.tax > 0 or said.is_tax_taken_before,
        is_due_at_door=_is_due_at_door(order),
        why=Why(said.why),
    )


def _is_due_at_door(order: Order) -> bool | None:
    """As the buyer was told. A market without a rule about charges has told them nothing."""
    if order.delivery_option.get("is_duty_paid"):
        return False
    knows = order.tax > 0 or any(key.startswith("charge.") for key in order.rules.get("versions", {}))
    return bool(order.rules.get("at_door")) if knows and order.rules else None


def _told_number(source: Mapping[str, Any]) -> str:
    """The platform's own number, where its files give it with the order."""
    return str(source.get("others", {}).get("customs_number", ""))


def _pieces(order: Order, lines: Sequence[OrderLine], known: _Known, channel: str) -> list[Piece]:
    # A line that staff wrote themselves is goods; of a channel's file it is a sum that stands for several.
    kinds = {OrderLine.Kind.GOODS, *((OrderLine.Kind.MANUAL,) if channel == ShopAccount.Channel.OWN else ())}
    goods = [line for line in lines if line.kind in kinds and line.quantity > 0]
    values = _values(order, goods) if order.is_priced else [None] * len(goods)
    return [
        _piece(line, None if value is None else Money(value, order.currency), known, channel)
        for line, value in zip(goods, values, strict=True)
    ]


def _values(order: Order, goods: Sequence[OrderLine]) -> list[int | None]:
    """What was paid for each line, without tax. A discount that lines do not know is shared among them where a channel gave it
    for the whole: the own shop's other discounts are off the delivery.
    """
    paid = [line.total + line.discount for line in goods]
    is_own = bool(order.delivery_option.get("code")) or any(line.discount for line in goods)
    if order.discount and not is_own and sum(paid) > 0:
        parts = allocate(Money(order.discount, order.currency), [max(each, 0) for each in paid])
        paid = [each + part.amount for each, part in zip(paid, parts, strict=True)]
    if not order.tax_included:
        return list(paid)
    if any(line.tax for line in goods):
        return [each - half_up(each * line.tax, line.total or 1) for each, line in zip(paid, goods, strict=True)]
    whole = sum(paid) + order.delivery
    return [each - (half_up(each * order.tax, whole) if whole > 0 else 0) for each in paid]


def _piece(line: OrderLine, value: Money | None, known: _Known, channel: str) -> Piece:
    variant = known.variants.get(line.variant_id or 0)
    customs = variant.customs if variant else {}
    title = " · ".join(part for part in (line.title, line.options, line.sku) if part)
    return Piece(
        line_id=line.pk,
        title=title,
        quantity=line.quantity,
        value=value,
        weight_g=variant.weight_g if variant else 0,
        hs_code=str(customs.get("hs_code", "")),
        origin=str(customs.get("origin", "")),
        names=dict(customs.get("declared", {})),
        product_id=variant.product_id if variant else None,
        is_imported=channel != ShopAccount.Channel.OWN,
    )


def _with_words(piece: Piece, lines: Mapping[str, Mapping[str, Any]]) -> Piece:
    said = lines.get(str(piece.line_id), {})
    currency = piece.value.currency if piece.value else ""
    names = {code: str(said[code]) for code in ("en", "zh") if said.get(code)}
    return replace(
        piece,
        value=_typed_value(said, piece, currency) or piece.value,
        weight_g=int(said.get("weight_g") or piece.weight_g),
        hs_code=str(said.get("hs_code") or piece.hs_code),
        origin=str(said.get("origin") or piece.origin),
        names={**piece.names, **names},
    )


def _typed_value(said: Mapping[str, Any], piece: Piece, currency: str) -> Money | None:
    """Of so many pieces as there are now, also where orders were split or merged since."""
    if not said.get("value"):
        return None
    value = half_up(int(said["value"]) * piece.quantity, int(said.get("of") or piece.quantity))
    return Money(value, str(said.get("currency", currency)))


def _rates(on: date) -> dict[str, Decimal]:
    """Units of each market's currency for one of the shop's, as the markets' rules note them. Rates only decide on a limit."""
    found: dict[str, Decimal] = {}
    base = shop_profile().currency
    for market in all_markets(on=on):
        rule = market.rules.get("exchange_rate")
        if isinstance(rule, Mapping) and rule.get("from") == base:
            found.setdefault(market.currency, Decimal(str(rule["rate"])))
    return {base: Decimal(1), **found}
