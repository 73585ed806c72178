"""What a phone's camera took, made ready to be kept: upright, no larger than needed, and without where and by which phone.

Pictures are set anew, scaled while they are read. Films stay as they are, but for the boxes that hold places and names, which are emptied.
"""

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from tradewind.catalog.media_checking import LARGEST_PICTURE, LARGEST_VIDEO, MediaRefused, inspect

SIDE: Final = 1600
# Boxes of MP4 and QuickTime that hold others, and those that tell of the phone and the place.
_HOLDING: Final = {b"moov", b"trak", b"mdia"}
_TELLING: Final = {b"udta", b"meta", b"uuid"}
_HEAD: Final = 8
_BRANDS: Final = (b"qt  ",)


@dataclass(frozen=True, slots=True)
class Cleaned:
    content: bytes
    content_type: str
    is_film: bool


def clean(content: bytes) -> Cleaned:
    """Raises MediaRefused."""
    if content[4:8] == b"ftyp" and content[8:12] in _BRANDS:  # what iPhones film
        inspect("x.mp4", content[:8] + b"isom" + content[12:])  # boxes of the same make under another name
        return _film(content, "video/quicktime")
    # What a file is called proves nothing: cameras give names without an ending.
    found = inspect(f"x.{_ending(content)}", content)
    if found.format == "webm":
        raise MediaRefused("wrong_container")
    return _film(content, "video/mp4") if found.is_video else _picture(content)


def _ending(content: bytes) -> str:
    if content[4:8] == b"ftyp":
        return "avif" if content[8:12] in (b"avif", b"avis", b"mif1") else "mp4"
    if content[:4] == b"\x89PNG":
        return "png"
    if content[:4] == b"RIFF":
        return "webp"
    return "webm" if content[:4] == b"\x1a\x45\xdf\xa3" else "jpg"


def _picture(content: bytes) -> Cleaned:
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP", "AVIF"]) as opened:
            opened.draft("RGB", (SIDE, SIDE))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
            upright.thumbnail((SIDE, SIDE))
    except (OSError, ValueError, SyntaxError):
        raise MediaRefused("not_media") from None
    upright.info = {}
    into = io.BytesIO()
    upright.save(into, format="JPEG", quality=85, optimize=True)
    return Cleaned(into.getvalue(), "image/jpeg", is_film=False)


def _film(content: bytes, kind: str) -> Cleaned:
    if len(content) > LARGEST_VIDEO:
        raise MediaRefused("too_large", megabytes=LARGEST_VIDEO // 1_000_000)
    cleaned = bytearray(content)
    if _empty(cleaned, 0, len(cleaned)).count(b"moov") != 1:
        raise MediaRefused("not_media")
    return Cleaned(bytes(cleaned), kind, is_film=True)


def _empty(film: bytearray, at: int, end: int) -> list[bytes]:
    """Boxes keep their length, or everything behind them would lie elsewhere than the film says. The kinds that stand there.

    Raises MediaRefused where one has a length that cannot be: what stands behind it would keep its place.
    """
    kinds = []
    while at < end:
        size, kind = int.from_bytes(film[at : at + 4]), bytes(film[at + 4 : at + _HEAD])
        head = _HEAD
        if size == 1:
            size, head = int.from_bytes(film[at + _HEAD : at + 16]), 16
        size = end - at if size == 0 else size
        if size < head or at + size > end:
            raise MediaRefused("not_media")
        kinds.append(kind)
        if kind in _TELLING:
            film[at + 4 : at + _HEAD] = b"free"
            film[at + head : at + size] = bytes(size - head)
        elif kind in _HOLDING:
            _empty(film, at + head, at + size)
        at += size
    return kinds


MEGABYTES: Final = (LARGEST_PICTURE // 1_000_000, LARGEST_VIDEO // 1_000_000)
