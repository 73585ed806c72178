"""Tell me when it is back: asked on a sold-out page, confirmed from the mailbox, told once, and forgotten.

The confirmation is the consent that the EU and the UK ask for. Whoever asked first is told first, and no more people
than the stock can serve within some hours: the others hear later, if there is still something to buy. A letter whose
goods are gone again when it is about to leave does not leave: its addressee waits on. Nothing here says whether an
address is known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from tradewind.buyers.registering import normal_email
from tradewind.catalog.models import Product, Variant
from tradewind.catalog.queries import VariantOffer, variant_offers
from tradewind.core.each_alone import Round
from tradewind.core.facts import SYSTEM, record
from tradewind.core.links import make_link
from tradewind.core.schedule import every
from tradewind.markets.models import Market
from tradewind.messaging.couriers import LastLook, look_before_sending
from tradewind.messaging.erasing import erase_received
from tradewind.messaging.events import WaitingAsked, WaitingConfirmed, WaitingTold
from tradewind.messaging.letter import Letter
from tradewind.messaging.models import Message, Waiting
from tradewind.messaging.moments.back_in_stock import MOMENT as BACK
from tradewind.messaging.moments.back_in_stock import back_in_stock
from tradewind.messaging.moments.waiting_confirmation import MOMENT as CONFIRMATION
from tradewind.messaging.moments.waiting_confirmation import waiting_confirmation
from tradewind.messaging.planning import Addressee, plan_message
from tradewind.messaging.rendering import render

CONFIRM: Final = "waiting.confirm"
STOP: Final = "waiting.stop"
# Of three people who are told, about one buys; the next are told some hours later.
PER_UNIT: Final = 3
WINDOW: Final = timedelta(hours=4)
CONFIRM_WITHIN: Final = timedelta(days=2)
KEPT: Final = timedelta(days=180)
MESSAGES_KEPT: Final = timedelta(days=30)
MOST_A_DAY: Final = 5  # new wishes of one address, so that nobody fills a stranger's mailbox
BATCH: Final = 100
_LONGEST: Final = 254


class NotAnAddress(Exception):
    """No mail can be sent there."""


class InStock(Exception):
    """It can be bought: nobody has to wait for it."""


class NotWaiting(Exception):
    """Nothing is stored: told, ended, expired, or never there."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where somebody asked: what they are told is in this language and leads to this market."""

    market: str
    language: str


def ask(*, variant: Variant, email: str, page: Page, at: datetime) -> None:
    """Note a wish, unless it is noted already; a mail asks for its confirmation. Says nothing about the address.

    Raises NotAnAddress, InStock.
    """
    address = _compared(email)
    if variant.available > 0:
        raise InStock
    with transaction.atomic():
        lately = Waiting.objects.filter(address=address, asked_at__gt=at - timedelta(days=1))
        if lately.count() >= MOST_A_DAY:
            return
        row, is_new = Waiting.objects.get_or_create(
            variant=variant,
            address=address,
            defaults={"email": email.strip(), "market": page.market, "language": page.language, "asked_at": at},
        )
        if is_new:
            record(WaitingAsked(row.pk, variant.pk), by="buyer", at=at)


def ask_to_confirm(*, waiting_id: int, at: datetime) -> None:
    """Plan the mail with the link that confirms. Nothing for a wish that is gone or confirmed."""
    with transaction.atomic():
        row = Waiting.objects.select_for_update().filter(pk=waiting_id, state=Waiting.State.ASKED).first()
        offer = _offer_for(row, {}) if row is not None else None
        if row is None or offer is None:
            return
        token = make_link(CONFIRM, subject=("waiting", row.pk), at=at, expires_at=row.asked_at + CONFIRM_WITHIN)
        _plan(row, waiting_confirmation(row, offer, url=_address(row, token), stop_url=_stop_url(row, at)), at)


def confirm(*, waiting_id: int, at: datetime) -> None:
    """The mailbox's owner wants it. Harmless to repeat. Raises NotWaiting."""
    with transaction.atomic():
        row = Waiting.objects.select_for_update().filter(pk=waiting_id).first()
        if row is None or row.state == Waiting.State.TOLD:
            raise NotWaiting
        if row.state == Waiting.State.ASKED:
            Waiting.objects.filter(pk=row.pk).update(state=Waiting.State.CONFIRMED, confirmed_at=at)
            record(WaitingConfirmed(row.pk, row.variant_id), by="buyer", at=at)


def stop(*, waiting_id: int) -> None:
    """Forget a wish, and with it a letter that has yet to leave. Harmless to repeat."""
    with transaction.atomic():
        Waiting.objects.filter(pk=waiting_id).delete()


def tell(*, variant_id: int, at: datetime) -> int:
    """Tell those who have waited longest that a variant is back. Returns how many.

    Each message is planned and its address erased in one transaction: a crash leaves both or neither.
    """
    with transaction.atomic():
        # All of them, in the order of the keys: whoever tells at the same moment waits here, and then counts us in.
        rows = Waiting.objects.select_for_update().filter(variant_id=variant_id).exclude(state=Waiting.State.ASKED)
        queue = list(rows.order_by("pk"))
        told = 0
        offers: dict[tuple[str, str], VariantOffer | None] = {}
        # Read after the lock: what was sold meanwhile must not be announced.
        left = _allowance(variant_id, queue, at)
        for row in sorted(_confirmed(queue), key=lambda row: (row.confirmed_at or at, row.pk)):
            offer = _offer_for(row, offers) if told < left else None
            if offer is None:
                continue
            _plan(row, back_in_stock(row, offer, stop_url=_stop_url(row, at)), at)
            Waiting.objects.filter(pk=row.pk).update(state=Waiting.State.TOLD, told_at=at, email="", address="")
            told += 1
        if told:
            record(WaitingTold(variant_id, told), by=SYSTEM, at=at)
    return told


@every(timedelta(minutes=10), name="messaging.tell_waiting")
def tell_the_rest(now: datetime) -> int:
    """Tell those for whom there was too little at first. Returns how many."""
    confirmed = Waiting.objects.filter(state=Waiting.State.CONFIRMED, variant__available__gt=0)
    variants = confirmed.order_by("variant_id").values_list("variant_id", flat=True).distinct()
    with Round() as goods:
        return goods.each(list(variants), lambda variant_id: tell(variant_id=variant_id, at=now))


@every(timedelta(hours=1), name="messaging.forget_waiting")
def forget(now: datetime) -> int:
    """Erase what nobody confirmed, what is too old, what will not come back, and whom we told: the words and addresses of
    their mails as well, once these have left. Returns how many wishes.
    """
    to_come = _to_come().filter(moment=BACK, subject_id=OuterRef("pk"))
    over = (
        Q(state=Waiting.State.ASKED, asked_at__lte=now - CONFIRM_WITHIN)
        | Q(~Exists(to_come), state=Waiting.State.TOLD, told_at__lte=now - WINDOW)
        | Q(asked_at__lte=now - KEPT)
        | Q(variant__product__state=Product.State.OFFLINE)
        | Q(variant__is_offered=False)
    )
    still = Waiting.objects.filter(pk=OuterRef("subject_id")).exclude(state=Waiting.State.TOLD)
    done = Q(~Exists(still), state__in=[Message.State.SENT, Message.State.UNCERTAIN])
    with transaction.atomic():
        ids = list(Waiting.objects.filter(over).order_by("pk").values_list("pk", flat=True)[:5000])
        gone = Waiting.objects.filter(pk__in=ids).delete()[0]
        _blank(_messages().filter(done | Q(created_at__lte=now - MESSAGES_KEPT)))
    return gone


def export_of(email: str) -> list[dict[str, str]]:
    """What is stored about an address, oldest first: its wishes, and the messages that were sent about them."""
    address = normal_email(email)
    wishes = Waiting.objects.filter(address=address).select_related("variant").order_by("pk") if address else []
    sent = _messages().filter(recipient__iexact=email.strip()).order_by("pk") if address else []
    return [
        *(
            {"sku": w.variant.sku, "email": w.email, "asked_at": w.asked_at.isoformat(), "state": w.state}
            for w in wishes
        ),
        *({"email": m.recipient, "sent_at": m.created_at.isoformat(), "text": m.text} for m in sent),
    ]


def erase(email: str) -> int:
    """Forget an address. Returns the number of rows that knew it; a letter that has yet to leave does not leave."""
    address = normal_email(email)
    if not address:
        return 0
    with transaction.atomic():
        to_come = _to_come().filter(recipient__iexact=email.strip())
        known = Q(address=address) | Q(pk__in=to_come.values("subject_id"))
        gone = Waiting.objects.filter(known).delete()[0]
        letters = _messages().filter(recipient__iexact=email.strip())
        erase_received(letters)
        return gone + _blank(letters)


def _compared(email: str) -> str:
    address = normal_email(email)
    try:
        validate_email(email.strip())
    except ValidationError:
        raise NotAnAddress from None
    if max(len(email.strip()), len(address)) > _LONGEST:
        raise NotAnAddress
    return address


def _allowance(variant_id: int, queue: Iterable[Waiting], at: datetime) -> int:
    variant = Variant.objects.select_related("product").get(pk=variant_id)
    if variant.product.state != Product.State.LIVE:
        return 0
    lately = sum(1 for row in queue if row.told_at is not None and row.told_at > at - WINDOW)
    return min(PER_UNIT * max(variant.available, 0) - lately, BATCH)


def _confirmed(queue: Iterable[Waiting]) -> list[Waiting]:
    return [row for row in queue if row.state == Waiting.State.CONFIRMED]


def _offer_for(row: Waiting, known: dict[tuple[str, str], VariantOffer | None]) -> VariantOffer | None:
    """The variant as it is sold where the buyer asked, or None where it is not; each place is asked once."""
    place = (row.market, row.language)
    if place not in known:
        market = Market.objects.filter(code=row.market).first()
        found = variant_offers([row.variant_id], market_id=market.pk, language=row.language) if market else {}
        offer = found.get(row.variant_id)
        known[place] = offer if offer is not None and offer.price is not None else None
    return known[place]


def _address(row: Waiting, token: str, end: str = "") -> str:
    return f"{settings.BASE_URL}/{row.market}/{row.language}/waiting/{token}/{end}"


def _stop_url(row: Waiting, at: datetime) -> str:
    token = make_link(STOP, subject=("waiting", row.pk), at=at, expires_at=at + 2 * KEPT)
    return _address(row, token, "end/")


def _plan(row: Waiting, letter: Letter, at: datetime) -> None:
    plan_message(
        moment=letter.moment,
        subject=("waiting", row.pk),
        to=Addressee(row.email, row.language, stop_url=letter.stop.url if letter.stop else ""),
        content=render(letter),
        at=at,
    )


def _is_true(message: Message, _at: datetime) -> bool:
    """Is there still somebody to ask, or still something to buy?"""
    row = Waiting.objects.filter(pk=message.subject_id).first()
    if row is None or message.moment == CONFIRMATION:
        return row is not None and row.state == Waiting.State.ASKED
    return (offer := _offer_for(row, {})) is not None and offer.available > 0


def _wait_on(message: Message, _at: datetime) -> None:
    """Who was not told after all has the old place in the queue again, unless they have asked anew."""
    row = Waiting.objects.select_for_update().filter(pk=message.subject_id, state=Waiting.State.TOLD).first()
    if row is None:
        return
    address = normal_email(message.recipient)
    if not address or Waiting.objects.filter(variant_id=row.variant_id, address=address).exists():
        row.delete()
        return
    again = {"state": Waiting.State.CONFIRMED, "told_at": None, "email": message.recipient, "address": address}
    Waiting.objects.filter(pk=row.pk).update(**again)


def _letters() -> "QuerySet[Message]":
    """Ours, with an address in them."""
    return Message.objects.filter(moment__in=[CONFIRMATION, BACK]).exclude(recipient="")


def _messages() -> "QuerySet[Message]":
    """Ours, with an address in them, except those that have yet to leave."""
    return _letters().exclude(state=Message.State.PLANNED)


def _to_come() -> "QuerySet[Message]":
    """Those that may still leave: one that was refused may be tried again by hand."""
    return _letters().filter(state__in=[Message.State.PLANNED, Message.State.FAILED])


def _blank(messages: "QuerySet[Message]") -> int:
    return messages.update(recipient="", text="", html="", stop_url="")


for _moment in (CONFIRMATION, BACK):
    look_before_sending(_moment, LastLook(_is_true, _wait_on))
