"""Servers that are slow, wrong, or gone in the middle of a step: what is uncertain is called so, and nothing else is."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.connectors.scripted_server import (
    Act,
    Scripted,
    after,
    drips,
    hangs_up,
    is_one_long_line,
    is_silent,
    never_ends,
    resets,
    says,
    scripted,
)
from tests.contracts.test_mail_port import MAIL
from tradewind.connectors.smtp.adapter import SmtpTransport
from tradewind.connectors.smtp.address import read_server_address
from tradewind.core.deliveries import OutcomeUnknown
from tradewind.core.work import NeedsAttention, Refused, TryAgain
from tradewind.messaging.ports import AskedForSlowness, OutgoingMail

BEFORE = ["greeting", "ehlo", "mail", "rcpt", "data", "content"]
BROKEN = [hangs_up, resets]
STRANGE: list[Act] = [
    drips,
    is_silent,
    never_ends,
    is_one_long_line,
    says(b"hello there\r\n"),
    says(b"\r\n"),
    says(b"\xff\xfe\x00nonsense\r\n"),
    says(b"250 fine\r\n250 really\r\n"),
]
NAMES = ["drips", "silent", "never ends", "one long line", "words", "empty", "bytes", "twice"]


# More than waits in sockets: whoever hangs up while it comes has not heard its end.
LARGE = replace(MAIL, text="Thank you for your order.\n" * 500_000)


def send(server: Scripted, mail: OutgoingMail = MAIL, *, longest: float = 1) -> None:
    transport = SmtpTransport(read_server_address(server.url), own_name="shop.example", longest=longest)
    try:
        transport.send(mail)
    finally:
        transport.close()


@pytest.mark.parametrize("act", BROKEN, ids=["closed", "reset"])
@pytest.mark.parametrize("step", BEFORE[2:])
def test_a_line_that_breaks_before_the_mail_is_whole_is_tried_anew_at_once(step: str, act: Act) -> None:
    with scripted({step: [act]}) as server:
        send(server, LARGE if step == "content" else MAIL, longest=10)

        assert (len(server.taken), server.connections) == (1, 2)


@pytest.mark.parametrize("act", BROKEN, ids=["closed", "reset"])
@pytest.mark.parametrize("step", BEFORE)
def test_a_server_that_breaks_off_again_and_again_leaves_no_doubt(step: str, act: Act) -> None:
    with scripted({step: [act] * 9}) as server, pytest.raises(TryAgain) as problem:
        send(server, LARGE if step == "content" else MAIL, longest=10)

    assert type(problem.value) is TryAgain
    assert (server.taken, server.connections) == ([], 1 if step in {"greeting", "ehlo"} else 2)


@pytest.mark.parametrize("act", STRANGE, ids=NAMES)
@pytest.mark.parametrize("step", BEFORE[:-1])
def test_whatever_is_strange_before_the_mail_is_whole_leaves_no_doubt(step: str, act: Act) -> None:
    with scripted({step: [act] * 9}) as server:
        try:
            send(server)
            end = "sent"
        except (TryAgain, NeedsAttention) as problem:
            end = type(problem).__name__

        assert (end, len(server.taken)) in [("sent", 1), ("TryAgain", 0), ("NeedsAttention", 0)]


@pytest.mark.parametrize(
    "act",
    [
        hangs_up,
        resets,
        drips,
        is_silent,
        never_ends,
        is_one_long_line,
        says(b"what?\r\n"),
        says(b"\r\n"),
        says(b"354 go on\r\n"),
    ],
    ids=["closed", "reset", "drips", "silent", "never ends", "one long line", "words", "empty", "354"],
)
@pytest.mark.parametrize("is_taken", [True, False], ids=["and has it", "and has it not"])
def test_without_an_answer_to_the_whole_mail_it_is_uncertain(act: Act, is_taken: bool) -> None:
    with scripted({"end": [act]}, keeps=(act,) if is_taken else ()) as server:
        with pytest.raises(OutcomeUnknown):
            send(server)

        # Repeated by the delivery, under its Message-ID, and not at once.
        assert (len(server.taken), server.connections) == (int(is_taken), 1)


@pytest.mark.parametrize("code", [b"450 4.2.0 later", b"451 4.3.0 oops", b"452 4.3.1 full"])
@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "end"])
def test_a_server_that_says_later_is_asked_later(step: str, code: bytes) -> None:
    with scripted({step: [says(code + b"\r\n")]}) as server, pytest.raises(TryAgain) as problem:
        send(server)

    assert (type(problem.value), str(problem.value)) == (TryAgain, code.decode())
    assert (server.taken, server.connections) == ([], 1)


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "end"])
def test_a_server_that_says_no_has_said_no(step: str) -> None:
    with scripted({step: [says(b"554 5.7.1 spam\r\n")]}) as server, pytest.raises(Refused) as problem:
        send(server)

    assert (problem.value.code, server.taken) == ("554", [])


@pytest.mark.parametrize(("step", "is_from_all"), [("greeting", True), ("mail", True), ("rcpt", False), ("end", False)])
def test_who_asks_for_slowness_is_known_by_the_step(step: str, is_from_all: bool) -> None:
    answer = says(b"421 4.7.0 too many mails, try again in 120 seconds\r\n")
    with scripted({step: [answer] * 3}) as server, pytest.raises(AskedForSlowness) as problem:
        send(server)

    assert (problem.value.is_from_all, problem.value.after.total_seconds()) == (is_from_all, 120)


def test_a_slow_server_is_waited_for() -> None:
    slowly = after(0.1, b"250 at last\r\n")
    with scripted({"mail": [slowly], "rcpt": [slowly], "end": [slowly]}, keeps=(slowly,)) as server:
        send(server, longest=10)

        assert len(server.taken) == 1


@pytest.mark.parametrize("words", [b"554 5.7.1 you are on a list\r\n", b"521 no mail here\r\n"])
def test_a_server_that_does_not_want_us_is_a_matter_for_a_person_and_fails_no_mail(words: bytes) -> None:
    with scripted({"greeting": [says(words)]}) as server, pytest.raises(NeedsAttention, match="does not talk to us"):
        send(server)


def test_one_mail_in_trouble_does_not_touch_those_that_leave_beside_it() -> None:
    """Six at once over one pool: some lines break before, some after the mail, some are silent."""
    acts: dict[str, list[Act | None]] = {"end": [hangs_up, None, None, says(b"450 later\r\n"), None, None]}
    acts["rcpt"] = [None, resets, None, None, says(b"550 5.1.1 nobody\r\n")]
    ends: dict[int, str] = {}
    with scripted(acts) as server:
        transport = SmtpTransport(read_server_address(server.url), own_name="shop.example", longest=5)

        def run(number: int) -> None:
            try:
                transport.send(replace(MAIL, message_id=f"{number}@tingyu.example"))
                ends[number] = "sent"
            except (TryAgain, Refused) as problem:
                ends[number] = type(problem).__name__

        everybody = [threading.Thread(target=run, args=(number,)) for number in range(6)]
        for each in everybody:
            each.start()
        for each in everybody:
            each.join()
        transport.close()

    found: Callable[[str], int] = list(ends.values()).count
    assert (found("sent"), found("OutcomeUnknown"), found("TryAgain"), found("Refused")) == (3, 1, 1, 1)
    arrived = [number for number in range(6) for mail in server.taken if f"<{number}@tingyu.example>".encode() in mail]
    assert arrived == sorted({number for number, end in ends.items() if end == "sent"})
