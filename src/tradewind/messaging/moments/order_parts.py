"""The parts that letters about an order share: the goods, what they cost, where they go, how to reach the shop."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from babel.numbers import format_decimal
from django.conf import settings

from tradewind.catalog.models import Media, Variant
from tradewind.core.addresses import address_lines
from tradewind.core.links import make_link
from tradewind.core.words import DEFAULT, LOCALES, locale_of, pick, say
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money
from tradewind.markets.queries import country_of_market
from tradewind.markets.shop import ShopProfile
from tradewind.messaging.letter import Button, Goods, Letterhead, Row, Section
from tradewind.messaging.wording.speaking import letters_language
from tradewind.orders.models import Order, OrderLine
from tradewind.shipping.carriers import tracking_url
from tradewind.shipping.models import Parcel

# AVIF and WebP stay empty boxes in Outlook and some others.
_SAFE_PICTURES: Final = (".jpg", ".jpeg", ".png")


def language_of(order: Order) -> str:
    """Of the letter that is being written; elsewhere the one that the buyer chose."""
    return letters_language(chosen_language(order))


def chosen_language(order: Order) -> str:
    """In which pages are shown to the buyer."""
    return order.language if order.language in LOCALES else DEFAULT


def lines_of(order: Order) -> list[OrderLine]:
    return list(OrderLine.objects.filter(order=order).order_by("position", "pk"))


def amount(order: Order, minor_units: int) -> str:
    locale = locale_of(language_of(order), country_of_market(order.market))
    return format_money(Money(minor_units, order.currency), locale)


def letterhead(shop: ShopProfile, language: str) -> Letterhead:
    maker = shop.manufacturer
    imprint = (pick(maker.name, language), pick(maker.address, language))
    return Letterhead(name=pick(shop.name, language), email=shop.email, imprint=tuple(line for line in imprint if line))


def greeting(order: Order) -> str:
    language = language_of(order)
    name = " ".join(str(order.ship_to.get("name", "")).split())
    return say(language, "Hello {name},", name=name) if name else say(language, "Hello,")


def order_button(order: Order, *, at: datetime) -> Button:
    """The way to the order's own page. Makes a link, so it belongs into the transaction that plans the mail."""
    token = make_link("order.view", subject=("order", order.pk), at=at)
    url = f"{settings.BASE_URL}/{order.market}/{chosen_language(order)}/order/{token}/"
    return Button(say(language_of(order), "View your order"), url)


def goods_of(order: Order, lines: list[OrderLine], units: Mapping[int, int] | None = None) -> tuple[Goods, ...]:
    """All of them with what they cost, or of each so many units as there are in a parcel."""
    goods = [line for line in lines if line.kind == OrderLine.Kind.GOODS and (units is None or units.get(line.pk))]
    pictures = _pictures(goods)
    return tuple(
        Goods(
            title=line.title,
            options=line.options,
            quantity=(number := line.quantity if units is None else units[line.pk]),
            quantity_words=say(language_of(order), "Quantity: {number}", number=number),
            price=amount(order, line.total) if units is None else "",
            picture=pictures.get(line.pk, ""),
        )
        for line in goods
    )


def carrier_rows(parcel: Parcel, language: str) -> tuple[Row, ...]:
    """Who carries it, and under which number, with the carrier's page."""
    carrier, number = parcel.carrier, parcel.tracking_number
    rows = [Row(say(language, "Carrier"), carrier)] if carrier else []
    if number:
        label = say(language, "Tracking number")
        rows.append(Row(label, number, is_strong=True, url=tracking_url(carrier, number)))
    return tuple(rows)


def totals_of(order: Order, lines: list[OrderLine]) -> tuple[Row, ...]:
    """What the buyer pays, in the form in which it was shown: tax inside the total, or on top of it."""
    language = language_of(order)
    delivery = pick(order.delivery_option.get("name", {}), language)
    rows = [Row(say(language, "Goods"), amount(order, order.goods))]
    label = say(language, "Delivery ({option})", option=delivery) if delivery else say(language, "Delivery cost")
    rows.append(Row(label, amount(order, order.delivery)))
    named = (OrderLine.Kind.DISCOUNT, OrderLine.Kind.CHARGE)
    rows += [Row(line.title, amount(order, line.total)) for line in lines if line.kind in named]
    total = Row(say(language, "Total"), amount(order, order.total), is_strong=True)
    tax = _tax_rows(order, lines)
    return (*rows, total, *tax) if order.tax_included else (*rows, *tax, total)


def at_door_of(order: Order) -> tuple[Section, ...]:
    """What the carrier will ask for, as the buyer was told before ordering."""
    language = language_of(order)
    dues = [
        say(language, "{what}: about {amount}", what=pick(names, language), amount=amount(order, estimate))
        for _key, names, estimate in order.rules.get("at_door", [])
    ]
    if not dues:
        return ()
    words = say(language, "Import tax and duty are collected by the carrier, who may add a fee. What we expect:")
    return (Section(say(language, "Due on delivery, not to us"), lines=(words, *dues)),)


def address_of(order: Order) -> Section:
    language = language_of(order)
    return Section(say(language, "Delivery address"), lines=address_lines(order.ship_to, language))


def closing_words(shop: ShopProfile, language: str) -> tuple[str, ...]:
    if not shop.email:
        return (say(language, "Any questions? Simply answer this message."),)
    return (say(language, "Any questions? Simply answer this message or write to {email}.", email=shop.email),)


def _tax_rows(order: Order, lines: list[OrderLine]) -> list[Row]:
    language = language_of(order)
    by_rate: dict[Decimal, int] = {}
    for line in lines:
        by_rate[line.tax_rate] = by_rate.get(line.tax_rate, 0) + line.tax
    taxes = [(rate, tax) for rate, tax in sorted(by_rate.items(), reverse=True) if tax]
    names = order.rules.get("tax_names", {})
    if names and len(taxes) == 1:
        named = pick(names, language)
        return [
            Row(say(language, "of which {tax}", tax=named) if order.tax_included else named, amount(order, order.tax))
        ]
    return [Row(_tax_label(rate, language, is_included=order.tax_included), amount(order, tax)) for rate, tax in taxes]


def _tax_label(rate: Decimal, language: str, *, is_included: bool) -> str:
    percent = format_decimal(rate.normalize(), locale=locale_of(language))
    if is_included:
        return say(language, "of which VAT, {percent} %", percent=percent)
    return say(language, "Tax, {percent} %", percent=percent)


def _pictures(lines: list[OrderLine]) -> dict[int, str]:
    """For each line a picture that every mail program shows: its own, else the front view of what was bought."""
    variants = Variant.objects.in_bulk([line.variant_id for line in lines if line.variant_id])
    fronts: dict[int, list[Media]] = {}
    shown = Media.objects.filter(product_id__in={v.product_id for v in variants.values()}, role=Media.Role.FRONT)
    for media in shown.order_by("position", "pk"):
        fronts.setdefault(media.product_id, []).append(media)
    found = {}
    for line in lines:
        variant = variants.get(line.variant_id or 0)
        path = line.picture if line.picture.endswith(_SAFE_PICTURES) else ""
        if not path and variant is not None:
            path = _front_of(variant, fronts.get(variant.product_id, []))
        if path:
            found[line.pk] = f"{settings.BASE_URL}{settings.MEDIA_URL}{path}"
    return found


def _front_of(variant: Variant, fronts: list[Media]) -> str:
    """Of the variant's own colour where there is one."""
    for media in sorted(fronts, key=lambda media: media.option is None):
        if media.option is None or variant.options.get(media.option[0]) == media.option[1]:
            path = safe_path(media.renditions)
            if path:
                return path
    return ""


def safe_path(renditions: Iterable[Mapping[str, Any]]) -> str:
    """The smallest rendition that every mail program shows, or empty."""
    return next((str(r["path"]) for r in renditions if str(r["path"]).endswith(_SAFE_PICTURES)), "")
