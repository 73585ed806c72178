"""What stands in the database of a demo is refused in a real shop."""

from datetime import datetime

import pytest

from tradewind.cli.refusals import wrong_in_database
from tradewind.core.models.staff import Role
from tradewind.core.staff import NewStaff, add_staff
from tradewind.payments.models import MethodOffer


@pytest.mark.django_db
def test_demo_accounts_and_the_simulator_are_refused_while_they_are_on(now: datetime) -> None:
    demo = NewStaff("demo@shop.example", "Demo", Role.AGENT, is_demo=True)
    person = add_staff(demo, password="a long walk by the sea", at=now)
    add_staff(NewStaff("mei@shop.example", "Mei", Role.OWNER), password="a long walk by the sea", at=now)
    method = MethodOffer.objects.create(market_id=1, code="card", provider="simulator", name={"en": "Card"})
    MethodOffer.objects.create(market_id=1, code="bank_transfer", provider="manual", name={"en": "Transfer"})

    refused = wrong_in_database()
    MethodOffer.objects.filter(pk=method.pk).update(is_on=False)
    type(person).objects.filter(pk=person.pk).update(is_active=False)

    assert [line.partition(". ")[0] for line in refused] == [
        "Demo accounts can log in: demo@shop.example",
        "Payment methods of the simulator are on: card",
    ]
    assert wrong_in_database() == []
