"""What a browser calls itself, short enough to be recognised by whoever used it."""

from typing import Final

# The first that is found. Edge and Opera also say Chrome, Chrome also says Safari, phones also name their systems' elders.
_BROWSERS: Final = (
    ("MicroMessenger/", "WeChat"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_SHOWN: Final = 60


def agent_words(agent: str) -> str:
    """Such as "Chrome · Windows"; what nobody knows is shown as it is."""
    known = [next((name for sign, name in signs if sign in agent), "") for signs in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, known)) or agent[:_SHOWN] or "–"
