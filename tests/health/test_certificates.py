"""The certificate that browsers meet: what is seen of it, when it is looked at again, and what is made of it."""

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.health.test_checks import state
from tradewind.core.models import SettingValue
from tradewind.health.certificates import look, look_at_certificate
from tradewind.health.checks import State, check_all, machine

CERTIFICATE = Path(__file__).parents[1] / "connectors" / "certificates" / "localhost.pem"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"until": "2027-01-01T00:00:00Z", "problem": ""}, (State.GOOD, "")),
        ({"until": "2026-12-05T00:00:00Z", "problem": ""}, (State.WORRY, "ending")),
        ({"until": "2026-11-25T00:00:00Z", "problem": ""}, (State.BAD, "ending")),
        ({"until": "", "problem": "certificate has expired"}, (State.BAD, "refused")),
        ({"until": "", "problem": "a.example:443: timed out", "is_reached": False}, (State.WORRY, "unreached")),
    ],
)
def test_a_certificate_that_ends_or_is_refused(
    value: dict[str, str], expected: tuple[State, str], now: datetime, settings: Settings
) -> None:
    assert "certificate" not in [check.key for check in check_all(machine(now))]
    settings.IS_HTTPS = True
    assert state("certificate", now) == (State.GOOD, "unseen")
    SettingValue.objects.create(key="health.certificate", value=value, changed_at=now)

    assert state("certificate", now) == expected


@pytest.fixture
def https() -> Iterator[int]:
    """The port of a server that shakes hands and says nothing more."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    line, _ = server.accept()
                    context.wrap_socket(line, server_side=True).close()
                except ssl.SSLError:  # who does not trust it hangs up
                    continue
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def test_a_certificate_is_met_as_a_browser_meets_it(https: int) -> None:
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))

    assert look("localhost", https, trust=trusting).until == datetime(2126, 10, 30, 6, 58, 43, tzinfo=UTC)
    assert "self-signed" in look("localhost", https).problem.replace("self signed", "self-signed")
    assert not look("localhost", 1).is_reached
    assert "refused" in look("localhost", 1).problem.lower()
    assert look("localhost", https).is_reached


@pytest.mark.django_db
def test_what_the_job_saw_is_kept_for_the_page(https: int, now: datetime, settings: Settings) -> None:
    settings.BASE_URL, settings.IS_HTTPS = f"https://localhost:{https}", True

    look_at_certificate(now)

    assert state("certificate", now) == (State.BAD, "refused")


@pytest.mark.django_db
def test_a_look_that_failed_is_repeated_at_the_next_turn_and_a_good_one_after_hours(
    https: int, now: datetime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BASE_URL, settings.IS_HTTPS = "https://localhost:1", True
    look_at_certificate(now)
    assert state("certificate", now) == (State.WORRY, "unreached")

    # From here on the machine trusts the certificate, and later nothing answers any more.
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    settings.BASE_URL = f"https://localhost:{https}"
    look_at_certificate(now + timedelta(minutes=5))
    assert state("certificate", now) == (State.GOOD, "")

    settings.BASE_URL = "https://localhost:1"
    look_at_certificate(now + timedelta(hours=6))
    assert state("certificate", now) == (State.GOOD, "")
    look_at_certificate(now + timedelta(hours=6, minutes=5))
    assert state("certificate", now) == (State.WORRY, "unreached")
