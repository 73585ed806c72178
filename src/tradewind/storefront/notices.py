"""Special notices where they concern one buyer: on a product, in the checkout, on the page of an order."""

from collections.abc import Iterable, Sequence

from tradewind.core.words import pick
from tradewind.lib.clock import utc_now
from tradewind.markets.models import Announcement
from tradewind.orders.queries import OrderDetail
from tradewind.promises.models import Promise
from tradewind.promises.noticed import title_words
from tradewind.promises.queries import promises_about
from tradewind.promises.quote import DeliveryQuote
from tradewind.shipping.notice_marks import notices_of
from tradewind.shipping.terms import terms_of
from tradewind.storefront.place import Place


def announced_to(place: Place, country: str, quotes: Iterable[DeliveryQuote]) -> list[str]:
    """What holds now for somebody there who can choose between these ways, the newest first. A lane that is closed is no longer
    among them, and is told all the same.
    """
    offered = [(quote.option, quote.warehouse) for quote in quotes]
    there_are = [(terms.option, terms.warehouse) for terms in terms_of(place.market)]
    now = utc_now()
    return [
        pick(each.text, place.language)
        for each in place.market.announcements
        if each.holds(now)
        and each.concerns(country, there_are if each.effect == Announcement.Effect.CLOSED else offered)
    ]


def notice_part(place: Place, order: OrderDetail) -> dict[str, object]:
    """For the order's page: the notices that moved its dates, or will, and beside them those that concern it in general."""
    promises = [each for each in promises_about("order", order.row.id) if each.state == Promise.State.MADE]
    hit = notices_of(promises)
    moved = {row.pk for row in hit}
    way = (str(order.delivery_option.get("code", "")), str(order.delivery_option.get("warehouse", "")))
    now = utc_now()
    others = [
        pick(each.text, place.language)
        for each in place.market.announcements
        if each.holds(now) and each.id not in moved and each.concerns(order.row.country, [way])
    ]
    return {"order_notices": _told(hit, place.language), "announcements": others}


def _told(rows: Sequence[Announcement], language: str) -> list[tuple[str, str]]:
    return [(title_words(row.title, row.kind, language), pick(row.text, language)) for row in rows]
