"""Notices of mail providers, read from the inbox: what they say of a letter counts as a mail that came in and says the same."""

import hashlib
from datetime import datetime
from typing import Final

from tradewind.buyers.registering import normal_email
from tradewind.core import inbox
from tradewind.core.inbox import UnreadableNotice
from tradewind.core.models import InboxItem
from tradewind.core.work import NeedsAttention, TryAgain
from tradewind.messaging.incoming.mail import Bounce, Kind, Original, Outcome, ReadMail
from tradewind.messaging.models import Message, ReceivedMail
from tradewind.messaging.provider_ports import NotifyingProvider, ProviderNotice, What
from tradewind.messaging.returning import follow

_KINDS: Final = {What.HARD: Kind.HARD, What.SOFT: Kind.SOFT, What.LATE: Kind.SOFT}
_STATUSES: Final = {Kind.HARD: "5.0.0", Kind.SOFT: "4.0.0"}


def source_of(code: str) -> str:
    """Under which source the inbox keeps this provider's notices."""
    return f"mail.{code}"


def accept_from(provider: NotifyingProvider) -> None:
    """Understand the notices of this provider. Called by wiring, beside `provider_ports.fill`."""

    def understand(item: InboxItem, now: datetime) -> str:
        try:
            notice = provider.read_stored(bytes(item.body))
        except UnreadableNotice as problem:
            raise NeedsAttention(f"the notice cannot be read: {problem}") from problem
        return hear(notice, provider=provider, at=now)

    inbox.register(source_of(provider.code), understand)


def hear(notice: ProviderNotice, *, provider: NotifyingProvider, at: datetime) -> str:
    """In the transaction that marks the notice as handled. In a few words what came of it.

    Raises TryAgain where it is faster than the worker that notes that the letter has left.
    """
    if notice.what is What.NOTHING:
        return f"{notice.name}: nothing follows"
    message = Message.objects.filter(message_id=notice.message_id).first() if notice.message_id else None
    if message is None or not _is_to(message, notice):
        return f"{notice.name}: about no letter of ours"
    if message.state == Message.State.PLANNED:
        raise TryAgain(words="the letter has not been noted as sent yet")
    if notice.what is What.DELIVERED:
        Message.objects.filter(pk=message.pk, delivered_at=None).update(delivered_at=at)
        return notice.name
    read = _as_mail(notice)
    row = ReceivedMail.objects.create(
        fingerprint=hashlib.sha256(f"{provider.code} {notice.external_id}".encode()).hexdigest(),
        outcome=read.outcome.value,
        provider=provider.code,
        sender=provider.title,
        subject=message.subject,
        about=message,
        received_at=at,
    )
    follow(row, read, came_to_letter=False, at=at)
    return notice.name


def _is_to(message: Message, notice: ProviderNotice) -> bool:
    """Of an erased letter nobody knows any more to whom it went."""
    return bool(message.recipient) and normal_email(message.recipient) == normal_email(notice.recipient)


def _as_mail(notice: ProviderNotice) -> ReadMail:
    original = Original(message_ids=(notice.message_id,))
    if notice.what is What.COMPLAINT:
        return ReadMail(Outcome.COMPLAINT, complained=(notice.recipient,), original=original, is_by_machine=True)
    kind = _KINDS[notice.what]
    bounce = Bounce(
        notice.recipient,
        kind,
        notice.status or _STATUSES[kind],
        words=notice.words,
        is_waiting=notice.what is What.LATE,
    )
    return ReadMail(Outcome.BOUNCE, bounces=(bounce,), original=original, is_by_machine=True)
