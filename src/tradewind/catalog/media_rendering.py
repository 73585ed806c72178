"""Turning an original into what pages show: upright, in sRGB, without a trace of where it was taken, in several widths.

Pure: bytes in, bytes out. Takes seconds and hundreds of megabytes, so only the worker calls it.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageCms, ImageOps

WIDTHS: Final = (320, 640, 1200)
# For browsers and mail programs that know nothing newer.
JPEG_WIDTH: Final = 640
_WHITE: Final = (255, 255, 255)


class CannotRender(Exception):
    """The original breaks off or was never whole."""


@dataclass(frozen=True, slots=True)
class Rendered:
    content: bytes
    width: int
    height: int
    format: str


def render(original: bytes, crop: Sequence[int] | None) -> tuple[list[Rendered], str]:
    """The renditions, smallest first, and the mean colour as a placeholder. `crop` is in thousandths.
    Raises CannotRender.
    """
    try:
        with Image.open(io.BytesIO(original), formats=["JPEG", "PNG", "WEBP", "AVIF"]) as opened:
            picture = _cropped(_in_srgb(ImageOps.exif_transpose(opened)), crop)
    except (OSError, ValueError, SyntaxError) as problem:
        raise CannotRender(str(problem)) from problem
    mean = picture.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    colour = "#{:02x}{:02x}{:02x}".format(*mean)  # type: ignore[misc]  # an RGB picture has three channels
    widths = [width for width in WIDTHS if width < picture.width] + [min(picture.width, WIDTHS[-1])]
    widths = sorted(set(widths))
    plain = max((width for width in widths if width <= JPEG_WIDTH), default=widths[0])
    rendered: list[Rendered] = []
    for width in widths:
        height = max(1, round(picture.height * width / picture.width))
        small = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        rendered.append(_saved(small, "avif", quality=60, speed=7))
        rendered.append(_saved(small, "webp", quality=80, method=4))
        if width == plain:
            rendered.append(_saved(small, "jpeg", quality=82, optimize=True, progressive=True))
    return rendered, colour


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Colours as the photographer saw them; what is see-through stands on white. Everything else that the file says
    about itself, places among it, is left behind.
    """
    profile = picture.info.get("icc_profile")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        see_through = picture.convert("RGBA")
        ground = Image.new("RGB", picture.size, _WHITE)
        ground.paste(see_through, mask=see_through.getchannel("A"))
        picture = ground
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            picture = converted or picture
        except (ImageCms.PyCMSError, OSError):
            # A profile that does not belong to its picture: the numbers are then taken for sRGB, as browsers do.
            picture = picture.convert("RGB")
    clean = picture.convert("RGB")
    clean.info = {}
    return clean


def _cropped(picture: Image.Image, crop: Sequence[int] | None) -> Image.Image:
    if crop is None:
        return picture
    left, top, right, bottom = crop
    width, height = picture.size
    box = (left * width // 1000, top * height // 1000, -(-right * width // 1000), -(-bottom * height // 1000))
    return picture.crop(box)


def _saved(picture: Image.Image, kind: str, **how: object) -> Rendered:
    into = io.BytesIO()
    picture.save(into, format=kind.upper(), **how)
    return Rendered(into.getvalue(), picture.width, picture.height, kind)
