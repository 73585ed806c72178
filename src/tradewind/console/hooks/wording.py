"""Words for what programs are told of, and for what became of it."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.console.labels import Tag
from tradewind.core import words
from tradewind.core.strangers import AddressRefused
from tradewind.webhooks.wording import KINDS, TEST

_KINDS: Final = {
    "order.placed": gettext_noop("Order placed"),
    "order.paid": gettext_noop("Order paid"),
    "order.changed": gettext_noop("Goods of an order changed"),
    "order.split": gettext_noop("Order split"),
    "order.merged": gettext_noop("Orders merged"),
    "order.dispatched": gettext_noop("Order dispatched"),
    "order.cancelled": gettext_noop("Order cancelled"),
    "order.refunded": gettext_noop("Money of an order went back"),
    "parcel.handed_over": gettext_noop("Parcel handed over"),
    "parcel.renumbered": gettext_noop("Number of a parcel told or put right"),
    "parcel.first_scanned": gettext_noop("Parcel scanned for the first time"),
    "parcel.moved": gettext_noop("Parcel moved on"),
    "parcel.in_trouble": gettext_noop("Parcel in trouble"),
    "parcel.trouble": gettext_noop("Case about a parcel opened"),
    "parcel.delivered": gettext_noop("Parcel delivered"),
    "quotation.accepted": gettext_noop("Quotation accepted"),
    "quotation.declined": gettext_noop("Quotation declined"),
    "promise.kept": gettext_noop("Promise kept, in time or late"),
    "promise.at_risk": gettext_noop("Promise at risk"),
    "promise.broken": gettext_noop("Promise broken"),
    "promise.renewed": gettext_noop("Promise renewed"),
    "product.published": gettext_noop("Product published"),
    "product.taken_offline": gettext_noop("Product taken offline"),
    "product.returned": gettext_noop("Product on sale again"),
    "stock.ran_out": gettext_noop("Variant sold out"),
    "stock.came_back": gettext_noop("Variant back in stock"),
    TEST: gettext_noop("Trial"),
}
_STATES: Final = {
    "waiting": Tag(gettext_noop("On its way"), "wait", "clock"),
    "delivered": Tag(gettext_noop("Taken"), "good", "check"),
    "failed": Tag(gettext_noop("Not taken"), "bad", "alert"),
}
_ON: Final = Tag(gettext_noop("On"), "good", "check")
_OFF: Final = Tag(gettext_noop("Off"), "plain", "cross")
_FAILING: Final = Tag(gettext_noop("On, but nothing is taken"), "bad", "alert")
_ADDRESSES: Final = {
    "unreadable": gettext_noop("Please write a whole address, like https://erp.example/hooks."),
    "no_tls": gettext_noop("It has to begin with https: nobody may read along."),
    "has_password": gettext_noop("Without a name and a password, please. The program checks the signature."),
    "not_public": gettext_noop(
        "This address is not open to the internet. Machines of one's own network are not called."
    ),
}


def kind_words(kind: str) -> str:
    return words.say(words.spoken(), _KINDS[kind]) if kind in _KINDS else kind


def kinds_in_words(kinds: Sequence[str]) -> str:
    return words.listed(words.spoken(), [kind_words(kind) for kind in kinds])


def kinds_to_choose() -> list[tuple[str, str]]:
    return [(kind, kind_words(kind)) for kind in KINDS]


def state_tag(state: str) -> Tag:
    return _said(_STATES[state])


def active_tag(*, is_active: bool, is_failing: bool) -> Tag:
    if not is_active:
        return _said(_OFF)
    return _said(_FAILING if is_failing else _ON)


def address_words(problem: AddressRefused) -> str:
    """A message for `typed.WrongInput`."""
    return _ADDRESSES[problem.code]


def _said(tag: Tag) -> Tag:
    return Tag(words.say(words.spoken(), tag.words), tag.tone, tag.icon)
