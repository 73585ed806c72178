"""Public pictures and videos. Their names never change their content, so browsers keep them; videos come in parts."""

import re
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils._os import safe_join
from django.views.decorators.http import require_safe

TYPES: Final = {
    ".avif": "image/avif",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
}
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_CHUNK: Final = 256 * 1024


@require_safe
def media_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """One file below MEDIA_ROOT, or the part of it that `Range` asks for. Nothing but pictures and videos."""
    file = _find(path)
    size = file.stat().st_size
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    # Several ranges at once, or another unit, may be answered with the whole (RFC 9110, 14.2).
    response = _part(file, size, asked[1], asked[2]) if asked and asked[0] != "bytes=-" else _whole(file)
    response["Content-Type"] = TYPES[file.suffix]
    response["Accept-Ranges"] = "bytes"
    response["Last-Modified"] = formatdate(file.stat().st_mtime, usegmt=True)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _find(path: str) -> Path:
    try:
        file = Path(safe_join(settings.MEDIA_ROOT, path))
    except (SuspiciousFileOperation, ValueError):
        raise Http404 from None
    try:
        is_there = file.suffix in TYPES and file.is_file()
    except OSError:  # a name that no file system could hold
        is_there = False
    if not is_there:
        raise Http404
    return file


def _whole(file: Path) -> HttpResponseBase:
    return FileResponse(file.open("rb"))


def _part(file: Path, size: int, first: str, last: str) -> HttpResponseBase:
    """From `first` to `last`, both included; without `first`, the last so many bytes."""
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if start >= size or start > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(_read(file, start, end - start + 1), status=206)
    response["Content-Range"] = f"bytes {start}-{end}/{size}"
    response["Content-Length"] = str(end - start + 1)
    return response


def _read(file: Path, start: int, length: int) -> Iterator[bytes]:
    with file.open("rb") as source:
        source.seek(start)
        while length > 0 and (chunk := source.read(min(_CHUNK, length))):
            length -= len(chunk)
            yield chunk
