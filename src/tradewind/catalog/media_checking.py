"""What an uploaded file really is, from its own bytes: its name and what the browser says about it prove nothing.

Only headers are read here; decoding is the worker's.
"""

import io
import re
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image, UnidentifiedImageError

LARGEST_PICTURE: Final = 30_000_000  # bytes
LARGEST_VIDEO: Final = 60_000_000
# A small file may unfold into gigabytes: what a good camera takes, and no more.
MOST_PIXELS: Final = 60_000_000
SMALLEST_SIDE: Final = 300
LONGEST_SIDE: Final = 16_000
_ENDINGS: Final = {
    "jpeg": ("jpg", "jpeg"),
    "png": ("png",),
    "webp": ("webp",),
    "avif": ("avif",),
    "mp4": ("mp4", "m4v"),
    "webm": ("webm",),
}
_MP4_BRANDS: Final = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash")
_MATROSKA: Final = b"\x1a\x45\xdf\xa3"
# PixelWidth and PixelHeight stand beside each other in every track that an encoder in use writes.
_WEBM_SIZE: Final = re.compile(rb"\xb0(?:\x81(.)|\x82(..))(?:[\x54\x55].{0,16})?\xba(?:\x81(.)|\x82(..))", re.DOTALL)


class MediaRefused(Exception):
    """The file cannot be taken. `code` is for the words of the page; nothing is kept."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Inspected:
    """What the bytes say: jpeg, png, webp, avif, mp4 or webm, and its size in pixels."""

    format: str
    width: int
    height: int

    @property
    def is_video(self) -> bool:
        return self.format in {"mp4", "webm"}


def inspect(name: str, content: bytes) -> Inspected:
    """Raises MediaRefused: empty, not_media, too_large, too_many_pixels, too_small, animated, wrong_ending."""
    if not content:
        raise MediaRefused("empty")
    found = _video(content) or _picture(content)
    if len(content) > (LARGEST_VIDEO if found.is_video else LARGEST_PICTURE):
        limit = LARGEST_VIDEO if found.is_video else LARGEST_PICTURE
        raise MediaRefused("too_large", megabytes=limit // 1_000_000)
    ending = name.rpartition(".")[2].lower()
    if ending not in _ENDINGS[found.format]:
        raise MediaRefused("wrong_ending", format=found.format.upper(), ending=_ENDINGS[found.format][0])
    return found


def _picture(content: bytes) -> Inspected:
    try:
        # Pillow's own warning about bombs comes at a size of its own choosing; ours follows.
        with warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning):
            image = Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP", "AVIF"])
    except Image.DecompressionBombError:
        raise MediaRefused("too_many_pixels", megapixels=MOST_PIXELS // 1_000_000) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise MediaRefused("not_media") from None
    with image:
        width, height = image.size
        kind = (image.format or "").lower()
        # Phones store a second, smaller picture behind the first: the first is the one that was taken.
        if kind != "mpo" and getattr(image, "n_frames", 1) > 1:
            raise MediaRefused("animated")
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise MediaRefused("too_many_pixels", megapixels=MOST_PIXELS // 1_000_000)
    if min(width, height) < SMALLEST_SIDE:
        raise MediaRefused("too_small", pixels=SMALLEST_SIDE)
    return Inspected("jpeg" if kind == "mpo" else kind, width, height)


def _video(content: bytes) -> Inspected | None:
    """None for what is no video. Containers that browsers do not all play are refused by name."""
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        if brand in (b"avif", b"avis", b"mif1"):
            return None
        if brand not in _MP4_BRANDS:
            raise MediaRefused("wrong_container")
        return Inspected("mp4", *_mp4_size(content))
    if content[:4] == _MATROSKA:
        if b"webm" not in content[:64]:
            raise MediaRefused("wrong_container")
        return Inspected("webm", *_webm_size(content))
    if content[:4] == b"RIFF" and content[8:12] == b"AVI ":
        raise MediaRefused("wrong_container")
    return None


def _mp4_size(content: bytes) -> tuple[int, int]:
    """The last eight bytes of a track's header are its width and height, in 1/65536 of a pixel. Sound has none."""
    at = content.find(b"tkhd")
    while at > 0:
        end = at - 4 + int.from_bytes(content[at - 4 : at])
        width, height = (int.from_bytes(content[end - back : end - back + 4]) >> 16 for back in (8, 4))
        if 0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE:
            return width, height
        at = content.find(b"tkhd", at + 4)
    raise MediaRefused("not_media")


def _webm_size(content: bytes) -> tuple[int, int]:
    found = _WEBM_SIZE.search(content)
    if found is None:
        raise MediaRefused("not_media")
    return int.from_bytes(found[1] or found[2]), int.from_bytes(found[3] or found[4])
