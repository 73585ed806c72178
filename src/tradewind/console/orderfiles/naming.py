"""Words for what stands on the pages of order files."""

from typing import Final

from django.utils.translation import gettext_noop

from tradewind.console.labels import Tag
from tradewind.core import words
from tradewind.orders.importing.marketplaces.recognising import NAMES

_TABLES: Final[dict[str, dict[str, Tag]]] = {
    "state": {
        "mapping": Tag(gettext_noop("Columns to be named"), "wait", "alert"),
        "checking": Tag(gettext_noop("Being read"), "wait", "clock"),
        "refused": Tag(gettext_noop("Cannot be read"), "bad", "cross"),
        "checked": Tag(gettext_noop("Waits for your decision"), "wait", "alert"),
        "applying": Tag(gettext_noop("Being brought in"), "wait", "clock"),
        "applied": Tag(gettext_noop("Brought in"), "good", "check"),
        "left": Tag(gettext_noop("Decided against"), "plain", "dot"),
        "failed": Tag(gettext_noop("Failed"), "bad", "cross"),
        "weighing": Tag(gettext_noop("Being looked through"), "wait", "clock"),
        "weighed": Tag(gettext_noop("Take it back?"), "wait", "alert"),
        "undoing": Tag(gettext_noop("Being taken back"), "wait", "clock"),
        "undone": Tag(gettext_noop("Taken back"), "plain", "back"),
    },
    "result": {
        "new": Tag(gettext_noop("New"), "good", "check"),
        "changed": Tag(gettext_noop("Changed"), "wait", "dot"),
        "same": Tag(gettext_noop("The same")),
        "older": Tag(gettext_noop("Older than what is known")),
    },
    "because": {
        "dispatched": Tag(gettext_noop("It has been dispatched.")),
        "payment": Tag(gettext_noop("A payment or refund belongs to it.")),
        "message": Tag(gettext_noop("There are messages about it.")),
        "return": Tag(gettext_noop("The buyer returns it or has withdrawn.")),
        "cancelled": Tag(gettext_noop("It has been cancelled.")),
        "touched": Tag(gettext_noop("Somebody has changed it or added something.")),
        "later_file": Tag(gettext_noop("A later file has changed it. Take that one back first.")),
        "erased": Tag(gettext_noop("Its personal data was erased.")),
        "not_recorded": Tag(gettext_noop("What it was before is no longer kept.")),
    },
}


def file_tag(table: str, code: str) -> Tag:
    """The code in the spoken language."""
    known = _TABLES[table][code]
    return Tag(words.say(words.spoken(), known.words), known.tone, known.icon)


def source_name(source: str) -> str:
    """Whose file it is; empty for a file of nobody's format."""
    return NAMES.get(source, "")
