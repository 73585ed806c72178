"""Notices of providers, read from the inbox: what they say is applied in the transaction that marks them as handled."""

from datetime import datetime, timedelta
from typing import Final

from tradewind.core import inbox
from tradewind.core.inbox import UnreadableNotice
from tradewind.core.models import InboxItem
from tradewind.core.work import NeedsAttention, TryAgain
from tradewind.payments.models import PaymentIntent
from tradewind.payments.ports import Notice, PaymentProvider
from tradewind.payments.settling import take_over

# A notice may overtake the commit of the payment that it speaks of. After this long there is no such payment.
EARLY: Final = timedelta(hours=1)
SHORTEST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(minutes=5)


def source_of(provider_code: str) -> str:
    """Under which source the inbox keeps this provider's notices."""
    return f"payments.{provider_code}"


def accept_from(provider: PaymentProvider) -> None:
    """Understand the notices of this provider. Called by wiring, beside `ports.fill`."""

    def understand(item: InboxItem, now: datetime) -> str:
        return take_notice(provider, item, now)

    inbox.register(source_of(provider.code), understand)


def take_notice(provider: PaymentProvider, item: InboxItem, now: datetime) -> str:
    """Apply a notice. Raises TryAgain for an early one, NeedsAttention for one that belongs to nothing or says nothing."""
    try:
        notice = provider.read_notice(bytes(item.body), item.headers)
    except UnreadableNotice as problem:
        raise NeedsAttention(f"the notice cannot be read: {problem}") from problem
    intent = _intent_of(provider, notice, age=now - item.created_at)
    if notice.state is None:
        PaymentIntent.objects.filter(pk=intent.pk).exclude(state=PaymentIntent.State.PAID).update(ask_at=now)
        return f"{intent.ref}: will be asked about"
    take_over(intent=intent, told=notice.state, by=f"provider:{provider.code}", at=now)
    return f"{intent.ref}: {notice.state.state}"


def _intent_of(provider: PaymentProvider, notice: Notice, *, age: timedelta) -> PaymentIntent:
    intent = PaymentIntent.objects.filter(provider=provider.code, provider_ref=notice.provider_ref).first()
    if intent is not None:
        return intent
    if age < EARLY:
        raise TryAgain(min(max(age / 2, SHORTEST_WAIT), LONGEST_WAIT), f"no payment {notice.provider_ref} as yet")
    raise NeedsAttention(f"there is no payment {notice.provider_ref}")
