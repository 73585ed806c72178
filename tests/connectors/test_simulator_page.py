"""The simulated provider's page: what a tester chooses there happens in its books, and only once."""

from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from tests.payments.parts import CARD, started
from tradewind.connectors.simulator.choosing import OUTCOMES, Choice, ChoiceNotOffered, choose
from tradewind.connectors.simulator.models import SimulatedMovement, SimulatedPayment
from tradewind.core.models import Delivery
from tradewind.payments.models import PaymentIntent

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(now: datetime) -> SimulatedPayment:
    intent = started(CARD, at=now)
    return SimulatedPayment.objects.get(ref=intent.provider_ref)


def page(payment: SimulatedPayment) -> str:
    return f"/simulator/pay/{payment.ref}/"


def notices() -> list[int]:
    """How many copies each waiting notice has."""
    return [row.payload["copies"] for row in Delivery.objects.filter(kind="simulator.notice").order_by("id")]


def test_the_page_shows_the_amount_and_every_scenario_as_plain_buttons(payment: SimulatedPayment) -> None:
    answer = Client().get(page(payment))
    words = answer.content.decode()

    assert answer.status_code == HTTPStatus.OK
    assert "€10.00" in words
    offered = [choice for choice in Choice if f'value="{choice}"' in words]
    assert offered == [choice for choice in Choice if choice not in {Choice.PASS, Choice.FAIL}]
    assert ("<script" in words, "style=" in words) == (False, False)


@pytest.mark.parametrize("choice", [choice for choice in Choice if choice not in {Choice.PASS, Choice.FAIL}])
def test_each_choice_has_its_outcome_and_its_notices(payment: SimulatedPayment, choice: Choice) -> None:
    answer = Client().post(page(payment), {"choice": choice})

    payment.refresh_from_db()
    expected = OUTCOMES[choice]
    target = page(payment) if choice == Choice.CHALLENGE else payment.return_url
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, target)
    assert (payment.state, payment.problem) == (expected.state, expected.problem)
    assert notices() == ([expected.copies] if expected.copies else [])
    assert SimulatedMovement.objects.count() == (1 if payment.state == "paid" else 0)


@pytest.mark.parametrize(("choice", "state"), [(Choice.PASS, "paid"), (Choice.FAIL, "declined")])
def test_a_challenge_is_passed_or_failed_on_its_own_page(payment: SimulatedPayment, choice: Choice, state: str) -> None:
    Client().post(page(payment), {"choice": Choice.CHALLENGE})
    shown = Client().get(page(payment)).content.decode()
    assert [c for c in Choice if f'value="{c}"' in shown] == [Choice.PASS, Choice.FAIL]

    Client().post(page(payment), {"choice": choice})

    payment.refresh_from_db()
    assert (payment.state, notices()) == (state, [1])


def test_clicking_pay_twice_pays_once_and_leads_back(payment: SimulatedPayment) -> None:
    Client().post(page(payment), {"choice": "pay"})
    again = Client().post(page(payment), {"choice": "pay"})

    assert (again.status_code, again["Location"]) == (HTTPStatus.FOUND, payment.return_url)
    assert (SimulatedMovement.objects.count(), notices()) == (1, [1])


def test_what_is_paid_cannot_be_declined_afterwards(payment: SimulatedPayment) -> None:
    Client().post(page(payment), {"choice": "pay"})
    again = Client().post(page(payment), {"choice": "decline"})

    assert again.status_code == HTTPStatus.CONFLICT
    assert (SimulatedMovement.objects.count(), notices()) == (1, [1])


def test_a_declined_or_cancelled_payment_can_still_be_paid(payment: SimulatedPayment) -> None:
    for choice in (Choice.DECLINE, Choice.CANCEL, Choice.PAY):
        Client().post(page(payment), {"choice": choice})

    payment.refresh_from_db()
    assert (payment.state, notices()) == ("paid", [1, 1, 1])


def test_a_challenge_cannot_be_passed_before_it_is_asked(payment: SimulatedPayment, now: datetime) -> None:
    with pytest.raises(ChoiceNotOffered):
        choose(ref=payment.ref, choice=Choice.PASS, at=now)


def test_a_late_notice_waits_a_minute(payment: SimulatedPayment, now: datetime) -> None:
    choose(ref=payment.ref, choice=Choice.PAY_LATE, at=now)

    assert Delivery.objects.get(kind="simulator.notice").due_at == now + timedelta(seconds=60)


@pytest.mark.parametrize("choice", ["", "refund", "\0", "pay" * 1000])
def test_a_choice_that_is_not_on_the_page_is_refused(payment: SimulatedPayment, choice: str) -> None:
    assert Client().post(page(payment), {"choice": choice}).status_code == HTTPStatus.BAD_REQUEST
    assert SimulatedMovement.objects.count() == 0


def test_an_unknown_payment_has_no_page() -> None:
    assert Client().get("/simulator/pay/SIM-NOBODY/").status_code == HTTPStatus.NOT_FOUND
    assert Client().post("/simulator/pay/SIM-NOBODY/", {"choice": "pay"}).status_code == HTTPStatus.NOT_FOUND


def test_another_site_cannot_press_the_buttons(payment: SimulatedPayment) -> None:
    answer = Client().post(page(payment), {"choice": "pay"}, headers={"Origin": "https://evil.example"})

    assert (answer.status_code, SimulatedMovement.objects.count()) == (HTTPStatus.FORBIDDEN, 0)


def test_choosing_tells_the_shop_nothing_by_itself(payment: SimulatedPayment) -> None:
    Client().post(page(payment), {"choice": "pay"})

    assert PaymentIntent.objects.get().state == PaymentIntent.State.PENDING
