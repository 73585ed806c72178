import re
from datetime import timedelta

from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.console.making import client_of, make_order, make_staff
from tradewind.core.models import Todo
from tradewind.core.models.staff import Role


def ask(kind: str = "order.overpaid", *, minutes: int = 60, subject: tuple[str, int] = ("order", 1)) -> Todo:
    now = timezone.now()
    return Todo.objects.create(
        kind=kind,
        subject_kind=subject[0],
        subject_id=subject[1],
        facts={"amount": 1250, "currency": "EUR"},
        due_at=now + timedelta(minutes=minutes),
        created_at=now,
    )


def page_of(client: Client) -> str:
    return client.get("/console/").content.decode()


def test_duties_stand_by_due_time_with_the_page_that_helps(console: Client) -> None:
    ask(minutes=90, subject=("order", 7))
    ask("mail.stopped", minutes=-30, subject=("mail", 0))

    page = page_of(console)

    assert re.findall(r'class="button primary" href="([^"]+)"', page) == ["/console/work", "/console/orders/7"]
    assert "€12.50 too much came for an order." in page
    assert "30 min late" in page


def test_a_duty_that_the_page_does_not_know_is_shown_by_its_name(console: Client) -> None:
    ask("parcel.looks_odd", subject=("parcel", 3))

    assert "parcel: looks odd" in page_of(console)


def test_done_takes_a_duty_off_the_list(console: Client) -> None:
    todo = ask()

    response = console.post(f"/console/todos/{todo.pk}/completion")
    again = console.post(f"/console/todos/{todo.pk}/completion")

    assert (response["Location"], again["Location"]) == ("/console/?done=todo", "/console/?done=gone")
    assert "Nothing waits for a person." in page_of(console)


def test_numbers_lead_to_their_lists(console: Client) -> None:
    make_order(1, state="paid")
    make_order(2, state="paid")
    make_order(3, state="awaiting_payment")
    make_order(4, state="completed", kind="credit")

    found = re.findall(r'href="([^"]+)" class="count[^>]+>\s*<strong>(\d+)', page_of(console))

    assert found == [
        ("/console/orders?state=awaiting_payment&amp;kind=sale", "1"),
        ("/console/orders?state=paid&amp;kind=sale", "2"),
        ("/console/messages?state=failed", "0"),
        ("/console/work", "0"),
    ]


def test_one_sees_only_the_numbers_of_pages_that_one_may_open(db: None) -> None:
    page = page_of(client_of(make_staff(Role.WAREHOUSE)))

    assert re.findall(r'href="([^"?]+)[^"]*" class="count', page) == ["/console/orders", "/console/orders"]


def test_thirty_duties_take_no_more_statements_than_one(
    console: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ask(subject=("refund", 1))
    page_of(console)
    # session, staff, to-dos, refunds, two states, messages, three kinds of work, four looks at promises, one at parcels of which nobody hears, one at promises of notices
    with django_assert_num_queries(16):
        page_of(console)
    for number in range(2, 31):
        ask(subject=("refund", number))
    with django_assert_num_queries(16):
        page = page_of(console)

    assert page.count('class="duty"') == 30
