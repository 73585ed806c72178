"""Everyone is registered once, by an address or by a platform's own id."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from tradewind.buyers.models import Buyer, Identity
from tradewind.buyers.registering import ExternalBuyer, register, register_external
from tradewind.core.facts import load, timeline


@pytest.mark.django_db
def test_a_new_address_becomes_a_buyer_and_a_fact_without_personal_data(now: datetime) -> None:
    buyer = register(email=" Ada.Löwe@Example.com ", name="Ada Löwe", language="de", country="DE", at=now)

    identity = Identity.objects.get()
    facts = [load(row) for row in timeline("buyer", buyer.pk)]
    assert (buyer.name, buyer.language, buyer.country, buyer.created_at) == ("Ada Löwe", "de", "DE", now)
    assert (identity.kind, identity.scope, identity.value) == ("email", 0, "ada.löwe@example.com")
    assert identity.shown == "Ada.Löwe@Example.com"
    assert [(type(fact).__name__, fact.buyer_id, fact.through) for fact in facts] == [
        ("BuyerRegistered", buyer.pk, "email")
    ]


@pytest.mark.django_db
def test_who_comes_again_is_the_same_buyer_and_is_not_renamed(now: datetime) -> None:
    first = register(email="ada@example.com", name="Ada", language="de", country="DE", at=now)

    again = register(
        email="ADA@example.com", name="Somebody Else", language="en", country="FR", at=now + timedelta(days=3)
    )

    assert again.pk == first.pk
    assert (again.name, again.language, again.country) == ("Ada", "de", "DE")
    assert len(timeline("buyer", first.pk)) == 1


@pytest.mark.django_db
def test_gaps_in_what_is_known_are_filled(now: datetime) -> None:
    register(email="ada@example.com", name="", language="de", country="", at=now)

    again = register(email="ada@example.com", name="Ada", language="de", country="DE", at=now)

    assert (again.name, again.country) == ("Ada", "DE")


@pytest.mark.django_db
def test_external_ids_are_registered_once(now: datetime) -> None:
    first = register_external([ExternalBuyer("12583", "fr", "FR"), ExternalBuyer("12791", "nl", "NL")], scope=7, at=now)
    again = register_external([ExternalBuyer("12583", "en"), ExternalBuyer("12431", "en", "AU")], scope=7, at=now)

    assert again["12583"] == first["12583"]
    assert Buyer.objects.count() == 3
    assert [Buyer.objects.get(pk=first["12583"]).country, len(timeline("buyer", again["12431"]))] == ["FR", 1]


@pytest.mark.django_db
def test_an_id_of_another_account_is_another_person(now: datetime) -> None:
    one = register_external([ExternalBuyer("42", "en")], scope=1, at=now)
    two = register_external([ExternalBuyer("42", "en")], scope=2, at=now)

    assert one["42"] != two["42"]


@pytest.mark.django_db(transaction=True)
def test_two_orders_at_the_same_moment_find_one_buyer(now: datetime) -> None:
    at_once = threading.Barrier(4)
    found: list[int] = []

    def order() -> None:
        at_once.wait()
        found.append(register(email="ada@example.com", name="Ada", language="de", country="DE", at=now).pk)
        connection.close()

    buyers = [threading.Thread(target=order) for _ in range(4)]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()

    assert len(found) == 4
    assert set(found) == set(Buyer.objects.values_list("id", flat=True))
    assert Buyer.objects.count() == 1
