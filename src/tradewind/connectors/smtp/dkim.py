"""The signature of letters as an owner sets it up on a page: its keys are made when it is saved, and never leave the installation."""

import re
from email.utils import parseaddr
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.connectors.smtp.coming_back import back_to
from tradewind.connectors.smtp.names import look_in_dns, steps_to_paste
from tradewind.connectors.smtp.signing import Signature, Signer, make_ed25519, make_rsa
from tradewind.core import panels
from tradewind.core.connecting import STEPS, Connection
from tradewind.core.panel_parts import Part, WrongPart
from tradewind.core.panels import Step, Trial, Values
from tradewind.messaging.senders import own_domain
from tradewind.messaging.ways_out import way_out

KEY: Final = "dkim"
ON, OFF = "on", "off"
_SELECTOR: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?")
_NO_SELECTOR: Final = gettext_noop("Please write up to 30 small Latin letters and digits, as in tw2026.")


def signer_of(values: Values) -> Signer | None:
    """None where no keys were made yet."""
    keys = (
        (values.get("selector", ""), values.get("rsa", "")),
        (f"{values.get('selector')}e", values.get("ed25519", "")),
    )
    made = tuple(Signature(selector, pem) for selector, pem in keys if pem)
    return Signer(own_domain(), made) if made else None


def is_switched_on() -> bool:
    return panels.read(KEY).get("sign") == ON


def signer_now() -> Signer | None:
    """None where letters are not signed."""
    values = panels.read(KEY)
    return signer_of(values) if values.get("sign") == ON else None


def _check(values: Values) -> None:
    """Raises WrongPart."""
    if not _SELECTOR.fullmatch(values.get("selector", "")):
        raise WrongPart("selector", _NO_SELECTOR)


def _with_keys(values: Values) -> Values:
    """A key that was just made is in no DNS yet: whoever checks a signature of it would refuse the letter."""
    is_new = not values.get("rsa")
    keys = {name: values.get(name) or make() for name, make in (("rsa", make_rsa), ("ed25519", make_ed25519))}
    return keys | ({"sign": OFF} if is_new and values.get("sign") == ON else {})


def _records(values: Values, _email: str = "") -> list[Step]:
    signer = signer_of(values)
    return steps_to_paste(signer) if signer is not None else []


def _probe(values: Values) -> list[Step]:
    signer = signer_of(values)
    if signer is None:
        return []
    comes_back = parseaddr(back_to(panels.read(way_out())))[1].rpartition("@")[2]
    return look_in_dns(signer, returns_to=comes_back or signer.domain)


_BOUND: Final = frozenset({"selector"})
DKIM: Final = Connection(
    key=KEY,
    title=gettext_noop("Signature of letters (DKIM)"),
    purpose=gettext_noop(
        "With it receivers know that a letter is yours; Gmail, Yahoo and Microsoft ask for it. Leave it off where your mail provider signs."
    ),
    parts=(
        Part(
            "selector",
            gettext_noop("Name of the key"),
            gettext_noop("as in tw2026; saving makes the key, another name makes another one"),
            longest=30,
        ),
        Part(
            "sign",
            gettext_noop("Letters are signed"),
            gettext_noop(
                "first save, make the records in DNS, and test step by step; a new key is never signed with at once"
            ),
            choices={OFF: gettext_noop("not yet"), ON: gettext_noop("yes")},
            default=OFF,
        ),
        Part("rsa", gettext_noop("Private key (RSA)"), is_secret=True, is_made=True, bound=_BOUND),
        Part("ed25519", gettext_noop("Private key (Ed25519)"), is_secret=True, is_made=True, bound=_BOUND),
    ),
    needed=frozenset({"selector"}),
    check=_check,
    complete=_with_keys,
    trials=(
        Trial("records", gettext_noop("Show the records for DNS"), _records, takes_typed=False),
        Trial(STEPS, gettext_noop("Test step by step"), lambda values, _email: _probe(values), takes_typed=False),
    ),
    probe=_probe,
    is_optional=True,
    is_used=is_switched_on,
)
