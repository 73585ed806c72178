"""The payment port, played by the simulator against its own books, as if they stood in another house."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from tradewind.connectors.simulator import mapping, signing
from tradewind.connectors.simulator.models import SimulatedMovement, SimulatedPayment
from tradewind.core.inbox import BadSignature
from tradewind.core.work import Refused
from tradewind.lib.clock import utc_now
from tradewind.lib.refs import new_ref
from tradewind.payments.ports import (
    Notice,
    ProviderSays,
    ProviderState,
    Refunded,
    RefundRequest,
    Started,
    StartRequest,
)


@dataclass(frozen=True, slots=True)
class SimulatedProvider:
    """Like any outside company it has a clock of its own."""

    clock: Callable[[], datetime] = utc_now
    code: str = "simulator"

    def start(self, request: StartRequest) -> Started:
        with transaction.atomic():
            payment, _ = SimulatedPayment.objects.get_or_create(
                idempotency_key=request.idempotency_key,
                defaults={
                    "ref": new_ref("SIM"),
                    "amount": request.amount.amount,
                    "currency": request.amount.currency,
                    "description": request.description[:200],
                    "language": request.language,
                    "return_url": request.return_url,
                    "created_at": self.clock(),
                },
            )
        if payment.price != request.amount:
            raise Refused("key_reused", f"{request.idempotency_key} stands for {payment.price}")
        return Started(payment.ref, ProviderSays.PENDING, page_of(payment))

    def ask(self, provider_ref: str, idempotency_key: str) -> ProviderState | None:
        known = {"ref": provider_ref} if provider_ref else {"idempotency_key": idempotency_key}
        payment = SimulatedPayment.objects.filter(**known).first()
        return None if payment is None else mapping.state_of(payment, action_url=page_of(payment))

    def refund(self, request: RefundRequest) -> Refunded:
        with transaction.atomic():
            payment = SimulatedPayment.objects.select_for_update().filter(ref=request.provider_ref).first()
            if payment is None:
                raise Refused("unknown_payment", f"there is no payment {request.provider_ref}")
            done = payment.movements.filter(idempotency_key=request.idempotency_key).first()
            if done is None:
                done = self._give_back(payment, request)
        return Refunded(done.external_id, done.at)

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        if not signing.is_signed(body, headers):
            raise BadSignature
        return mapping.read_body(body)

    def _give_back(self, payment: SimulatedPayment, request: RefundRequest) -> SimulatedMovement:
        balance = payment.movements.aggregate(total=Sum("amount", default=0))["total"]
        if request.amount.currency != payment.currency or request.amount.amount > balance:
            raise Refused("too_much", f"{request.amount} is more than {payment.ref} holds")
        return SimulatedMovement.objects.create(
            payment=payment,
            external_id=new_ref("RF"),
            amount=-request.amount.amount,
            idempotency_key=request.idempotency_key,
            at=self.clock(),
        )


def page_of(payment: SimulatedPayment) -> str:
    """Where the tester plays the buyer at the provider."""
    return f"{settings.BASE_URL}/simulator/pay/{payment.ref}/"
