"""Looking in DNS whether a sender's domain says what receivers look for: the keys of its signatures, SPF and DMARC."""

from typing import Final

import dns.exception
import dns.resolver
from django.utils.translation import gettext_noop

from tradewind.connectors.smtp.signing import Signer, record_of
from tradewind.core.panels import Step

_PATIENCE: Final = 10.0
PASTE: Final = gettext_noop("Make a record of type TXT in DNS: name {name}, value {value}")
_FOUND: Final = gettext_noop("DNS has the key under {name}.")
_MISSING: Final = gettext_noop(
    "DNS has no key under {name} yet. Make a record of type TXT there: {value} — new records take minutes, sometimes a day."
)
_DIFFERS: Final = gettext_noop(
    "DNS has another key under {name}. Letters signed with ours fail there. It must read: {value}"
)
_AWAY: Final = gettext_noop(
    "DNS does not answer about {name}: {problem}. Look whether this machine reaches a name server."
)
_SPF: Final = gettext_noop("SPF of {name}: {value}. Look whether your mail provider's “include” is in it.")
_NO_SPF: Final = gettext_noop(
    "{name} has no SPF record. Your mail provider says what belongs there, as in v=spf1 include:… -all"
)
_MANY_SPF: Final = gettext_noop("{name} has several SPF records, which counts as none. Make one of them.")
_DMARC: Final = gettext_noop("DMARC of {name}: {value}")
_NO_DMARC: Final = gettext_noop(
    "{name} has no DMARC record; Gmail and Yahoo ask for one. To begin with: a TXT record under {under} that reads {value}"
)


def steps_to_paste(signer: Signer) -> list[Step]:
    return [Step(PASTE, {"name": name, "value": value}) for name, value in _records(signer)]


def look_in_dns(signer: Signer, *, returns_to: str, resolver: dns.resolver.Resolver | None = None) -> list[Step]:
    """`returns_to`: the domain of the address that mail comes back to, whose SPF counts. After a key that is missing or wrong
    nothing more is looked up; a missing Ed25519 key, SPF or DMARC is advice.
    """
    steps: list[Step] = []
    try:
        asked = resolver or dns.resolver.Resolver()
        for number, (name, value) in enumerate(_records(signer)):
            steps.append(_key_step(name, value, _texts(asked, name), is_needed=number == 0))
            if not steps[-1].is_good:
                return steps
        steps.append(_spf_step(returns_to, _texts(asked, returns_to)))
        steps.append(_dmarc_step(signer.domain, _texts(asked, f"_dmarc.{signer.domain}")))
    except dns.exception.DNSException as problem:
        words = str(problem) or type(problem).__name__
        steps.append(Step(_AWAY, {"name": signer.domain, "problem": words[:200]}, is_good=False))
    return steps


def _records(signer: Signer) -> list[tuple[str, str]]:
    return [(f"{each.selector}._domainkey.{signer.domain}", record_of(each.pem)) for each in signer.signatures]


def _key_step(name: str, value: str, found: list[str], *, is_needed: bool) -> Step:
    keys = {_tag(text, "p") for text in found}
    facts = {"name": name, "value": value}
    if _tag(value, "p") in keys:
        return Step(_FOUND, facts)
    words = _DIFFERS if keys - {""} else _MISSING
    return Step(words, facts, is_good=not is_needed, is_advice=not is_needed)


def _spf_step(domain: str, found: list[str]) -> Step:
    records = [text for text in found if text.lower().split(" ", 1)[0] == "v=spf1"]
    if len(records) == 1:
        return Step(_SPF, {"name": domain, "value": records[0]})
    return Step(_MANY_SPF if records else _NO_SPF, {"name": domain}, is_advice=True)


def _dmarc_step(domain: str, found: list[str]) -> Step:
    records = [text for text in found if _tag(text, "v").upper() == "DMARC1"]
    if records:
        return Step(_DMARC, {"name": domain, "value": records[0]})
    return Step(_NO_DMARC, {"name": domain, "under": f"_dmarc.{domain}", "value": "v=DMARC1; p=none"}, is_advice=True)


def _tag(record: str, name: str) -> str:
    """Of "v=DKIM1; p=…": what stands behind the name, without gaps."""
    tags = dict(part.split("=", 1) for part in record.split(";") if "=" in part)
    return "".join({key.strip(): value for key, value in tags.items()}.get(name, "").split())


def _texts(resolver: dns.resolver.Resolver, name: str) -> list[str]:
    """Each TXT record as one text. A name without any has none; raises DNSException where nobody knows."""
    try:
        answer = resolver.resolve(name, "TXT", lifetime=_PATIENCE)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
