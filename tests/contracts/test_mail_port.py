"""What every mail transport has to do, whoever stands behind it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import transaction

from tests.messaging.mail_server import HANG_UP, Script, mail_server
from tradewind.connectors.smtp.adapter import SmtpTransport
from tradewind.connectors.smtp.address import read_server_address
from tradewind.core.deliveries import OutcomeUnknown, TransactionOpen
from tradewind.core.work import Refused, TryAgain
from tradewind.messaging.ports import MailTransport, OutgoingMail, UnsafeHeader

MAIL = OutgoingMail(
    message_id="4711@tingyu.example",
    sender="Tingyu <hello@tingyu.example>",
    recipient="greta@example.com",
    subject="Größe 38 · 尺码",
    text="Text · 文字\n",
    html="<p>HTML · 网页</p>\n",
    headers={"Auto-Submitted": "auto-generated"},
)


@dataclass
class Bench:
    """A transport, and how to make the other side misbehave."""

    transport: MailTransport
    script: Script


@pytest.fixture(params=["smtp"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with mail_server() as running:
        transport = SmtpTransport(read_server_address(running.url), own_name="shop.example", longest=5)
        yield Bench(transport, running.script)
        transport.close()


def test_an_accepted_mail_comes_with_the_other_sides_words(bench: Bench) -> None:
    assert bench.transport.send(MAIL).response == "2.0.0 queued as 4711"
    assert [mail["Message-ID"] for mail in bench.script.mails] == ["<4711@tingyu.example>"]


def test_for_now_means_try_again(bench: Bench) -> None:
    bench.script.to_recipient.append("450 mailbox busy")

    with pytest.raises(TryAgain) as problem:
        bench.transport.send(MAIL)

    assert type(problem.value) is TryAgain
    assert bench.transport.send(MAIL).response == "2.0.0 queued as 4711"


@pytest.mark.parametrize("phase", ["to_recipient", "to_data"])
def test_for_good_means_refused_with_code_and_words(bench: Bench, phase: str) -> None:
    getattr(bench.script, phase).append("554 5.7.1 we do not take this")

    with pytest.raises(Refused) as problem:
        bench.transport.send(MAIL)

    assert (problem.value.code, problem.value.words) == ("554", "5.7.1 we do not take this")
    assert bench.script.received == []


def test_an_answer_that_never_came_means_unknown_and_the_same_bytes_again(bench: Bench) -> None:
    bench.script.to_data.append(HANG_UP)

    with pytest.raises(OutcomeUnknown):
        bench.transport.send(MAIL)
    bench.transport.send(MAIL)

    first, second = bench.script.received
    assert first == second


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_inside_a_transaction(bench: Bench) -> None:
    with transaction.atomic(), pytest.raises(TransactionOpen):
        bench.transport.send(MAIL)

    assert bench.script.connections == 0


def with_broken(part: str) -> OutgoingMail:
    broken: dict[str, Any] = {part: "a@example.com\r\nBcc: all@example.com"}
    return replace(MAIL, **broken)


@pytest.mark.parametrize("part", ["message_id", "sender", "recipient", "subject"])
def test_a_mail_whose_headers_break_cannot_be_made(part: str) -> None:
    with pytest.raises(UnsafeHeader):
        with_broken(part)


def test_further_headers_are_held_to_the_same() -> None:
    with pytest.raises(UnsafeHeader):
        replace(MAIL, headers={"Reply-To": "a@example.com\nBcc: all@example.com"})
