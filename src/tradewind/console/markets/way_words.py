"""Words for how ways carry, and for what the system says for and against them."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.words import locale_of, pick, say, say_many, spoken
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money
from tradewind.shipping.costing import Hindrance
from tradewind.shipping.refusing import Refused
from tradewind.shipping.terms import Terms
from tradewind.shipping.trait_words import traits_words
from tradewind.shipping.weighing import Reason, Say

KINDS: Final = {
    "": gettext_noop("Not said"),
    "air_mail": gettext_noop("Air mail"),
    "air_local": gettext_noop("Air with local delivery"),
    "courier": gettext_noop("Courier"),
    "local": gettext_noop("Overseas warehouse or local post"),
}
DUTIES: Final = {
    "": gettext_noop("As the market's rules say"),
    "ddp": gettext_noop("DDP: paid with the order, nothing is due at the door"),
    "dap": gettext_noop("DAP: the buyer pays what is due at the door"),
}
_COMPARED: Final = {
    Say.SLOWER_CHEAPER: gettext_noop("{days} slower than {than}, but {amount} cheaper"),
    Say.SLOWER_DEARER: gettext_noop("{days} slower than {than}, and {amount} dearer"),
    Say.FASTER_CHEAPER: gettext_noop("{days} faster than {than}, and {amount} cheaper"),
    Say.FASTER_DEARER: gettext_noop("{days} faster than {than}, but {amount} dearer"),
}
_PLAIN: Final = {
    Say.FIRST: gettext_noop("Comes to the lowest amount of all"),
    Say.FEW: gettext_noop("so few parcels say little yet"),
    Say.NONE_YET: gettext_noop("no parcel has travelled this way yet: one late of ten is supposed"),
    Say.UNTRACKED: gettext_noop("not tracked: nobody can show that it arrived"),
    Say.COST_UNKNOWN: gettext_noop("the carrier's rates are not known: counted by what the buyer pays"),
}
_REFUSED: Final = {
    Hindrance.WEIGHT: gettext_noop("too heavy for every way"),
    Hindrance.MEASURES: gettext_noop("too large for every way"),
    Hindrance.COUNTRY: gettext_noop("no way goes there"),
}


def reason_words(reason: Reason, ways: Mapping[str, Terms], currency: str) -> str:
    language = spoken()
    than = pick(ways[reason.than].name, language) if reason.than else ""
    if reason.say in _COMPARED:
        days = say_many(language, "{number} day", "{number} days", reason.days)
        amount = format_money(Money(reason.amount, currency), locale_of(language))
        return say(language, _compared(reason), days=days, than=than, amount=amount)
    if reason.say is Say.BEATEN:
        return say(language, "{than} is as good in everything and better in something: not worth offering", than=than)
    if reason.say is Say.LATE:
        return say(language, "{number} of {of} came late", number=reason.number, of=reason.of)
    if reason.say is Say.LOST:
        return say(language, "{number} of {of} were lost or came back", number=reason.number, of=reason.of)
    return say(language, _PLAIN[reason.say])


def refused_words(refused: Refused) -> str:
    """Why a product cannot travel, for the owner."""
    if refused.by is None:
        return say(spoken(), "no way is offered")
    if refused.by is Hindrance.TRAIT:
        return say(spoken(), "contains {traits}, which no way carries", traits=traits_words(refused.traits, spoken()))
    return say(spoken(), _REFUSED[refused.by])


def _compared(reason: Reason) -> str:
    if not reason.days:
        cheaper = reason.say in {Say.SLOWER_CHEAPER, Say.FASTER_CHEAPER}
        return (
            gettext_noop("as fast as {than}, and {amount} cheaper")
            if cheaper
            else gettext_noop("as fast as {than}, and {amount} dearer")
        )
    return _COMPARED[reason.say]
