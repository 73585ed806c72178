"""Sending: tried at once, and then after growing pauses for about three days. Whoever fails as long is switched off.

A try that was cut off is made again under the same id: whoever listens knows by it that they have heard this before.
"""

from datetime import datetime, timedelta
from http import HTTPStatus
from time import monotonic
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from tradewind import __version__
from tradewind.core import deliveries, todos
from tradewind.core.facts import SYSTEM
from tradewind.core.models import Delivery
from tradewind.core.panels import declare
from tradewind.core.proxies import proxy_for
from tradewind.core.sealing import CannotOpen, unseal
from tradewind.core.strangers import AddressRefused, Answer, NoAnswer, host_of, post
from tradewind.core.trail import write_audit
from tradewind.core.work import NeedsAttention, TryAgain
from tradewind.webhooks.connection import HOOKS
from tradewind.webhooks.models import HookAttempt, HookMessage, Subscription
from tradewind.webhooks.planning import SEND
from tradewind.webhooks.signing import headers_for
from tradewind.webhooks.subscribing import SWITCHED_OFF

PAUSES: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
OFF_AFTER: Final = timedelta(days=3)
LOOK_WITHIN: Final = timedelta(days=1)
_LONGEST: Final = 500


class HookCourier:
    """Calls the address of a subscription."""

    kind = SEND

    def call(self, delivery: Delivery) -> dict[str, Any]:
        message = _message_of(delivery)
        if message is None or not message.subscription.is_active:
            return {"outcome": "off"}
        at = deliveries.taken_at(delivery)
        answer = _knock(message, at)
        if isinstance(answer, Answer) and answer.is_good:
            return {"outcome": "delivered", "status": answer.status}
        if isinstance(answer, Answer) and answer.status == HTTPStatus.GONE:
            return {"outcome": "gone", "status": answer.status}
        _note_failing(message.subscription, at)
        if delivery.tries > len(PAUSES):
            return {"outcome": "failed"}
        wanted = answer.wait if isinstance(answer, Answer) else None
        pause = max(PAUSES[delivery.tries - 1], timedelta(seconds=wanted or 0))
        raise TryAgain(pause, answer if isinstance(answer, str) else f"answered {answer.status}")

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # nobody can be asked: the id tells repeats apart
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:
        message = _message_of(delivery)
        if message is None:
            return
        is_heard = result["outcome"] == "delivered"
        state = HookMessage.State.DELIVERED if is_heard else HookMessage.State.FAILED
        HookMessage.objects.filter(pk=message.pk).update(state=state)
        if is_heard:
            Subscription.objects.filter(pk=message.subscription_id).update(failing_since=None)
        elif result["outcome"] == "gone":
            _switch_off(message.subscription, "gone", now)
        elif result["outcome"] == "failed":
            since = Subscription.objects.values_list("failing_since", flat=True).get(pk=message.subscription_id)
            if since is not None and now - since >= OFF_AFTER:
                _switch_off(message.subscription, "failing", now)

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:  # noqa: ARG002  # the row keeps both
        message = _message_of(delivery)
        if message is not None:
            HookMessage.objects.filter(pk=message.pk).update(state=HookMessage.State.FAILED)


def register_courier() -> None:
    deliveries.register(HookCourier())
    declare(HOOKS)


def _message_of(delivery: Delivery) -> HookMessage | None:
    """None where the subscription was removed meanwhile."""
    found = HookMessage.objects.select_related("subscription")
    return found.filter(pk=delivery.payload["message"]).first()


def _knock(message: HookMessage, at: datetime) -> Answer | str:
    """The answer, or why there is none; either stands in the log afterwards."""
    body = message.body.encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Tradewind-Webhooks/{__version__}",
        **headers_for(message.ref, body, _secrets(message.subscription, at), at=at),
    }
    begun = monotonic()
    try:
        address = message.subscription.address
        proxy = proxy_for(HOOKS.key, host_of(address))
        said: Answer | str = post(address, body, headers, may_stay_here=settings.WEBHOOKS_MAY_STAY_HERE, proxy=proxy)
    except (AddressRefused, NoAnswer) as problem:
        said = str(problem).replace("\0", "")[:_LONGEST]
    with transaction.atomic():
        HookAttempt.objects.create(
            message=message,
            at=at,
            took_ms=int((monotonic() - begun) * 1000),
            status=said.status if isinstance(said, Answer) else None,
            text=said.text if isinstance(said, Answer) else said,
        )
    return said


def _secrets(subscription: Subscription, at: datetime) -> list[str]:
    """Raises NeedsAttention."""
    is_both = subscription.before_until is not None and at < subscription.before_until
    try:
        return [unseal(subscription.sealed_secret), *([unseal(subscription.sealed_before)] if is_both else [])]
    except CannotOpen:
        words = f"The secret of webhook {subscription.ref} was sealed by another installation. Give it a new one."
        raise NeedsAttention(words) from None


def _note_failing(subscription: Subscription, at: datetime) -> None:
    with transaction.atomic():
        Subscription.objects.filter(pk=subscription.pk, failing_since=None).update(failing_since=at)


def _switch_off(subscription: Subscription, why: str, now: datetime) -> None:
    active = Subscription.objects.filter(pk=subscription.pk, is_active=True)
    if not active.update(is_active=False, off_because=why):
        return
    after = {"is_active": False, "because": why}
    write_audit("hook.switched", subject=("hook", subscription.pk), by=SYSTEM, at=now, after=after)
    todos.ask_for_hand(
        SWITCHED_OFF,
        subject=("hook", subscription.pk),
        account_id=None,
        due_at=now + LOOK_WITHIN,
        at=now,
        facts={"name": subscription.name},
    )
