"""`tradewind mail`: what a mail server's pipe is told."""

import hashlib
import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from pytest_django.fixtures import Settings

from tests.cli.test_people_and_keys import say
from tests.console.making import make_order
from tradewind.connectors.smtp.connection import SMTP
from tradewind.core.models import SettingValue
from tradewind.messaging.coming_back import ways_back
from tradewind.messaging.models import BuyerMessage, Message, ReceivedMail, Suppression

SAMPLES = Path(__file__).parent.parent / "messaging" / "bounces" / "samples"

pytestmark = pytest.mark.django_db


def test_each_mail_is_a_line_and_what_cannot_be_read_is_said_at_the_end(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    gmail, away, missing = SAMPLES / "lhost-gmail-01.eml", SAMPLES / "rfc3834-01.eml", tmp_path / "none.eml"
    (tmp_path / "empty.eml").touch()

    code, out, err = say(
        capsys, "mail", "receive", "--json", *map(str, (gmail, missing, away, tmp_path / "empty.eml", gmail))
    )

    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["outcome"] for line in lines] == ["bounce", "auto_reply", "quarantined", "duplicate"]
    assert lines[0] == {
        "file": str(gmail),
        "outcome": "bounce",
        "from": "mailer-daemon@googlemail.com",
        "subject": "Delivery Status Notification (Failure)",
        "message_id": lines[0]["message_id"],
        "bounces": [{"recipient": "userunknown@example.jp", "kind": "hard", "status": "5.1.1"}],
    }
    assert (code, err) == (2, f"tradewind: {missing} cannot be read: No such file or directory.\n")
    assert ReceivedMail.objects.count() == 4


def test_one_mail_that_cannot_be_kept_does_not_stop_the_others_and_comes_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, settings: Settings
) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"
    first, second = tmp_path / "1.eml", tmp_path / "2.eml"
    first.write_bytes(b"From: greta@example.com\n\nHello")
    second.write_bytes(b"From: otto@example.com\n\nHello")
    settings.PRIVATE_ROOT.mkdir()
    (settings.PRIVATE_ROOT / hashlib.sha256(first.read_bytes()).hexdigest()[:2]).touch()

    code, out, err = say(capsys, "mail", "receive", str(first), str(tmp_path / "none.eml"), str(second))

    assert [json.loads(line)["from"] for line in out.splitlines()] == ["otto@example.com"]
    assert (code, "1.eml could not be taken in" in err, "It was not kept." in err, "none.eml cannot be" in err) == (
        75,
        *(True, True, True),
    )


def test_a_buyers_answer_is_put_at_its_order_by_the_address_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    order = make_order(1)
    letter = Message(pk=1, subject_kind="order", subject_id=order.pk)
    SettingValue.objects.create(
        key=SMTP.kind,
        value={"values": {"comes_back": "plus", "comes_back_to": "hello@tingyu.example"}},
        changed_at=order.placed_at,
    )
    raw = f"Delivered-To: {ways_back(letter).reply_to}\nFrom: greta@example.com\nTo: Shop\n\nWo bleibt es?"
    (tmp_path / "1.eml").write_text(raw)

    code, out, _ = say(capsys, "mail", "receive", str(tmp_path / "1.eml"))

    assert (code, json.loads(out)["outcome"]) == (0, "message")
    assert [(row.order_id, row.text) for row in BuyerMessage.objects.all()] == [(order.pk, "Wo bleibt es?")]


def test_a_pipe_gives_one_mail(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    raw = b"From: Greta <greta@example.com>\nSubject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=\nMessage-ID: <1@example.com>\n\nHallo"
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))

    code, out, _ = say(capsys, "mail", "receive")

    assert (code, json.loads(out)) == (
        0,
        {
            "file": "-",
            "outcome": "message",
            "from": "greta@example.com",
            "subject": "Größe",
            "message_id": "1@example.com",
        },
    )


def test_an_address_is_written_to_again(capsys: pytest.CaptureFixture[str], now: object) -> None:
    Suppression.objects.create(address="greta@example.com", why="unreachable", status="5.1.1", since=now)

    said = [say(capsys, "mail", "allow", "Greta@example.com")[1] for _ in range(2)]

    assert said == ["Greta@example.com is written to again.\n", "Nothing stood against Greta@example.com.\n"]
