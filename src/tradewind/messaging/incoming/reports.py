"""The machine's part of a bounce (RFC 3464), wherever it stands: a group of fields for each address."""

import re
from dataclasses import dataclass
from typing import Final

from tradewind.messaging.incoming.opening import addresses_in

MOST: Final = 10_000
_FIELD: Final = re.compile(r"([A-Za-z][\w-]{1,40})[ \t]*:[ \t]*(.*)")
_OF_A_RECIPIENT: Final = {
    "final-recipient",
    "original-recipient",
    "x-actual-recipient",
    "action",
    "status",
    "diagnostic-code",
}
# All is well with these, or not our concern.
_ARRIVED: Final = ("deliver", "relay", "expand")


@dataclass(frozen=True, slots=True)
class Reported:
    """One group. `recipient` may be empty: the text for people then says which."""

    recipient: str
    written_to: str
    action: str
    status: str
    words: str

    @property
    def has_arrived(self) -> bool:
        return self.action.startswith(_ARRIVED)


def reported_in(text: str) -> list[Reported]:
    """All groups of a report that are about an address."""
    found = []
    for group in re.split(r"\n[ \t]*\n", text.replace("\r", "")):
        fields: dict[str, str] = {}
        for line in re.sub(r"\n[ \t]+", " ", group).splitlines():
            match = _FIELD.match(line.strip())
            if match is None:
                continue
            name = match.group(1).lower()
            if name in fields and name == "final-recipient":  # a group for each was not kept apart
                found.append(fields)
                fields = {}
            fields.setdefault(name, match.group(2).strip())
        found.append(fields)
    return [_reported(fields) for fields in found[:MOST] if _is_about_recipient(fields)]


def _is_about_recipient(fields: dict[str, str]) -> bool:
    return len(_OF_A_RECIPIENT & fields.keys()) > 1 or "final-recipient" in fields or "original-recipient" in fields


def _reported(fields: dict[str, str]) -> Reported:
    names = ("final-recipient", "x-actual-recipient", "original-recipient")
    found = [_address(fields.get(name, "")) for name in names]
    written_to = _address(fields.get("original-recipient", ""))
    words = re.sub(r"^[\w-]+\s*;\s*", "", fields.get("diagnostic-code", ""))
    comment = fields.get("status", "").partition("(")[2]
    return Reported(
        recipient=next(filter(None, found), ""),
        written_to=written_to,
        action=fields.get("action", "").lower(),
        status=fields.get("status", ""),
        words=words or comment,
    )


def _address(value: str) -> str:
    kind, _, rest = value.partition(";")
    return next(iter(addresses_in(rest or kind)), "")
