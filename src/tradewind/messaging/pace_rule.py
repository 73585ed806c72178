"""How much mail goes to one mailbox provider or domain: what is known of the large ones (`pace_facts.toml`), and an owner's own lines."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.panel_parts import Kind, Part, WrongPart
from tradewind.core.panels import Panel, Step, Values, in_force

_FACTS: Final = Path(__file__).resolve().parent / "pace_facts.toml"
_LINE: Final = re.compile(r"(?P<domain>[^\s:]+\.[^\s:]+)\s*:\s*(?P<rate>\d{1,5})(?:\s*,\s*(?P<at_once>\d{1,3}))?")
_LONGEST: Final = 253
_WRONG: Final = gettext_noop(
    "“{line}” cannot be read. Write one domain in each line, then letters a minute, then letters at once: gmx.de: 60, 2. With 0 there is"
    " no limit."
)


@dataclass(frozen=True, slots=True)
class Limit:
    """For one key, which providers share over their domains. 0: not limited."""

    key: str
    a_minute: int = 0
    at_once: int = 0

    @property
    def is_one(self) -> bool:
        return bool(self.a_minute or self.at_once)


def limit_for(address: str) -> Limit:
    """For mail to this address, as it is set now."""
    domain = _domain_of(address)
    known = _facts().get(domain, Limit(domain))
    own = {_domain_of(f"@{name}"): limit for name, limit in _own(in_force(RULES)).items()}
    given = own.get(domain) or next((each for name, each in own.items() if _key_of(name) == known.key), None)
    return Limit(known.key, *given) if given is not None else known


def _domain_of(address: str) -> str:
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    try:
        return domain.encode("idna").decode("ascii")[:_LONGEST]
    except UnicodeError:
        return domain[:_LONGEST]


def _key_of(domain: str) -> str:
    return _facts().get(domain, Limit(domain)).key


@cache
def _facts() -> dict[str, Limit]:
    """By domain."""
    rows = tomllib.loads(_FACTS.read_text(encoding="utf-8"))["provider"]
    return {
        str(domain): Limit(str(row["key"]), int(row.get("a_minute", 0)), int(row.get("at_once", 0)))
        for row in rows
        for domain in row["domains"]
    }


def _own(values: Values) -> dict[str, tuple[int, int]]:
    """Raises WrongPart."""
    found = {}
    for line in filter(None, map(str.strip, values.get("own", "").splitlines())):
        match = _LINE.fullmatch(line)
        if match is None or len(match["domain"]) > _LONGEST:
            raise WrongPart("own", _WRONG, line=line)
        found[match["domain"].lower().lstrip("@")] = (int(match["rate"]), int(match["at_once"] or 0))
    return found


def _check(values: Values) -> None:
    """Raises WrongPart."""
    _own(values)


def _summary(values: Values) -> Step:
    known = len({limit.key for limit in _facts().values()})
    return Step(
        gettext_noop("{known} large mailbox providers are known, {own} domains have a pace of their own."),
        {"known": known, "own": len(_own(values))},
    )


RULES: Final = Panel(
    key="letter_pace",
    title=gettext_noop("Pace of letters"),
    purpose=gettext_noop(
        "How many letters go to one mailbox provider. Whoever asks for slowness gets it, whatever stands here; the others go on."
    ),
    parts=(
        Part(
            "own",
            gettext_noop("Own limits"),
            gettext_noop(
                "one domain in each line, then letters a minute, then letters at once: gmx.de: 60, 2; with 0 there is no limit"
            ),
            kind=Kind.LIST,
            longest=4000,
        ),
    ),
    check=_check,
    summary=_summary,
)
