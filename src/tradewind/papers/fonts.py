"""The fonts of papers: Noto Sans in all scripts, with the forms of characters that each region reads.

They come with two packages of the lock, so every shop has the same ones; what the machine has is never looked at, or the
same paper would look different elsewhere.
"""

from functools import cache
from importlib.util import find_spec
from typing import Final

import typst

_PACKAGES: Final = ("manimgx_fonts", "manimgx_fonts_cjk")
_LATIN: Final = "Noto Sans"
# 直, 骨 and 今 are one code each, drawn differently in Beijing, Tokyo and Seoul.
_REGIONS: Final = {"zh": "SC", "ja": "JP"}
_OTHER_SCRIPTS: Final = ("Arabic", "Hebrew", "Thai", "Devanagari", "Armenian", "Georgian", "Symbols")


class FontsMissing(Exception):
    """A package of the lock is not installed, or holds no fonts."""


@cache
def fonts() -> typst.Fonts:
    """All fonts of papers, read once per process. Raises FontsMissing."""
    folders: list[str] = []
    for name in _PACKAGES:
        spec = find_spec(name)
        if spec is None or not spec.submodule_search_locations:
            raise FontsMissing(name)
        folders += spec.submodule_search_locations
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    missing = {_LATIN, *(f"Noto Sans CJK {region}" for region in _REGIONS.values())} - set(found.families())
    if missing:
        raise FontsMissing(", ".join(sorted(missing)))
    return found


def families(language: str) -> list[str]:
    """In the order in which a character is looked for. Chinese and Japanese punctuation is the CJK font's: it is as wide as a
    character there.
    """
    region = _REGIONS.get(language, "SC")
    cjk = f"Noto Sans CJK {region}"
    rest = [f"Noto Sans {script}" for script in _OTHER_SCRIPTS]
    return [_LATIN, cjk, *rest, "Noto Emoji"]
