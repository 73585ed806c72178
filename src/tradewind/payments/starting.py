"""Opening a payment: the intent with its transaction's other rows first, the provider's page afterwards."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from tradewind.core import deliveries
from tradewind.core.models import Delivery
from tradewind.core.work import Refused
from tradewind.lib.money import Money
from tradewind.lib.refs import new_ref
from tradewind.payments.methods import Offer
from tradewind.payments.models import MANUAL, PaymentIntent
from tradewind.payments.ports import ProviderSays, StartRequest, provider_named
from tradewind.payments.settling import AmountNotPositive, lock_intent, record_decline

START: Final = "payments.start"
# The buyer's own request makes the call at once; the worker makes it when that request died.
HEAD_START: Final = timedelta(seconds=5)
FIRST_QUESTION: Final = timedelta(minutes=1)
UNREACHABLE: Final = "provider_unreachable"

State = PaymentIntent.State


def create_intent(
    *, subject: tuple[str, int], amount: Money, method: Offer, at: datetime, language: str = "en", description: str = ""
) -> PaymentIntent:
    """Write down that something is to be paid, inside the caller's transaction. Nobody outside is called yet.

    `description` is what the provider shows to the buyer. Raises AmountNotPositive.
    """
    if amount.amount <= 0:
        raise AmountNotPositive(amount)
    is_manual = method.provider == MANUAL
    with transaction.atomic():
        intent = PaymentIntent.objects.create(
            ref=new_ref("P"),
            subject_kind=subject[0],
            subject_id=subject[1],
            amount=amount.amount,
            currency=amount.currency,
            method=method.code,
            provider=method.provider,
            state=State.PENDING if is_manual else State.CREATED,
            created_at=at,
        )
        if not is_manual:
            payload = {"intent": intent.pk, "language": language, "description": description}
            deliveries.plan(START, _key(intent), payload, at=at + HEAD_START, subject=subject)
    return intent


def start_now(intent: PaymentIntent, *, now: Callable[[], datetime]) -> PaymentIntent:
    """Open the payment at the provider for a buyer who waits, with no transaction open. Harmless to repeat.

    The intent comes back as it is then: still created where the provider does not answer, and the worker tries again.
    """
    planned = Delivery.objects.filter(key=_key(intent)).first()
    if planned is not None:
        deliveries.run_now(planned, now=now)
    return PaymentIntent.objects.get(pk=intent.pk)


def return_url(intent: PaymentIntent) -> str:
    """Where the provider sends the buyer back to."""
    return f"{settings.BASE_URL}/payment/{intent.ref}/"


class StartCourier:
    """Opens payments. A call that was cut off is asked for by the intent's reference, never made twice."""

    kind = START

    def call(self, delivery: Delivery) -> dict[str, Any]:
        intent = _intent_of(delivery)
        if intent.state != State.CREATED:
            return {"not_wanted": intent.state}
        started = provider_named(intent.provider).start(
            StartRequest(
                ref=intent.ref,
                amount=intent.due,
                idempotency_key=intent.ref,
                description=delivery.payload["description"],
                return_url=return_url(intent),
                language=delivery.payload["language"],
            )
        )
        return {
            "provider_ref": started.provider_ref,
            "state": started.state,
            "action_url": started.action_url,
            "problem": started.problem,
        }

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:
        intent = _intent_of(delivery)
        told = provider_named(intent.provider).ask(intent.provider_ref, intent.ref)
        if told is None:
            return None
        return {
            "provider_ref": told.provider_ref,
            "state": told.state,
            "action_url": told.action_url,
            "problem": told.problem,
        }

    def settle(self, delivery: Delivery, result: Mapping[str, Any], now: datetime) -> None:
        if "provider_ref" not in result:
            return
        intent = lock_intent(_intent_of(delivery).pk)
        intent.provider_ref, intent.action_url = result["provider_ref"], result["action_url"]
        # Paid already: only an answer with its movements settles that, so the schedule asks at once.
        intent.ask_at = now if result["state"] == ProviderSays.PAID else now + FIRST_QUESTION
        if intent.state == State.CREATED:
            intent.state = State.PENDING
        intent.save(update_fields=["provider_ref", "action_url", "ask_at", "state"])
        if result["state"] == ProviderSays.DECLINED:
            record_decline(intent_id=intent.pk, problem=result["problem"], by=f"provider:{intent.provider}", at=now)

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        code = problem.code if isinstance(problem, Refused) else UNREACHABLE
        record_decline(intent_id=_intent_of(delivery).pk, problem=code, by="system", at=now)

    def drop(self, delivery: Delivery, problem: deliveries.Dropped, now: datetime) -> None:  # noqa: ARG002  # the port's shape
        """Where the provider has opened it, the buyer may pay: the schedule asks what became of it."""
        if delivery.result is not None:
            PaymentIntent.objects.filter(pk=_intent_of(delivery).pk).exclude(state=State.PAID).update(ask_at=now)


def _key(intent: PaymentIntent) -> str:
    return f"{START}:{intent.ref}"


def _intent_of(delivery: Delivery) -> PaymentIntent:
    return PaymentIntent.objects.get(pk=delivery.payload["intent"])
