"""Kept lines to a mail server: shared by threads, let go when nobody needs them, and never the reason for a doubt or a pause."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from tests.connectors.scripted_server import scripted
from tests.contracts.test_mail_port import MAIL
from tests.messaging.mail_server import WAIT, Running, hang_up, mail_server
from tradewind.connectors.smtp import client, pool
from tradewind.connectors.smtp.adapter import SmtpTransport
from tradewind.connectors.smtp.address import read_server_address
from tradewind.core.work import Refused


def sending_to(url: str, **options: Any) -> SmtpTransport:
    return SmtpTransport(read_server_address(url), own_name="shop.example", **{"longest": 5, **options})


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def send_two_at_once(running: Running, transport: SmtpTransport) -> None:
    running.script.to_data.extend([WAIT, WAIT])
    both = [threading.Thread(target=transport.send, args=(MAIL,)) for _ in range(2)]
    for each in both:
        each.start()
    wait_until(lambda: len(running.script.received) == 2)
    running.script.go_on.set()
    for each in both:
        each.join()


def test_threads_that_send_at_once_have_a_line_each_and_share_them_afterwards() -> None:
    with mail_server() as running:
        transport = sending_to(running.url)
        send_two_at_once(running, transport)
        for _ in range(3):
            transport.send(MAIL)
        transport.close()

        assert (len(running.script.received), running.script.connections) == (5, 2)


def test_a_line_is_left_after_so_many_mails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MOST_MAILS", 2)
    with mail_server() as running:
        transport = sending_to(running.url)
        for _ in range(5):
            transport.send(MAIL)
        transport.close()

        assert (len(running.script.received), running.script.connections) == (5, 3)


def test_no_more_lines_are_kept_than_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MOST_KEPT", 1)
    with scripted() as server:
        transport = sending_to(server.url)
        server.hold_data.clear()
        both = [threading.Thread(target=transport.send, args=(MAIL,)) for _ in range(2)]
        for each in both:
            each.start()
        wait_until(lambda: server.waiting == 2)
        server.hold_data.set()
        for each in both:
            each.join()
        wait_until(lambda: server.farewells == 1)
        transport.close()
        wait_until(lambda: server.farewells == 2)


def test_a_line_that_nobody_uses_is_left_with_a_farewell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "LONGEST_IDLE", 0.2)
    with scripted() as server:
        transport = sending_to(server.url)
        transport.send(MAIL)
        wait_until(lambda: server.farewells == 1)
        transport.send(MAIL)
        transport.close()

        assert server.connections == 2


def test_a_refused_mail_costs_no_new_line() -> None:
    """Its conversation is ended by RSET."""
    with mail_server() as running:
        transport = sending_to(running.url)
        running.script.to_recipient.append("550 5.1.1 no such user")
        with pytest.raises(Refused):
            transport.send(MAIL)
        transport.send(replace(MAIL, recipient="other@example.com"))
        transport.close()

        assert (len(running.script.received), running.script.connections) == (1, 1)


@pytest.mark.parametrize("how", ["closed", "reset", "silent", "421"])
def test_a_kept_line_that_died_costs_neither_doubt_nor_pause(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "FIRST_WORD", 0.3)
    with scripted() as server:
        transport = sending_to(server.url)
        transport.send(MAIL)
        server.kill_first(how)
        transport.send(MAIL)
        transport.close()

        assert (len(server.taken), server.connections) == (2, 2)


def test_all_kept_lines_of_a_server_that_was_started_anew_are_given_up_at_once() -> None:
    with mail_server() as running:
        transport = sending_to(running.url)
        send_two_at_once(running, transport)
        for session in list(running.script.sessions):
            running.server.loop.call_soon_threadsafe(hang_up, session)
        wait_until(lambda: all(session.transport is None for session in running.script.sessions))
        transport.send(MAIL)
        transport.close()

        assert (len(running.script.received), running.script.connections) == (3, 3)


def test_a_forked_process_leaves_its_parents_lines_alone() -> None:
    with mail_server() as running:
        transport = sending_to(running.url)
        transport.send(MAIL)
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                os.write(write, str(len(transport._pool._kept)).encode())
                transport.close()
            os._exit(0)
        os.waitpid(child, 0)
        os.close(write)
        kept_there = os.read(read, 10)
        os.close(read)
        transport.send(MAIL)
        transport.close()

        assert (kept_there, len(running.script.received), running.script.connections) == (b"0", 2, 1)


def test_a_conversation_is_told_apart_from_the_next() -> None:
    """Control for the scripted server: it sees what is said."""
    with scripted() as server:
        transport = sending_to(server.url)
        transport.send(MAIL)
        transport.close()

        wait_until(lambda: server.farewells == 1)
        (talk,) = server.talks
        assert [line.partition(b" ")[0].upper() for line in talk.commands] == [
            b"EHLO",
            b"MAIL",
            b"RCPT",
            b"DATA",
            b"QUIT",
        ]
