"""The demo's mail server: takes every mail on the loopback, and stores it as a file."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tradewind.lib.clock import utc_now

LARGEST = 10_000_000


class Keeper:
    """aiosmtpd's handler. Answers 250 once the whole mail stands in the folder, and not before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        content = envelope.content or b""
        name = keep(self._folder, content if isinstance(content, bytes) else content.encode(), at=utc_now())
        return f"250 2.0.0 kept as {name}"


def keep(folder: Path, content: bytes, *, at: datetime) -> str:
    """Store a mail and return its name. The file appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{at.astimezone(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
    part = folder / f"{name}.part"
    part.write_bytes(content)
    part.replace(folder / f"{name}.eml")
    return name


def serve_mailbox(folder: Path, host: str, port: int) -> Controller:
    """Start the server in a thread of its own; `stop()` on what is returned ends it. Raises OSError for a taken port."""
    controller = Controller(
        Keeper(folder), hostname=host, port=port, data_size_limit=LARGEST, ident="Tradewind demo mailbox"
    )
    controller.start()
    return controller
