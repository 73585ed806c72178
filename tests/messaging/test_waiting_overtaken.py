"""Between planning and sending: stock that is gone again, wishes that ended, and what is forgotten once a letter has left."""

from datetime import timedelta

import pytest

from tests.messaging.mail_server import HANG_UP, Running
from tests.messaging.test_waiting import (
    GERMAN,
    GRETA,
    WorkUntilIdle,
    count,
    mug,
    people,
    standing_clock,
    told,
    wait_for,
)
from tests.shop import Shop
from tradewind.catalog.models import Variant
from tradewind.core.models import Delivery
from tradewind.inventory.stocktaking import receive
from tradewind.messaging import waiting
from tradewind.messaging.models import Message, Waiting

__all__ = ["mug", "standing_clock"]
pytestmark = pytest.mark.django_db
BACK = "Wieder auf Lager: Becher"


def subjects(server: Running) -> list[tuple[str, str]]:
    return [(mail["To"], mail["Subject"]) for mail in server.script.mails]


def planned(shop: Shop, mug: Variant, *emails: str) -> list[Waiting]:
    """Their letters stand ready: the mug came back, and no mail has left since."""
    rows = wait_for(mug, *emails, at=shop.at)
    receive(variant_id=mug.pk, warehouse=shop.shenzhen, quantity=5, by="staff:1", at=shop.at)
    assert waiting.tell(variant_id=mug.pk, at=shop.at) == len(emails)
    return rows


def test_a_letter_about_goods_that_are_gone_again_stays_here_and_its_reader_is_told_when_they_return(
    shop: Shop, mug: Variant, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    planned(shop, mug, GRETA)
    count(shop, 0)
    work_until_idle()

    assert (subjects(server), Message.objects.count()) == ([], 0)
    assert list(Waiting.objects.values_list("state", "email", "address", "told_at")) == [
        ("confirmed", GRETA, GRETA.lower(), None)
    ]
    count(shop, 1)
    work_until_idle()
    work_until_idle(after=timedelta(days=1))
    assert subjects(server) == [(GRETA, BACK)]


def test_whoever_was_not_told_after_all_keeps_the_place_in_the_queue(
    shop: Shop, mug: Variant, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    planned(shop, mug, *people(2))
    count(shop, 0)
    work_until_idle()
    wait_for(mug, "later1@example.com", "later2@example.com", at=shop.at + timedelta(minutes=30))
    count(shop, 1)
    waiting.tell(variant_id=mug.pk, at=shop.at + timedelta(hours=1))

    assert told() == [*people(2), "later1@example.com"]


def test_whoever_asked_anew_meanwhile_waits_once(
    shop: Shop, mug: Variant, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    planned(shop, mug, GRETA)
    count(shop, 0)
    waiting.ask(variant=mug, email=GRETA, page=GERMAN, at=shop.at)
    work_until_idle()

    assert list(Waiting.objects.values_list("state", "address")) == [("asked", GRETA.lower())]
    assert [subject for _, subject in subjects(server)] == ["Bitte bestätigen: Nachricht, wenn „Becher“ wieder da ist"]


@pytest.mark.parametrize("way", ["erased", "stopped"])
@pytest.mark.parametrize("left", [0, 5])
def test_a_wish_that_ends_takes_along_the_letter_that_has_not_left(
    shop: Shop, mug: Variant, server: Running, work_until_idle: WorkUntilIdle, way: str, left: int
) -> None:
    (row,) = planned(shop, mug, GRETA)
    count(shop, left)
    if way == "erased":
        waiting.erase(GRETA)
    else:
        waiting.stop(waiting_id=row.pk)
    work_until_idle()

    assert (subjects(server), Waiting.objects.count(), Message.objects.count()) == ([], 0, 0)


def test_a_question_whose_wish_is_gone_is_not_asked(
    shop: Shop, mug: Variant, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    waiting.ask(variant=mug, email=GRETA, page=GERMAN, at=shop.at)
    row = Waiting.objects.get()
    waiting.ask_to_confirm(waiting_id=row.pk, at=shop.at)
    waiting.stop(waiting_id=row.pk)
    work_until_idle()

    assert (subjects(server), Message.objects.count()) == ([], 0)


def test_a_letter_that_had_to_wait_for_the_mail_server_is_not_forgotten(
    shop: Shop, mug: Variant, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    planned(shop, mug, GRETA)
    waiting.forget(shop.at + 2 * waiting.WINDOW)
    work_until_idle(after=2 * waiting.WINDOW)

    assert subjects(server) == [(GRETA, BACK)]


def test_a_letter_that_may_have_arrived_is_repeated_as_it_was_rather_than_taken_back(
    shop: Shop, mug: Variant, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    planned(shop, mug, GRETA)
    server.script.to_data.append(HANG_UP)
    work_until_idle()
    count(shop, 0)
    work_until_idle(after=timedelta(hours=1))

    assert len({mail["Message-ID"] for mail in server.script.mails}) == 1
    assert (len(server.script.mails), Delivery.objects.get().uncertain) == (2, True)
    assert Waiting.objects.get().state == Waiting.State.TOLD


def test_words_and_addresses_go_with_the_next_sweep_after_the_letter_and_not_before(
    shop: Shop, mug: Variant, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    waiting.ask(variant=mug, email=GRETA, page=GERMAN, at=shop.at)
    work_until_idle()
    waiting.confirm(waiting_id=Waiting.objects.get().pk, at=shop.at)
    waiting.forget(shop.at)
    assert list(Message.objects.values_list("recipient", flat=True)) == [GRETA]

    receive(variant_id=mug.pk, warehouse=shop.shenzhen, quantity=5, by="staff:1", at=shop.at)
    waiting.tell(variant_id=mug.pk, at=shop.at)
    waiting.forget(shop.at)
    assert told() == [GRETA]
    work_until_idle()
    waiting.forget(shop.at)

    assert set(Message.objects.values_list("recipient", "text", "html", "stop_url")) == {("", "", "", "")}
    assert (len(server.script.mails), waiting.export_of(GRETA)) == (2, [])


def test_the_mail_that_nobody_answered_is_forgotten_with_its_wish(
    shop: Shop, mug: Variant, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    waiting.ask(variant=mug, email=GRETA, page=GERMAN, at=shop.at)
    work_until_idle()
    waiting.forget(shop.at + waiting.CONFIRM_WITHIN)

    assert (Waiting.objects.count(), waiting.export_of(GRETA)) == (0, [])
    assert list(Message.objects.values_list("recipient", "text")) == [("", "")]


def test_a_wish_for_a_variant_that_is_no_longer_sold_is_told_to_nobody_and_forgotten(shop: Shop, mug: Variant) -> None:
    wait_for(mug, GRETA, at=shop.at)
    count(shop, 5)
    Variant.objects.filter(pk=mug.pk).update(is_offered=False)

    assert (waiting.tell(variant_id=mug.pk, at=shop.at), waiting.forget(shop.at), told()) == (0, 1, [])


def test_one_unit_and_five_hundred_who_wait_makes_three_letters_in_each_window(shop: Shop, mug: Variant) -> None:
    rows = [
        Waiting(
            variant=mug,
            email=email,
            address=email,
            market="de",
            language="de",
            state=Waiting.State.CONFIRMED,
            asked_at=shop.at,
            confirmed_at=shop.at,
        )
        for email in people(500)
    ]
    Waiting.objects.bulk_create(rows)
    count(shop, 1)

    told_each = [waiting.tell_the_rest(shop.at + timedelta(minutes=10 * turn)) for turn in range(25)]
    assert told_each == [waiting.PER_UNIT, *[0] * 23, waiting.PER_UNIT]
    assert told() == people(2 * waiting.PER_UNIT)
    count(shop, 300)
    assert waiting.tell_the_rest(shop.at + timedelta(days=1)) == waiting.BATCH
