"""Two people, or two browsers, at the same moment: one owner stays, one code opens one door, one link brings in one person."""

from datetime import UTC, datetime
from unittest.mock import patch

import pyotp
import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.models import QuerySet

from tests.at_once import succeed_at_once
from tests.console.authenticator import Authenticator
from tradewind.core import second_factors
from tradewind.core.inviting import InvitationGone, Invited, accept, invite
from tradewind.core.models import Staff
from tradewind.core.models.staff import Role
from tradewind.core.passkeys import WrongPasskey, add_passkey, ask_to_make, ask_to_sign, check_passkey
from tradewind.core.program_keys import NameTaken, WantedKey, make_key
from tradewind.core.second_factors import WrongCode, begin, check, confirm
from tradewind.core.staffing import LastOwner, let_go

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 6, 5, tzinfo=UTC)
ROUNDS = 4


def owner(name: str) -> Staff:
    return Staff.objects.create(email=f"{name}@shop.example", name=name, role=Role.OWNER, created_at=AT)


def let_each_other_go(number: int) -> int:
    """How many owners are left of two who let each other go at the same moment."""
    a, b = owner(f"a{number}"), owner(f"b{number}")
    succeed_at_once(lambda: let_go(b.pk, by=a, at=AT), lambda: let_go(a.pk, by=b, at=AT), refusals=(LastOwner,))
    left = Staff.objects.filter(pk__in=[a.pk, b.pk], is_active=True).count()
    Staff.objects.filter(pk__in=[a.pk, b.pk]).delete()
    return left


def test_of_two_owners_who_let_each_other_go_one_stays() -> None:
    assert [let_each_other_go(number) for number in range(ROUNDS)] == [1] * ROUNDS


def test_one_code_opens_one_door() -> None:
    person = owner("mei")
    app = pyotp.TOTP(begin(person, at=AT))
    confirm(person, app.at(AT), at=AT)
    code = app.at(LATER)

    doors = [lambda: check(person, code, at=LATER)] * 3

    assert succeed_at_once(*doors, refusals=(WrongCode,)) == 1


def test_one_link_brings_in_one_person() -> None:
    _, token = invite(Invited("new@shop.example", Role.AGENT, "en"), by=owner("mei"), at=AT)

    clicks = [lambda: accept(token, name="New", password="nine slow barges", at=AT)] * 3

    assert succeed_at_once(*clicks, refusals=(InvitationGone,)) == 1
    assert Staff.objects.filter(email="new@shop.example").count() == 1


def test_what_a_passkey_has_signed_once_opens_one_door(settings: LazySettings) -> None:
    settings.BASE_URL = "https://shop.example"
    person, phone = owner("mei"), Authenticator()
    made = ask_to_make(person)
    add_passkey(person, phone.make(made.options), challenge=made.challenge, name="phone", at=AT)
    asked = ask_to_sign(person, alone=True)
    answer = phone.sign(asked.options)

    doors = [lambda: check_passkey(answer, challenge=asked.challenge, alone=True, at=LATER)] * 3

    assert succeed_at_once(*doors, refusals=(WrongPasskey,)) == 1


def test_two_clicks_make_one_key_and_without_the_lock_more() -> None:
    person = owner("mei")

    def clicks(name: str) -> int:
        wanted = WantedKey(name, ["orders:read"])
        makes = [lambda: make_key(wanted, by=person, at=AT)] * 3
        return succeed_at_once(*makes, refusals=(NameTaken,))

    assert [clicks(f"key {number}") for number in range(ROUNDS)] == [1] * ROUNDS
    if connection.vendor == "sqlite":  # writers take turns there with and without
        return
    with patch.object(QuerySet, "select_for_update", lambda self, **_: self):
        assert max(clicks(f"unguarded {number}") for number in range(ROUNDS)) > 1


def test_the_control_without_the_lock_one_code_opens_more(transactional_db: None) -> None:
    """Where nobody holds the row while a code is tried, both read that it is unused."""
    person = owner("mei")
    app = pyotp.TOTP(begin(person, at=AT))
    confirm(person, app.at(AT), at=AT)
    code, tried = app.at(LATER), []
    used = second_factors._use_of_app

    def slowly(row: object, typed: str, at: datetime) -> bool:
        if not tried:
            tried.append(1)
            # Somebody else comes in between reading and writing.
            check(person, code, at=LATER)
        return used(row, typed, at)  # type: ignore[arg-type]

    with (
        patch.object(QuerySet, "select_for_update", lambda self, **_: self),
        patch.object(second_factors, "_use_of_app", slowly),
    ):
        check(person, code, at=LATER)

    assert tried == [1]
