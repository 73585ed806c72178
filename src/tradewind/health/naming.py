"""What a check says to a person: its name, how it is, and what to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from babel.numbers import format_decimal
from django.utils.translation import gettext_noop

from tradewind.core.words import listed, locale_of, say
from tradewind.health.checks import Check
from tradewind.lib.clock import stamp

_TITLES: Final = {
    "workers": gettext_noop("Workers"),
    "queues": gettext_noop("Waiting work"),
    "stuck": gettext_noop("Stuck work"),
    "schedule": gettext_noop("Schedule"),
    "disk": gettext_noop("Disk of the data folder"),
    "backup-disk": gettext_noop("Disk of the backups"),
    "mail": gettext_noop("Mail"),
    "backup": gettext_noop("Backup"),
    "certificate": gettext_noop("Certificate"),
    "connections": gettext_noop("Connections"),
    "trackers": gettext_noop("Following parcels"),
}
_WORDS: Final = {
    ("workers", ""): gettext_noop("{number} at work."),
    ("workers", "silent"): gettext_noop(
        "No sign of life since {time}. Mails and payments wait. Start one: ./tradewind work"
    ),
    ("workers", "never"): gettext_noop(
        "None has given a sign of life. Mails and payments wait. Start one: ./tradewind work"
    ),
    ("queues", ""): gettext_noop("{number} wait, none of them for long."),
    ("queues", "late"): gettext_noop(
        "{number} wait, the oldest since {time}. Look whether the workers run, and whether one of them is enough."
    ),
    ("stuck", ""): gettext_noop("Nothing is stuck."),
    ("stuck", "some"): gettext_noop("{number} wait for a person: retry them or drop them with a reason."),
    ("schedule", ""): gettext_noop("Every job ended well the last time."),
    ("schedule", "failing"): gettext_noop("Failed the last time: {names}. The reason stands beside the job."),
    ("disk", ""): gettext_noop("{free} GB of {size} GB are free."),
    ("disk", "little"): gettext_noop(
        "Only {free} GB of {size} GB are free in {place}. Make room: without any, no order can be placed."
    ),
    ("disk", "unreadable"): gettext_noop(
        "{place} cannot be read: {problem}. Look at this disk at once: the data of the shop is on it."
    ),
    ("backup-disk", ""): gettext_noop("{free} GB of {size} GB are free."),
    ("backup-disk", "little"): gettext_noop(
        "Only {free} GB of {size} GB are free in {place}. Make room, or keep fewer backups."
    ),
    ("backup-disk", "unreadable"): gettext_noop(
        "{place} cannot be read: {problem}. Look whether the disk is attached, healthy and open to this program."
    ),
    ("mail", ""): gettext_noop("A mail server is set; no letter has left yet."),
    ("mail", "sent"): gettext_noop("The last letter left at {time}."),
    ("mail", "unset"): gettext_noop("No mail server is set, and letters wait. Name one on the page “Connections”."),
    ("mail", "stuck"): gettext_noop(
        "{number} letters could not be sent. The reason stands on the page “Work”, with a button to try again."
    ),
    ("mail", "refused"): gettext_noop("{number} letters of the last day were refused by the other side."),
    ("backup", ""): gettext_noop("The newest is of {time}."),
    ("backup", "by-hand"): gettext_noop(
        "The newest is of {time}. None is made by itself: choose an hour of the night under Settings, Backup."
    ),
    ("backup", "none"): gettext_noop(
        "There is none. Choose an hour of the night under Settings, Backup, and make one now."
    ),
    ("backup", "old"): gettext_noop("The newest is of {time}. Run ./tradewind backup and read what it says."),
    ("backup", "unreadable"): gettext_noop(
        "Whether there is one cannot be told, {place} cannot be read: {problem}. Mend that, or name another place under Settings, Backup."
    ),
    ("certificate", ""): gettext_noop("Valid until {time}."),
    ("certificate", "unseen"): gettext_noop("Not looked at yet."),
    ("certificate", "ending"): gettext_noop(
        "Valid until {time} only, {days} days more. Renew it: afterwards no browser opens the shop."
    ),
    ("certificate", "unreached"): gettext_noop(
        "It could not be looked at from this machine: {problem}. Open the shop from another network: if it opens, all is well."
    ),
    ("connections", ""): gettext_noop("All were reached when they were last tried."),
    ("connections", "untried"): gettext_noop("None has been tried yet."),
    ("connections", "failing"): gettext_noop(
        "Not reached: {names}. The page “Connections” says at which step, and what to do."
    ),
    ("trackers", ""): gettext_noop("All that is asked is answered."),
    ("trackers", "failing"): gettext_noop(
        "{names} has not answered since {time}: {problem}. Its parcels are not called silent meanwhile. Look at the page “Connections”."
    ),
    ("certificate", "refused"): gettext_noop(
        "Browsers do not open the shop: {problem}. Renew or mend its certificate."
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A check in somebody's language."""

    key: str
    state: str
    title: str
    words: str


def _shown(value: Any, language: str) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    return format_decimal(value, "#,##0.0", locale=locale_of(language)) if isinstance(value, float) else value


def told(check: Check, language: str) -> Told:
    """Moments are Beijing's, as everywhere in the console."""
    facts = {name: _shown(value, language) for name, value in check.facts.items()}
    if "titles" in facts:
        facts["names"] = listed(language, [say(language, title) for title in facts["titles"]])
    words = say(language, _WORDS[check.key, check.case], **facts)
    return Told(check.key, check.state, say(language, _TITLES[check.key]), words)
