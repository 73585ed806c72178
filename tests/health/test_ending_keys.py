"""A program must not stand still unannounced: its key's maker and the owners are told a week before, each once."""

from datetime import datetime, timedelta

import pytest

from tests.console.making import client_of, make_staff
from tests.messaging.mail_server import Running
from tradewind.core.deliveries import run_deliveries
from tradewind.core.models import ApiToken, Staff
from tradewind.core.models.staff import Role
from tradewind.core.program_keys import revoke_key
from tradewind.core.staff import create_token
from tradewind.core.staffing import let_go
from tradewind.health.ending_keys import tell_of_ending_keys
from tradewind.messaging.models import Message

pytestmark = pytest.mark.django_db


def make_key(name: str, by: Staff, at: datetime) -> ApiToken:
    ends = at + timedelta(days=8)
    return create_token(name=name, scopes=["orders:read"], by=by, at=at, expires_at=ends)[0]


def test_a_week_before_it_ends_maker_and_owners_are_told_once_each(now: datetime) -> None:
    owner, manager, gone = make_staff(), make_staff(Role.MANAGER, language="zh-hans"), make_staff(Role.ANALYST)
    make_key("erp", manager, now)
    make_key("of one who left", gone, now)
    revoke_key(make_key("old", owner, now), reason="replaced", by="staff:1", at=now)
    let_go(gone.pk, by=owner, at=now)

    days = [tell_of_ending_keys(now + timedelta(days=day)) for day in range(10)]

    assert days == [0, 2, 0, 0, 0, 0, 0, 0, 0, 0]
    letters = dict(Message.objects.values_list("recipient", "subject"))
    assert letters["owner@shop.example"] == "The key “erp” ends on 2026-12-01 14:00"
    assert set(letters) == {"owner@shop.example", "manager@shop.example"}
    page = client_of(owner).get(f"/console/messages/{Message.objects.get(language='en').pk}")
    assert (page.status_code, "A key ends" in page.content.decode()) == (200, True)


def test_where_mail_stood_still_a_key_that_was_revoked_meanwhile_is_no_news(now: datetime, server: Running) -> None:
    owner = make_staff()
    keys = [make_key(name, owner, now) for name in ("kept", "revoked")]
    soon = now + timedelta(days=2)
    assert tell_of_ending_keys(soon) == 2
    revoke_key(keys[1], reason="replaced", by="staff:1", at=soon)

    run_deliveries(now=lambda: soon)

    assert [mail["Subject"] for mail in server.script.mails] == ["The key “kept” ends on 2026-12-01 14:00"]
    assert Message.objects.filter(state="planned").count() == 0
