"""Withdrawing from a contract as EU law asks for it: no login, no reason, two steps, a receipt, never refused."""

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.shop import Shop
from tests.storefront.reading import form_of, text_of
from tradewind.aftersales.models import Withdrawal
from tradewind.aftersales.withdrawing import DECLARED, LOOK_WITHIN, Declaration, declare_withdrawal
from tradewind.core.models import Todo
from tradewind.core.worker import run_until_idle
from tradewind.messaging.models import Message
from tradewind.messaging.reactions import MOST_RECEIPTS
from tradewind.orders.models import Order

PAGE = "/de/en/withdrawal/"


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.place(shop.cart((shop.small, 2))).order


@pytest.fixture
def typed(order: Order) -> dict[str, str]:
    return {"name": "Greta Öztürk", "order_ref": order.ref.lower(), "email": order.email.upper(), "goods": ""}


@pytest.fixture
def work(now: datetime, settings: Settings) -> Callable[[], int]:
    settings.MAIL_FROM = "hello@tingyu.example"
    settings.SMTP_URL = ""
    return lambda: run_until_idle(now=lambda: now)


def test_every_page_of_an_eu_market_leads_there_in_the_words_of_the_law(buyer: Client) -> None:
    found = {language: buyer.get(f"/de/{language}/") for language in ("en", "de")}

    assert "Withdraw from contract here" in text_of(found["en"])
    assert "Vertrag hier widerrufen" in text_of(found["de"])
    assert b'href="/de/de/withdrawal/"' in found["de"].content


def test_where_no_law_asks_for_it_there_is_no_such_page(buyer: Client) -> None:
    assert buyer.get("/world/en/withdrawal/").status_code == HTTPStatus.NOT_FOUND
    assert "Withdraw from contract" not in text_of(buyer.get("/world/en/"))


def test_two_steps_declare_and_a_person_is_asked(
    buyer: Client, order: Order, typed: dict[str, str], now: datetime
) -> None:
    review = buyer.post(PAGE, {**typed, "step": "check"})
    assert "Confirm withdrawal" in text_of(review)
    assert Withdrawal.objects.count() == 0

    done = buyer.post(PAGE, {**form_of(review), "step": "confirm"})

    declared = Withdrawal.objects.get()
    todo = Todo.objects.get(kind=DECLARED)
    assert (done.status_code, done["Location"]) == (HTTPStatus.SEE_OTHER, f"{PAGE}?received")
    assert "Your withdrawal has reached us" in text_of(buyer.get(done["Location"]))
    assert (declared.order, declared.goods, declared.declared_at) == (order, "", now)
    assert (todo.subject_kind, todo.subject_id, todo.due_at) == ("withdrawal", declared.pk, now + LOOK_WITHIN)
    assert todo.facts == {}


def test_two_clicks_on_confirm_are_one_declaration(buyer: Client, typed: dict[str, str]) -> None:
    review = form_of(buyer.post(PAGE, {**typed, "step": "check"}))

    answers = [buyer.post(PAGE, {**review, "step": "confirm"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [HTTPStatus.SEE_OTHER] * 2
    assert Withdrawal.objects.count() == Todo.objects.filter(kind=DECLARED).count() == 1


def test_an_unknown_order_is_declared_with_the_same_answer(buyer: Client, order: Order, typed: dict[str, str]) -> None:
    """Neither refused nor told whether the number exists: with another address it is no proof of anything."""
    foreign = {**typed, "email": "other@example.com"}
    reviews = [buyer.post(PAGE, {**answers, "step": "check"}) for answers in (typed, foreign)]

    done = [buyer.post(PAGE, {**form_of(review), "step": "confirm"}) for review in reviews]

    assert len({(answer.status_code, answer["Location"]) for answer in done}) == 1
    assert list(Withdrawal.objects.order_by("pk").values_list("order_id", flat=True)) == [order.pk, None]


def test_only_some_goods_can_be_named_and_changed_before_confirming(buyer: Client, typed: dict[str, str]) -> None:
    review = form_of(buyer.post(PAGE, {**typed, "goods": "one small mug", "step": "check"}))

    again = form_of(buyer.post(PAGE, {**review, "step": "change"}))
    buyer.post(PAGE, {**review, "step": "confirm"})

    assert again["goods"] == "one small mug"
    assert Withdrawal.objects.get().goods == "one small mug"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Please fill in this field."),
        ("order_ref", "x" * 41, "Please use at most 40 characters."),
        ("email", "nowhere", "This is not an e-mail address"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    buyer: Client, typed: dict[str, str], field: str, value: str, words: str
) -> None:
    answer = buyer.post(PAGE, {**typed, field: value, "step": "confirm", "key": "k"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in text_of(answer)
    assert Withdrawal.objects.count() == 0


def test_the_receipt_has_content_date_and_time_and_comes_once(
    order: Order, now: datetime, work: Callable[[], int]
) -> None:
    declaration = Declaration("Greta Öztürk", order.ref, order.email, "one small mug")
    for _ in range(2):
        declare_withdrawal(declaration, key="k", market="de", language="en", at=now)

    work()

    letter = Message.objects.get(moment="withdrawal_received")
    assert letter.recipient == order.email
    for expected in ("one small mug", order.ref, "Greta Öztürk", order.email, f"{now:%Y}", "UTC"):
        assert expected in letter.text
        assert expected in letter.html


def test_our_form_floods_no_mailbox_but_everything_is_written_down(
    order: Order, now: datetime, work: Callable[[], int]
) -> None:
    declaration = Declaration("Greta", order.ref, order.email)
    for number in range(MOST_RECEIPTS + 3):
        declare_withdrawal(declaration, key=f"k{number}", market="de", language="en", at=now)
    later = now + timedelta(minutes=1)

    work()

    assert Message.objects.filter(moment="withdrawal_received").count() == MOST_RECEIPTS
    assert Withdrawal.objects.filter(declared_at__lt=later).count() == MOST_RECEIPTS + 3
