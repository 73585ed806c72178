"""The letters of a special notice, in each buyer's language, for many orders at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.conf import settings

from tradewind.core.links import make_links
from tradewind.core.words import pick
from tradewind.markets.models import Announcement
from tradewind.markets.shop import shop_profile
from tradewind.messaging.mass_rendering import Form, form_of, mark
from tradewind.messaging.moments.order_parts import chosen_language
from tradewind.messaging.moments.special_notice import MOMENT, NewDates, NoticeFacts, special_notice
from tradewind.messaging.planning import Addressee, ToSend
from tradewind.messaging.rendering import Rendered
from tradewind.messaging.wording.speaking import wordings, writing_in
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.promises.models import Promise
from tradewind.promises.noticed import title_words
from tradewind.promises.wording import day_words, range_words
from tradewind.shipping.notice_hits import Hit

_NAMES: Final = ("ref", "name", "url", "arrival_before", "arrival", "dispatch_before", "dispatch")
# What decides which sentences stand in a letter: language, what is known of the buyer, what changes.
_Shape = tuple[str, bool, bool, bool, bool]


class Letters:
    """Of one notice. Each form of the letter is rendered once."""

    def __init__(self, notice: Announcement) -> None:
        self._notice = notice
        self._shop = shop_profile()
        self._wordings = wordings()
        self._languages: dict[tuple[str, str], str] = {}
        self._forms: dict[_Shape, Form] = {}

    def to(self, found: Sequence[Hit], *, at: datetime) -> list[ToSend]:
        """Makes a link for each, so it belongs into the transaction that plans the letters."""
        tokens = make_links("order.view", [("order", hit.order.pk) for hit in found], at=at)
        return [
            ToSend(
                ("order", hit.order.pk),
                Addressee(hit.order.email, self._language(hit.order), hit.order.buyer_id),
                self.one(hit, token),
            )
            for hit, token in zip(found, tokens, strict=True)
        ]

    def one(self, hit: Hit, token: str) -> Rendered:
        language, pages = self._language(hit.order), chosen_language(hit.order)
        values = {
            "ref": hit.order.ref,
            "name": " ".join(str(hit.order.ship_to.get("name", "")).split()),
            "url": f"{settings.BASE_URL}/{hit.order.market}/{pages}/order/{token}/",
            **_dates(hit, language),
        }
        shape = (
            language,
            bool(values["name"]),
            bool(values["arrival"]),
            bool(values["dispatch"]),
            hit.order.state == OrderState.DISPATCHED,
        )
        if shape not in self._forms:
            self._forms[shape] = self._form(values, language, hit.order)
        return self._forms[shape].fill(values)

    def _form(self, values: dict[str, str], language: str, order: Order) -> Form:
        marks = {name: mark(name) if values[name] else "" for name in _NAMES}
        facts = NoticeFacts(
            ref=marks["ref"],
            name=marks["name"],
            url=marks["url"],
            dates=NewDates(marks["arrival_before"], marks["arrival"], marks["dispatch_before"], marks["dispatch"]),
            is_sent=order.state == OrderState.DISPATCHED,
            title=title_words(self._notice.title, self._notice.kind, language),
            text=pick(self._notice.text, language),
        )
        with writing_in(language, self._wordings):
            return form_of(special_notice(facts, language, self._shop))

    def _language(self, order: Order) -> str:
        """The same for all of a market who chose the same: asked once."""
        key = (order.language, order.market)
        if key not in self._languages:
            self._languages[key] = self._wordings.language_for(order, [MOMENT])
        return self._languages[key]


def _dates(hit: Hit, language: str) -> dict[str, str]:
    words = dict.fromkeys(("arrival_before", "arrival", "dispatch_before", "dispatch"), "")
    for each in hit.changes:
        old = each.promise
        if old.kind == Promise.Kind.DISPATCH:
            words["dispatch_before"], words["dispatch"] = (
                day_words(day, language) for day in (old.last_day, each.last)
            )
        else:
            words["arrival_before"] = range_words(old.first_day, old.last_day, language)
            words["arrival"] = range_words(each.first, each.last, language)
    return words
