"""Between the simulated provider's JSON and the port's values. Pure and total."""

import json
from collections.abc import Mapping
from typing import Any, Final

from tradewind.connectors.simulator.models import SimulatedPayment
from tradewind.core.inbox import UnreadableNotice
from tradewind.lib.clock import NaiveMoment, UnreadableMoment, format_moment, parse_moment
from tradewind.lib.money import Money
from tradewind.payments.ports import Movement, Notice, ProviderSays, ProviderState

_MEANS: Final[dict[str, ProviderSays]] = {
    SimulatedPayment.State.OPEN: ProviderSays.PENDING,
    SimulatedPayment.State.CHALLENGE: ProviderSays.PENDING,
    SimulatedPayment.State.PAID: ProviderSays.PAID,
    SimulatedPayment.State.DECLINED: ProviderSays.DECLINED,
    SimulatedPayment.State.CANCELLED: ProviderSays.CANCELLED,
}


def state_of(payment: SimulatedPayment, *, action_url: str = "") -> ProviderState:
    """What the books say of a payment."""
    captures = payment.movements.filter(amount__gt=0).order_by("id")
    return ProviderState(
        provider_ref=payment.ref,
        state=_MEANS[payment.state],
        movements=tuple(Movement(m.external_id, Money(m.amount, payment.currency), m.at) for m in captures),
        action_url=action_url,
        problem=payment.problem,
    )


def notice_body(notice_id: str, payment: SimulatedPayment) -> str:
    """The JSON of a notice about the present state."""
    told = state_of(payment)
    movements = [
        {"id": m.external_id, "amount": m.amount.amount, "currency": m.amount.currency, "at": format_moment(m.at)}
        for m in told.movements
    ]
    notice = {
        "id": notice_id,
        "payment": payment.ref,
        "state": payment.state,
        "problem": payment.problem,
        "movements": movements,
    }
    return json.dumps(notice)


def read_body(body: bytes) -> Notice:
    """Raises UnreadableNotice."""
    try:
        told = json.loads(body)
        state = ProviderState(
            provider_ref=_text(told, "payment"),
            state=_MEANS[_text(told, "state")],
            movements=tuple(_movement(m) for m in told["movements"]),
            problem=str(told["problem"]),
        )
        return Notice(_text(told, "id"), state.provider_ref, state)
    except (ValueError, TypeError, KeyError, NaiveMoment, UnreadableMoment) as problem:
        raise UnreadableNotice(f"{type(problem).__name__}: {problem}") from problem


def _movement(told: Mapping[str, Any]) -> Movement:
    amount = Money(told["amount"], _text(told, "currency"))
    return Movement(_text(told, "id"), amount, parse_moment(_text(told, "at")))


def _text(told: Mapping[str, Any], key: str) -> str:
    value = told[key]
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"{key} is not a text")
    return value
