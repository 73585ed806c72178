"""Killed with -9 at any step of placing, paying and mailing, the books balance after the restart."""

import email
import email.policy
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests import migrated
from tradewind.connectors.mailbox.server import serve_mailbox

pytestmark = [pytest.mark.slow, pytest.mark.processes]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, migrated_once: None) -> tuple[list[dict[str, object]], Path]:
    """One report per step at which the purchase was killed, and the folder with all mail that went out."""
    folder = tmp_path_factory.mktemp("crash")
    mailbox = folder / "mailbox"
    mailbox.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = serve_mailbox(mailbox, "127.0.0.1", port)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tradewind.config.settings",
        "TRADEWIND_DATA": str(folder),
        "TRADEWIND_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "TRADEWIND_MAIL_FROM": "shop@example.com",
        "TRADEWIND_LOG_LEVEL": "ERROR",
        "PYTHONPATH": f"src{os.pathsep}.",
    }
    try:
        run = subprocess.run(
            [sys.executable, "-m", "tests.journeys.crashing", str(migrated.file())],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        server.stop()
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()], mailbox


def test_every_step_was_tried(reports: tuple[list[dict[str, object]], Path]) -> None:
    steps = [report["step"] for report in reports[0]]

    assert steps == list(range(1, len(steps) + 1))
    assert len(steps) >= 30


def test_the_books_balance_and_nobody_is_charged_or_promised_twice(
    reports: tuple[list[dict[str, object]], Path],
) -> None:
    for report in reports[0]:
        messages = report.pop("messages")
        assert isinstance(messages, list)
        assert [moment for moment, _, _ in messages] == ["order_confirmed"]
        assert report == {
            "step": report["step"],
            "orders": [["paid", 2690, 2690]],
            "intents": [["paid", 2690]],
            "ledger": [["capture", 2690]],
            "charged": 2690,
            "reserved": 2,
            "promises": ["delivery", "dispatch"],
            "open": 0,
            "stuck": 0,
        }
        report["messages"] = messages


def test_a_mail_that_may_have_gone_out_is_shown_as_uncertain_and_repeated_under_its_own_id(
    reports: tuple[list[dict[str, object]], Path],
) -> None:
    sent: dict[str, list[str]] = {}
    for file in reports[1].glob("*.eml"):
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        sent.setdefault(mail["To"], []).append(mail["Message-ID"])

    repeated = 0
    for report in reports[0]:
        messages = report["messages"]
        assert isinstance(messages, list)
        [(_, state, message_id)] = messages
        mails = sent[f"greta+{report['step']}@example.com"]
        assert set(mails) == {f"<{message_id}>"}
        repeated += len(mails) > 1
        if len(mails) > 1:
            assert state == "uncertain"
        else:
            assert state in {"sent", "uncertain"}
    assert repeated >= 1
