"""Saying an event to everybody who wants to hear of it: a message to each, and a delivery for each message."""

import secrets
from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.core import deliveries
from tradewind.core.models import Delivery, WorkItem
from tradewind.webhooks.models import HookMessage, Subscription
from tradewind.webhooks.wording import TEST, Event

SEND: Final = "webhooks.send"


class SwitchedOff(Exception):
    """Nothing is sent to a subscription that is off: switch it on first."""


def tell(event: Event, *, at: datetime) -> int:
    """In the caller's transaction. Returns to how many it will be said."""
    active = Subscription.objects.filter(is_active=True, created_by__is_active=True)
    hearing = [
        subscription
        for subscription in active.select_related("created_by").order_by("pk")
        if event.kind in subscription.kinds and subscription.reach.holds(event.account_id)
    ]
    for subscription in hearing:
        _plan(subscription, event, at)
    return len(hearing)


def send_test(*, subscription: Subscription, at: datetime) -> HookMessage:
    """Say something to this one alone, to see whether it hears. Raises SwitchedOff."""
    if not subscription.is_active:
        raise SwitchedOff(subscription.ref)
    with transaction.atomic():
        return _plan(subscription, Event(TEST, at, {"subscription": subscription.ref}), at)


def send_again(*, message: HookMessage, at: datetime) -> HookMessage:
    """Send it anew under its old id, with all its tries; one that waits for its next try is tried at once. Raises SwitchedOff."""
    with transaction.atomic():
        held = HookMessage.objects.select_for_update(of=("self",)).select_related("subscription").get(pk=message.pk)
        if not held.subscription.is_active:
            raise SwitchedOff(held.subscription.ref)
        if held.state == HookMessage.State.WAITING:
            waiting = Delivery.objects.filter(key=_key(held), state=WorkItem.State.WAITING)
            waiting.update(due_at=at)
            return held
        held.state, held.sendings = HookMessage.State.WAITING, held.sendings + 1
        held.save(update_fields=["state", "sendings"])
        _set_going(held, at)
    return held


def _plan(subscription: Subscription, event: Event, at: datetime) -> HookMessage:
    message = HookMessage.objects.create(
        ref=f"msg_{secrets.token_hex(16)}",
        subscription=subscription,
        kind=event.kind,
        body=event.body,
        created_at=at,
    )
    _set_going(message, at)
    return message


def _set_going(message: HookMessage, at: datetime) -> None:
    subject = ("hook", message.subscription_id)
    deliveries.plan(SEND, _key(message), {"message": message.pk}, at=at, subject=subject)


def _key(message: HookMessage) -> str:
    return f"{SEND}:{message.ref}:{message.sendings}"
