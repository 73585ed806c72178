"""Numbers that a tracker does not take: somebody is asked for a hand, and they are told again, by themselves or at a press."""

from datetime import timedelta

import pytest

from tests.connectors.tracking_servers import KEY, Books, aftership, serving
from tests.console.making import client_of, make_staff
from tests.shipping.followed import NUMBER, have_followed, sent
from tests.shop import Shop
from tradewind.connectors.aftership.adapter import AfterShip
from tradewind.core.models import AuditEntry, Todo
from tradewind.core.models.staff import Role
from tradewind.shipping import ports
from tradewind.shipping.asking import ask_about_silent
from tradewind.shipping.models import Parcel

pytestmark = pytest.mark.django_db(transaction=True)
OTHER = "LP00112233445566"


def todos() -> list[str]:
    return list(Todo.objects.filter(kind="parcel.unfollowed").order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize(("code", "words"), [(-18019907, "limit of this day"), (-18019908, "quota")])
def test_what_a_used_up_limit_leaves_out_is_told_again_by_itself(
    books: Books, shop: Shop, code: int, words: str
) -> None:
    books.known[OTHER] = {"number": OTHER, "tracking_status": "Tracking", "is_retracked": False}
    books.used_up = code
    left_out, known = sent(shop), sent(shop, OTHER)

    have_followed(shop.at)

    left_out.refresh_from_db()
    known.refresh_from_db()
    assert (left_out.watch, words in left_out.watch_problem, known.watch) == ("refused", True, "watched")
    assert todos() == ["open"]
    have_followed(shop.at + timedelta(hours=4))
    assert (NUMBER in books.known, todos()) == (False, ["open"])
    books.used_up = 0
    have_followed(shop.at + timedelta(hours=8))
    left_out.refresh_from_db()
    assert (left_out.watch, left_out.watch_problem, todos()) == ("watched", "", ["done"])


def test_a_press_has_all_that_were_refused_told_again(books: Books, shop: Shop) -> None:
    books.used_up = -18019908
    parcel = sent(shop)
    have_followed(shop.at)
    packer = client_of(make_staff(Role.WAREHOUSE))
    page = packer.get("/console/parcels?view=unfollowed").content.decode()
    assert (NUMBER in page, "quota is used up" in page, "/console/parcels/following" in page) == (True, True, True)

    books.used_up = 0
    assert packer.post("/console/parcels/following").status_code == 302
    have_followed(shop.at + timedelta(minutes=2))

    parcel.refresh_from_db()
    assert (parcel.watch, todos()) == ("watched", ["done"])
    assert AuditEntry.objects.get(action="parcels.told_again").after == {"parcels": 1}
    # What was planned by itself finds nothing left to tell.
    books.asked.clear()
    have_followed(shop.at + timedelta(hours=4))
    assert [call for call, _ in books.asked if "register" in call] == []


def test_a_number_that_is_refused_for_good_is_told_again_only_at_a_press(books: Books, shop: Shop) -> None:
    sent(shop, "LP1")
    have_followed(shop.at)
    books.asked.clear()
    have_followed(shop.at + timedelta(hours=8))
    assert (todos(), Parcel.objects.get().watch, books.asked) == (["open"], "refused", [])


def test_a_number_that_its_tracker_refuses_when_asked_is_not_listened_to_and_is_a_task(
    books: Books, shop: Shop
) -> None:
    refused, fine = sent(shop), sent(shop, OTHER)
    have_followed(shop.at)
    books.refused[NUMBER] = -18019911

    ask_about_silent(shop.at + timedelta(days=2))

    refused.refresh_from_db()
    fine.refresh_from_db()
    assert (refused.listened_at, refused.watch, refused.ask_at) == (None, "refused", None)
    assert (refused.watch_problem, todos()) == ("-18019911 No.", ["open"])
    assert (fine.listened_at, fine.watch) == (shop.at + timedelta(days=2), "watched")


def test_a_number_that_its_tracker_does_not_know_any_more_is_told_to_it_again(books: Books, shop: Shop) -> None:
    parcel = sent(shop)
    have_followed(shop.at)
    books.known.clear()

    ask_about_silent(shop.at + timedelta(days=2))
    parcel.refresh_from_db()
    assert (parcel.listened_at, parcel.watch, parcel.ask_at) == (None, "wanted", None)

    have_followed(shop.at + timedelta(days=2))
    ask_about_silent(shop.at + timedelta(days=4))
    parcel.refresh_from_db()
    assert (list(books.known), parcel.watch, todos()) == ([NUMBER], "watched", [])
    assert parcel.listened_at == shop.at + timedelta(days=4)


def test_that_nothing_is_known_of_a_number_yet_is_an_answer(books: Books, shop: Shop) -> None:
    parcel = sent(shop)
    have_followed(shop.at)
    books.refused[NUMBER] = -18019909

    ask_about_silent(shop.at + timedelta(days=2))

    parcel.refresh_from_db()
    assert (parcel.listened_at, parcel.watch) == (shop.at + timedelta(days=2), "watched")


def test_what_aftership_does_not_list_is_told_to_it_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    parcel = sent(shop)
    Parcel.objects.update(watch="watched", tracker="aftership", ask_at=shop.at)
    monkeypatch.setattr(ports, "_slots", {})
    with serving(aftership) as there:
        ports.fill(AfterShip(base=there.base, values=lambda: {"key": KEY}))
        ask_about_silent(shop.at + timedelta(days=2))

    parcel.refresh_from_db()
    assert (parcel.listened_at, parcel.watch) == (None, "wanted")
