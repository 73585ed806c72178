"""Reads the mails that the demo's server has stored."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"(\d{8}T\d{12})-[0-9a-f]{8}")
NEWEST: Final = 100


class NoSuchMail(LookupError):
    """No mail has this name, or the name is none that the server gives."""


@dataclass(frozen=True, slots=True)
class StoredMail:
    name: str
    arrived_at: datetime
    sender: str
    recipient: str
    subject: str
    headers: Sequence[tuple[str, str]]
    text: str
    html: str


def newest_mails(folder: Path, *, limit: int = NEWEST) -> list[StoredMail]:
    """The newest first; a name begins with the time of arrival."""
    names = sorted((path.stem for path in folder.glob("*.eml") if _NAME.fullmatch(path.stem)), reverse=True)
    return [read_mail(folder, name) for name in names[:limit]]


def read_mail(folder: Path, name: str) -> StoredMail:
    """Raises NoSuchMail."""
    match = _NAME.fullmatch(name)
    path = folder / f"{name}.eml"
    if match is None or not path.exists():
        raise NoSuchMail(name)
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return StoredMail(
        name=name,
        arrived_at=datetime.strptime(match[1], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC),
        sender=str(message["From"] or ""),
        recipient=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        headers=[(header, str(value)) for header, value in message.items()],
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
