"""What every payment provider must do, whoever it is. A new connector adds itself to PROVIDERS and passes.

Bank transfers have no provider to call; what holds for every way to pay, theirs included, is tested at the end.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import pytest

from tests.payments.parts import CARD, TEN, TRANSFER, somebody, started
from tradewind.connectors.simulator import signing
from tradewind.connectors.simulator.choosing import Choice, choose
from tradewind.connectors.simulator.mapping import notice_body
from tradewind.connectors.simulator.models import SimulatedPayment
from tradewind.connectors.simulator.provider import SimulatedProvider
from tradewind.core.inbox import BadSignature, UnreadableNotice
from tradewind.core.work import Refused
from tradewind.lib.money import Money
from tradewind.payments.asking import ask_now
from tradewind.payments.manual import confirm_transfer
from tradewind.payments.methods import Offer
from tradewind.payments.models import PaymentIntent
from tradewind.payments.ports import (
    PaymentProvider,
    ProviderSays,
    ProviderState,
    RefundRequest,
    StartRequest,
)
from tradewind.payments.queries import ledger_sum

pytestmark = pytest.mark.django_db
REQUEST = StartRequest("P-1", TEN, "P-1", "Order TW-1", "https://shop.example/payment/P-1/", "de")


@dataclass(frozen=True)
class Adapter:
    """A provider, and how to play the buyer and the wire at its other end."""

    provider: PaymentProvider
    pay: Callable[[str, datetime], object]
    decline: Callable[[str, datetime], object]
    cancel: Callable[[str, datetime], object]
    notice: Callable[[str], tuple[bytes, Mapping[str, str]]]
    sign: Callable[[bytes], Mapping[str, str]]


def simulated_notice(provider_ref: str) -> tuple[bytes, Mapping[str, str]]:
    body = notice_body("N-1", SimulatedPayment.objects.get(ref=provider_ref)).encode()
    return body, {signing.HEADER: signing.sign(body)}


PROVIDERS = {
    "simulator": Adapter(
        SimulatedProvider(),
        pay=lambda ref, at: choose(ref=ref, choice=Choice.PAY_LOST, at=at),
        decline=lambda ref, at: choose(ref=ref, choice=Choice.DECLINE, at=at),
        cancel=lambda ref, at: choose(ref=ref, choice=Choice.CANCEL, at=at),
        notice=simulated_notice,
        sign=lambda body: {signing.HEADER: signing.sign(body)},
    ),
}


@pytest.fixture(params=sorted(PROVIDERS))
def adapter(request: pytest.FixtureRequest) -> Adapter:
    return PROVIDERS[request.param]


def state_of(adapter: Adapter, provider_ref: str) -> ProviderState:
    told = adapter.provider.ask(provider_ref, "")
    assert told is not None
    return told


def test_a_started_payment_is_pending_and_has_a_page_for_the_buyer(adapter: Adapter) -> None:
    opened = adapter.provider.start(REQUEST)

    assert opened.state == ProviderSays.PENDING
    assert opened.action_url.startswith(("https://", "http://"))
    assert 0 < len(opened.provider_ref) <= 120


def test_the_same_key_opens_the_same_payment(adapter: Adapter) -> None:
    assert adapter.provider.start(REQUEST) == adapter.provider.start(REQUEST)


def test_the_same_key_for_another_amount_is_refused(adapter: Adapter) -> None:
    adapter.provider.start(REQUEST)

    with pytest.raises(Refused):
        adapter.provider.start(StartRequest("P-1", Money(1001, "EUR"), "P-1", "", REQUEST.return_url, "de"))


def test_a_payment_is_found_by_reference_and_by_key_and_an_unknown_one_is_not(adapter: Adapter) -> None:
    opened = adapter.provider.start(REQUEST)

    assert adapter.provider.ask(opened.provider_ref, "") == adapter.provider.ask("", "P-1")
    assert state_of(adapter, opened.provider_ref) == ProviderState(
        opened.provider_ref, ProviderSays.PENDING, (), opened.action_url
    )
    assert adapter.provider.ask("", "P-UNKNOWN") is None
    assert adapter.provider.ask("UNKNOWN", "P-1") is None


def test_a_paid_payment_tells_its_movements_the_same_each_time(adapter: Adapter, now: datetime) -> None:
    ref = adapter.provider.start(REQUEST).provider_ref
    adapter.pay(ref, now)

    told = state_of(adapter, ref)

    assert (told.state, [movement.amount for movement in told.movements]) == (ProviderSays.PAID, [TEN])
    assert told.movements[0].at.utcoffset() is not None
    assert state_of(adapter, ref) == told


def test_a_declined_payment_gives_a_code_and_no_money(adapter: Adapter, now: datetime) -> None:
    ref = adapter.provider.start(REQUEST).provider_ref
    adapter.decline(ref, now)

    told = state_of(adapter, ref)

    assert (told.state, told.movements) == (ProviderSays.DECLINED, ())
    assert told.problem.isidentifier()


def test_a_buyer_who_turns_back_cancels(adapter: Adapter, now: datetime) -> None:
    ref = adapter.provider.start(REQUEST).provider_ref
    adapter.cancel(ref, now)

    assert (state_of(adapter, ref).state, state_of(adapter, ref).movements) == (ProviderSays.CANCELLED, ())


def test_a_refund_happens_once_under_its_key(adapter: Adapter, now: datetime) -> None:
    ref = adapter.provider.start(REQUEST).provider_ref
    adapter.pay(ref, now)
    wanted = RefundRequest(ref, TEN, "R-1", "cancelled")

    assert adapter.provider.refund(wanted) == adapter.provider.refund(wanted)
    assert [movement.amount for movement in state_of(adapter, ref).movements] == [TEN]


def test_more_than_was_paid_is_not_refunded(adapter: Adapter, now: datetime) -> None:
    ref = adapter.provider.start(REQUEST).provider_ref
    with pytest.raises(Refused):
        adapter.provider.refund(RefundRequest(ref, TEN, "R-1", "cancelled"))
    adapter.pay(ref, now)
    adapter.provider.refund(RefundRequest(ref, Money(600, "EUR"), "R-2", "cancelled"))

    with pytest.raises(Refused):
        adapter.provider.refund(RefundRequest(ref, Money(401, "EUR"), "R-3", "cancelled"))
    with pytest.raises(Refused):
        adapter.provider.refund(RefundRequest(ref, Money(400, "USD"), "R-4", "cancelled"))
    with pytest.raises(Refused):
        adapter.provider.refund(RefundRequest("UNKNOWN", TEN, "R-5", "cancelled"))


def test_a_notice_says_the_same_as_an_answer(adapter: Adapter, now: datetime) -> None:
    ref = adapter.provider.start(REQUEST).provider_ref
    adapter.pay(ref, now)

    notice = adapter.provider.read_notice(*adapter.notice(ref))

    assert notice.provider_ref == ref
    assert 0 < len(notice.external_id) <= 160
    if notice.state is not None:
        told = state_of(adapter, ref)
        assert (notice.state.state, notice.state.movements) == (told.state, told.movements)


def test_the_signature_covers_every_byte(adapter: Adapter, now: datetime) -> None:
    ref = adapter.provider.start(REQUEST).provider_ref
    adapter.pay(ref, now)
    body, headers = adapter.notice(ref)

    for forged in (body + b"\n", body[:-1], body.replace(b"1000", b"9000"), b""):
        with pytest.raises(BadSignature):
            adapter.provider.read_notice(forged, headers)
    with pytest.raises(BadSignature):
        adapter.provider.read_notice(body, {})


def test_headers_are_read_in_any_case(adapter: Adapter, now: datetime) -> None:
    ref = adapter.provider.start(REQUEST).provider_ref
    body, headers = adapter.notice(ref)

    shouted = {name.upper(): value for name, value in headers.items()}
    assert adapter.provider.read_notice(body, shouted).provider_ref == ref


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b"[]", b"\xff", b"7", b'{"id": []}'])
def test_signed_nonsense_is_called_unreadable(adapter: Adapter, body: bytes) -> None:
    with pytest.raises(UnreadableNotice):
        adapter.provider.read_notice(body, adapter.sign(body))


def pay_by_card(intent: PaymentIntent, now: datetime) -> None:
    choose(ref=intent.provider_ref, choice=Choice.PAY_LOST, at=now)
    ask_now(intent, now=now)


def pay_by_transfer(intent: PaymentIntent, now: datetime) -> None:
    confirm_transfer(intent=intent, amount=TEN, reference="NTRF 1", by=somebody(now), at=now)


@pytest.mark.parametrize(("method", "pay"), [(CARD, pay_by_card), (TRANSFER, pay_by_transfer)])
def test_every_way_to_pay_begins_pending_and_ends_paid(
    now: datetime, method: Offer, pay: Callable[[PaymentIntent, datetime], None]
) -> None:
    intent = started(method, at=now)
    assert (intent.state, ledger_sum("order", intent.subject_id, "EUR")) == ("pending", Money.zero("EUR"))

    pay(intent, now)

    intent.refresh_from_db()
    assert (intent.state, intent.settled_at) == ("paid", now)
    assert ledger_sum("order", intent.subject_id, "EUR") == TEN
