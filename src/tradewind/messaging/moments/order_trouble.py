"""Something keeps the goods from the buyer: what happened, the new days where there are some, and what the buyer can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.utils.translation import gettext_noop

from tradewind.core.words import locale_of, say
from tradewind.lib.zones import main_zone
from tradewind.markets.shop import shop_profile
from tradewind.markets.wording import percent_words
from tradewind.messaging.letter import Letter, Row, Section
from tradewind.messaging.moments.order_parts import (
    amount,
    closing_words,
    goods_of,
    greeting,
    language_of,
    letterhead,
    lines_of,
    order_button,
)
from tradewind.messaging.wording.speaking import worded
from tradewind.orders.changing import has_left_in_part
from tradewind.orders.models import Order
from tradewind.promises.wording import day_words, range_words
from tradewind.shipping.carriers import tracking_url
from tradewind.shipping.models import Parcel, Trouble
from tradewind.shipping.parcel_contents import units_apart
from tradewind.shipping.parcels import units_left
from tradewind.shipping.trouble_rules import Cause

MOMENT: Final = "order_trouble"

_WHAT: Final[Mapping[Cause, str]] = {
    Cause.LOST: gettext_noop("Your parcel has not arrived, and it seems to be lost. We are sorry."),
    Cause.DAMAGED: gettext_noop("The carrier says that your parcel was damaged on its way. We are sorry."),
    Cause.RETURNED: gettext_noop("Your parcel could not be delivered and has come back to us."),
    Cause.RETURNING: gettext_noop("Your parcel could not be delivered and is on its way back to us."),
    Cause.CUSTOMS: gettext_noop("Customs need something from you before they let your parcel go on."),
    Cause.BAD_ADDRESS: gettext_noop("The carrier could not find the address on your parcel."),
    Cause.ATTEMPT: gettext_noop("The carrier tried to deliver your parcel and could not hand it over."),
    Cause.PICKUP: gettext_noop("Your parcel has been waiting to be collected since {day}."),
    Cause.STOPPED: gettext_noop("The carrier has stopped your parcel on its way. We are finding out why."),
    Cause.UNSCANNED: gettext_noop(
        "We gave your parcel to the carrier on {day}, and it has not been scanned yet. We are sorry that you have to wait."
    ),
    Cause.SILENT: gettext_noop(
        "We have heard nothing of your parcel from the carrier since {day}. We are sorry that you have to wait."
    ),
    Cause.SLOW: gettext_noop("Your parcel is on its way, but it takes longer than we promised. We are sorry."),
    Cause.UNCOLLECTED: gettext_noop(
        "The carrier has not collected your parcel yet. We are sorry that you have to wait."
    ),
    Cause.NOT_LEAVING: gettext_noop(
        "We do not get your order ready in time. We are sorry: it leaves later than we promised."
    ),
    Cause.NO_STOCK: gettext_noop(
        "Something of your order is still missing here. We are sorry: it leaves later than we promised."
    ),
    Cause.SUPPLIER: gettext_noop("A supplier of ours is late. We are sorry: your order leaves later than we promised."),
    Cause.CLOSED_LANE: gettext_noop("The way by which your order was to travel is closed at the moment. We are sorry."),
    Cause.HOLIDAY: gettext_noop("A holiday delays your order. We are sorry: it comes later than we promised."),
}
# Where the code stands once it is made, with the letter that leaves.
_NOT_MADE: Final = "········"
_WAIT: Final = gettext_noop(
    "If that is too late for you, answer this message: we look for another way, and you can have your money back."
)
_NO_DATE: Final = gettext_noop(
    "We do not know the new day yet. You hear from us by {day}, even if we know no more then."
)
_CHOOSE: Final = gettext_noop(
    "You choose: we send the goods again at no cost, or you get your money back. Answer this message with “send again” or “money back”."
)
_DO: Final[Mapping[Cause, str]] = {
    Cause.LOST: _CHOOSE,
    Cause.DAMAGED: _CHOOSE,
    Cause.RETURNED: _CHOOSE,
    Cause.RETURNING: _CHOOSE,
    Cause.CUSTOMS: gettext_noop(
        "Customs or the carrier will contact you, or you call the carrier with the number. Mostly they ask for a tax number, a proof of"
        " what you paid, or a duty. Please do not wait long: what is not answered is sent back. If you need a paper from us, answer this"
        " message."
    ),
    Cause.BAD_ADDRESS: gettext_noop(
        "Please answer this message with the whole address, and a telephone number for the carrier if you like."
    ),
    Cause.ATTEMPT: gettext_noop(
        "Mostly the carrier tries again on the next working day, or keeps the parcel at an office near you. Its page says which, or"
        " call it with the number."
    ),
    Cause.PICKUP: gettext_noop(
        "Please collect it soon, with the number and an identity card: what is not collected is sent back to us."
    ),
    Cause.STOPPED: gettext_noop("You need not do anything. If you have heard something from the carrier, tell us."),
}


@dataclass(frozen=True, slots=True)
class Coupon:
    """A code for the next order, of this buyer alone. It takes off a percentage, or `amount` from goods worth `least` on; the last two
    in minor units. `until`: its last day. `code` is empty until the letter leaves.
    """

    until: date
    percent: int = 0
    amount: int = 0
    least: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What is told beside the case. `arrives` are the new days, None where there are none, and then `hears_by` may be the day by which
    the buyer hears again; `back` is given back, in minor units.
    """

    arrives: tuple[date, date] | None = None
    leaves: date | None = None
    before: tuple[date, date] | None = None
    note: str = ""
    back: int = 0
    code: Coupon | None = None
    hears_by: date | None = None


@worded(MOMENT, to=lambda case: case.order)
def order_trouble(case: Trouble, news: News, *, linked_at: datetime | None = None) -> Letter:
    """`linked_at`: makes the link to the order's page; None for a preview."""
    order, language, shop = case.order, language_of(case.order), shop_profile()
    what = what_happened(case, language)
    title, units = goods_meant(case, language)
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "News of your order {ref}", ref=order.ref),
        preview=what,
        title=say(language, "News of your order"),
        paragraphs=tuple(
            words for words in (greeting(order), what, *note_lines(news.note), _money(order, news)) if words
        ),
        highlight=_days(news, language),
        button=order_button(order, at=linked_at) if linked_at else None,
        goods_title=title,
        goods=goods_of(order, lines_of(order), units),
        totals=(),
        sections=(_can_do(case, news, language), *_coupon(order, news.code), *parcel_of(case.parcel, language)),
        closing=closing_words(shop, language),
    )


def goods_meant(case: Trouble, language: str) -> tuple[str, Mapping[int, int] | None]:
    """The goods that a letter is about: their title, and units by line where it is not the whole order."""
    ref = case.order.ref
    if case.parcel is not None and (units := units_apart(case.parcel)) is not None:
        return say(language, "In this parcel, of order {ref}", ref=ref), units
    if case.parcel is None and has_left_in_part(case.order_id):
        return say(language, "Still to come, of order {ref}", ref=ref), units_left(case.order_id)
    return say(language, "Order {ref}", ref=ref), None


def what_happened(case: Trouble, language: str) -> str:
    """In a sentence, as the letter begins and as the order's page says it from then on."""
    return say(language, _WHAT[Cause(case.cause)], day=_day(case.since, case.order, language))


def _day(moment: datetime, order: Order, language: str) -> str:
    return day_words(moment.astimezone(ZoneInfo(main_zone(order.country))).date(), language)


def note_lines(note: str) -> tuple[str, ...]:
    """In the words of whoever writes."""
    return tuple(line for line in note.splitlines() if line.strip())


def _money(order: Order, news: News) -> str:
    if news.back <= 0:
        return ""
    language, back = language_of(order), amount(order, news.back)
    return say(language, "As an apology you get back {amount}, by the way you paid it.", amount=back)


def _days(news: News, language: str) -> Section | None:
    if news.arrives is None:
        return None
    rows = []
    if news.leaves:
        rows.append(Row(say(language, "Leaves our warehouse by"), day_words(news.leaves, language)))
    rows.append(Row(say(language, "At your door"), range_words(*news.arrives, language), is_strong=True))
    if news.before == news.arrives:
        return Section(say(language, "The date that we promised stands"), rows=tuple(rows))
    if news.before:
        rows.append(Row(say(language, "Promised at first"), range_words(*news.before, language)))
    return Section(say(language, "The new date"), rows=tuple(rows))


def _can_do(case: Trouble, news: News, language: str) -> Section:
    own = _DO.get(Cause(case.cause))
    if own is None:
        lines = [say(language, _NO_DATE, day=day_words(news.hears_by, language))] if news.hears_by else []
        lines.append(say(language, _WAIT))
    else:
        lines = [say(language, own)]
    return Section(say(language, "What you can do"), lines=tuple(lines))


def _coupon(order: Order, coupon: Coupon | None) -> tuple[Section, ...]:
    if coupon is None:
        return ()
    language = language_of(order)
    if coupon.percent:
        percent = percent_words(Decimal(coupon.percent), language)
        gives = say(language, "{percent} % off the goods", percent=percent)
    else:
        off, least = amount(order, coupon.amount), amount(order, coupon.least)
        gives = say(language, "{amount} off goods worth {least} or more", amount=off, least=least)
    lines = (
        say(language, "{code}: {gives}", code=coupon.code or _NOT_MADE, gives=gives),
        say(language, "It holds until {day}.", day=_in_full(coupon.until, language)),
        say(language, "It is for you alone: it holds once, with the e-mail address that this message came to."),
    )
    return (Section(say(language, "As an apology: a code for your next order"), lines=lines),)


def _in_full(day: date, language: str) -> str:
    """With its year: a code may hold for one."""
    return format_date(day, "long", locale=locale_of(language))


def parcel_of(parcel: Parcel | None, language: str) -> tuple[Section, ...]:
    if parcel is None or not (parcel.carrier or parcel.tracking_number):
        return ()
    url = tracking_url(parcel.carrier, parcel.tracking_number) if parcel.tracking_number else ""
    lines = (f"{parcel.carrier} {parcel.tracking_number}".strip(), url)
    return (Section(say(language, "Your parcel"), lines=tuple(line for line in lines if line)),)
