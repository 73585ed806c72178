"""The colours that buyers filter by. Makers call theirs celadon, moss and forest; whoever looks for green wants all three."""

from colorsys import rgb_to_hsv
from typing import Final

from tradewind.core.words import say

# In the order of display, each with the colour of its sample.
FAMILIES: Final = {
    "white": "#fbfaf7",
    "beige": "#e3d9c6",
    "grey": "#9a9a9a",
    "black": "#1f1f1f",
    "brown": "#7a5236",
    "red": "#b93a32",
    "orange": "#e07b2e",
    "yellow": "#e0b431",
    "green": "#3f7d4f",
    "blue": "#34568b",
    "purple": "#6d4c8d",
    "pink": "#dd8aa5",
}
_ANY: Final = (0.0, 1.01)
_PALE: Final = (0.0, 0.12)
# Family, then from and below: degrees on the colour circle, saturation, brightness. The first that fits counts.
_RANGES: Final = (
    ("black", (0, 361), _ANY, (0.0, 0.2)),
    ("beige", (20, 65), (0.05, 0.32), (0.7, 1.01)),
    ("white", (0, 361), _PALE, (0.93, 1.01)),
    ("black", (0, 361), _PALE, (0.0, 0.3)),
    ("grey", (0, 361), _PALE, _ANY),
    ("brown", (8, 45), _ANY, (0.0, 0.65)),
    ("pink", (0, 15), (0.0, 0.5), (0.75, 1.01)),
    ("pink", (330, 361), (0.0, 0.5), (0.75, 1.01)),
    ("red", (0, 15), _ANY, _ANY),
    ("orange", (15, 36), _ANY, _ANY),
    ("yellow", (36, 65), _ANY, _ANY),
    ("green", (65, 170), _ANY, _ANY),
    ("blue", (170, 255), _ANY, _ANY),
    ("purple", (255, 290), _ANY, _ANY),
    ("pink", (290, 345), _ANY, _ANY),
    ("red", (345, 361), _ANY, _ANY),
)


def family_of(swatch: str) -> str:
    """The family of "#a9ccb9": green. Empty for what is no colour in that notation."""
    try:
        red, green, blue = bytes.fromhex(swatch.removeprefix("#"))
    except ValueError:
        return ""
    hue, *rest = rgb_to_hsv(red / 255, green / 255, blue / 255)
    seen = (hue * 360, *rest)
    return next(
        family
        for family, *ranges in _RANGES
        if all(low <= part < high for part, (low, high) in zip(seen, ranges, strict=True))
    )


def family_name(family: str, language: str) -> str:
    """What the language calls it."""
    return {
        "white": say(language, "White"),
        "beige": say(language, "Beige"),
        "grey": say(language, "Grey"),
        "black": say(language, "Black"),
        "brown": say(language, "Brown"),
        "red": say(language, "Red"),
        "orange": say(language, "Orange"),
        "yellow": say(language, "Yellow"),
        "green": say(language, "Green"),
        "blue": say(language, "Blue"),
        "purple": say(language, "Purple"),
        "pink": say(language, "Pink"),
    }[family]
