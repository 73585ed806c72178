"""Two stores: public media, served by name, and private files, served by views that check."""

import hashlib
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError

from tradewind.core.models import StoredFile

_JUST_NOW: Final = 3600.0


def keep_private(name: str, content: bytes, *, content_type: str, at: datetime) -> StoredFile:
    """Store a private file under its digest. The same content twice is one file."""
    digest = hashlib.sha256(content).hexdigest()
    path = private_path(digest)
    _put_or_touch(path, content)
    file, _ = StoredFile.objects.get_or_create(
        digest=digest,
        defaults={"name": name[:200], "content_type": content_type, "size": len(content), "created_at": at},
    )
    # Somebody may have forgotten the same content in this moment.
    _put_or_touch(path, content)
    return file


def forget_private(file_id: int, *, now: datetime) -> bool:
    """Delete a private file that nothing names any more. False where something does, or where the same content has just
    come in again.
    """
    try:
        with transaction.atomic():
            file = StoredFile.objects.select_for_update().get(pk=file_id)
            path = private_path(file.digest)
            if came_in_just_now(file, now=now):
                return False
            file.delete()
    except (ProtectedError, StoredFile.DoesNotExist):
        return False
    path.unlink(missing_ok=True)
    return True


def came_in_just_now(file: StoredFile, *, now: datetime) -> bool:
    """Whether somebody may be about to name it, so that it cannot be forgotten yet."""
    path = private_path(file.digest)
    return path.exists() and now.timestamp() - path.stat().st_mtime < _JUST_NOW


def private_path(digest: str) -> Path:
    return Path(settings.PRIVATE_ROOT) / digest[:2] / digest


def publish_media(relative: str, source: Path) -> Path:
    """Copy a rendition into the public store under a fixed name, unless it is there already."""
    target = Path(settings.MEDIA_ROOT) / relative
    return target if target.exists() else publish_content(relative, source.read_bytes())


def publish_content(relative: str, content: bytes) -> Path:
    """Put a rendition into the public store under a name that changes with its content, unless it is there already."""
    target = Path(settings.MEDIA_ROOT) / relative
    if not target.exists():
        _put(target, content)
    return target


def _put_or_touch(path: Path, content: bytes) -> None:
    if path.exists():
        os.utime(path)
    else:
        _put(path, content)


def _put(path: Path, content: bytes) -> None:
    """Write a file that is either there as a whole or not at all, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own: two processes may store the same content at the same time.
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with part.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
