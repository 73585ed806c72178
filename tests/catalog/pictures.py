"""Files as people upload them, made here."""

import io
from typing import Any

from PIL import Image, ImageCms


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (800, 600), mode: str = "RGB", **how: Any) -> bytes:
    """Red on the left, blue on the right."""
    image = Image.new(mode, size, (200, 30, 30) if mode == "RGB" else (200, 30, 30, 255))
    image.paste((30, 30, 200) if mode == "RGB" else (30, 30, 200, 0), (size[0] // 2, 0, *size))
    into = io.BytesIO()
    image.save(into, kind, **how)
    return into.getvalue()


def turned_with_place() -> bytes:
    """Taken with the camera on its side, and telling where."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right to see it upright
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (22.0, 32.0, 1.0)
    exif[0x010F] = "Secret Camera"
    return picture(exif=exif.tobytes())


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (400, 400), colour) for colour in ("red", "blue")]
    into = io.BytesIO()
    frames[0].save(into, kind, save_all=True, append_images=frames[1:])
    return into.getvalue()


def bomb() -> bytes:
    """A few kilobytes that unfold into four hundred million pixels."""
    into = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(into, "PNG")
    return into.getvalue()


def with_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    return picture(icc_profile=profile)


def mp4(width: int = 640, height: int = 480, brand: bytes = b"isom") -> bytes:
    """As much of one as is looked at."""
    track = b"tkhd" + bytes(76) + (width << 16).to_bytes(4) + (height << 16).to_bytes(4)
    return b"\0\0\0\x14ftyp" + brand + bytes(8) + (len(track) + 4).to_bytes(4) + track


def webm(doctype: bytes = b"webm") -> bytes:
    return b"\x1a\x45\xdf\xa3" + bytes(8) + doctype + bytes(40) + b"\xb0\x82\x02\x80\xba\x82\x01\xe0" + bytes(9)
