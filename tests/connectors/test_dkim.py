"""Signatures of letters, judged by dkimpy, which has nothing of ours, against the records that stand in a name server on loopback."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import dkim
import dns.flags
import dns.message
import dns.resolver
import dns.rrset
import pytest
from pytest_django.fixtures import Settings

from tests.contracts.test_mail_port import MAIL
from tests.messaging.mail_server import mail_server
from tradewind.connectors.smtp.dkim import DKIM, KEY, signer_of
from tradewind.connectors.smtp.mapping import envelope
from tradewind.connectors.smtp.names import look_in_dns, steps_to_paste
from tradewind.connectors.smtp.signing import Signature, Signer, make_ed25519, make_rsa, record_of
from tradewind.connectors.smtp.wiring import wire
from tradewind.core import panels
from tradewind.core.models import AuditEntry, SettingValue
from tradewind.core.panel_parts import WrongPart
from tradewind.messaging import ports

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
SIGNER = Signer("tingyu.example", (Signature("tw", make_rsa()), Signature("twe", make_ed25519())))
LETTER = replace(
    MAIL,
    sender='"Müller, Söhne & 汀屿" <hello@tingyu.example>',
    subject="您的订单已确认，" * 12,
    text="Grüße  aus\tShenzhen \n\n.\n.ende\n\n\n",
    html="<p>Grüße aus   Shenzhen</p>\n" * 40,
    headers={
        "Date": "Sat, 28 Nov 2026 12:00:00 +0000",
        "Reply-To": "Tingyu <o-abc@tingyu.example>",
        "List-Unsubscribe": f"<https://shop.tingyu.example/{'a' * 200}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
)
Zone = dict[str, list[str]]


@contextmanager
def name_server(zone: Zone) -> Iterator[dns.resolver.Resolver]:
    """Answers for TXT records; what it does not know does not exist."""

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            words, line = self.request
            question = dns.message.from_wire(words)
            name = question.question[0].name
            answer = dns.message.make_response(question)
            answer.flags |= dns.flags.AA
            texts = zone.get(name.to_text(omit_final_dot=True).lower())
            if texts is None:
                answer.set_rcode(3)
            else:
                quoted = [" ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200)) for text in texts]
                answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", "TXT", quoted))
            line.sendto(answer.to_wire(), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
        yield resolver
        server.shutdown()


def zone_of(signer: Signer) -> Zone:
    return {f"{each.selector}._domainkey.{signer.domain}": [record_of(each.pem)] for each in signer.signatures}


def is_verified(mail: bytes, resolver: dns.resolver.Resolver, *, number: int) -> bool:
    def ask(name: bytes, timeout: int = 5) -> bytes | None:
        found = resolver.resolve(name.decode(), "TXT", lifetime=timeout)
        return b"".join(found[0].strings)

    try:
        return bool(dkim.DKIM(mail).verify(idx=number, dnsfunc=ask))
    except dkim.ValidationError:
        return False


@pytest.mark.parametrize("number", [0, 1], ids=["RSA", "Ed25519"])
def test_both_signatures_are_verified_by_somebody_else(number: int) -> None:
    content = envelope(LETTER, SIGNER).content
    with name_server(zone_of(SIGNER)) as resolver:
        assert is_verified(content, resolver, number=number)


@pytest.mark.parametrize("number", [0, 1], ids=["RSA", "Ed25519"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Shenzhen</p>", b"Shenzhen!</p>"),
        (b"=One-Click", b"=Two-Clicks"),
        (b"<https://shop.tingyu.example/", b"<https://thief.example/"),
        (b"To: ", b"To: other@example.com, "),
        (b"\r\nTo: ", b"\r\nSubject: another one\r\nTo: "),
        (b"MIME-Version", b"From: thief@example.com\r\nMIME-Version"),
    ],
    ids=["body", "one click", "its address", "recipient", "a second subject", "a second sender"],
)
def test_what_was_changed_on_the_way_is_noticed(before: bytes, after: bytes, number: int) -> None:
    content = envelope(LETTER, SIGNER).content
    assert content.count(before) >= 1
    with name_server(zone_of(SIGNER)) as resolver:
        assert not is_verified(content.replace(before, after, 1), resolver, number=number)


@pytest.mark.parametrize("number", [0, 1], ids=["RSA", "Ed25519"])
def test_what_servers_do_to_lines_leaves_it_valid(number: int) -> None:
    content = envelope(LETTER, SIGNER).content
    assert content.count(b"MIME-Version: 1.0") == 1
    assert b"</p>\r\n" in content
    changed = (
        content.replace(b"MIME-Version: 1.0", b"MIME-Version:   1.0").replace(b"</p>\r\n", b"</p> \r\n") + b"\r\n\r\n"
    )
    with name_server(zone_of(SIGNER)) as resolver:
        assert is_verified(b"Received: from here\r\n" + changed, resolver, number=number)


def test_the_same_mail_is_signed_the_same_way_again() -> None:
    first, second = (envelope(LETTER, SIGNER).content for _ in range(2))

    assert first == second


def test_all_that_gives_a_letter_its_meaning_is_signed() -> None:
    (listed,) = {
        tuple(name.strip().decode() for name in line[line.index(b"h=") + 2 :].split(b";")[0].split(b":"))
        for line in envelope(LETTER, SIGNER).content.replace(b"\r\n ", b"").split(b"\r\n")
        if line.startswith(b"DKIM-Signature:")
    }

    twice = {name for name in listed if listed.count(name) == 2}
    assert twice == {
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "reply-to",
        "list-unsubscribe",
        "list-unsubscribe-post",
    }
    assert set(listed) - twice == {"mime-version", "content-type"}


def test_a_letter_from_another_domain_is_not_signed() -> None:
    assert b"DKIM-Signature" not in envelope(replace(LETTER, sender="a@other.example"), SIGNER).content


@pytest.fixture
def wired(settings: Settings) -> Iterator[None]:
    settings.MAIL_FROM, settings.SMTP_URL = "Tingyu <hello@tingyu.example>", ""
    wire()
    yield
    ports.fill(None)


def save(selector: str, sign: str = "on") -> None:
    typed = {"selector": selector, "sign": sign}
    panels.change(DKIM, typed, seen=panels.stored(DKIM).digest, by="staff:1", at=AT)


@pytest.mark.django_db
def test_saving_makes_keys_that_are_sealed_and_a_new_name_makes_new_ones(wired: None) -> None:
    save("tw1")
    first = panels.read(KEY)
    save("tw1", "")
    same = panels.read(KEY)
    save("tw2")
    other = panels.read(KEY)

    assert first["rsa"].startswith("-----BEGIN PRIVATE KEY-----")
    assert (same["rsa"], same["ed25519"]) == (first["rsa"], first["ed25519"])
    assert other["rsa"] != first["rsa"]
    stored = SettingValue.objects.get(key=DKIM.kind).value
    assert "PRIVATE" not in str(stored)
    assert "PRIVATE" not in "".join(str((each.before, each.after)) for each in AuditEntry.objects.all())


@pytest.mark.django_db
@pytest.mark.parametrize("selector", ["", "Tw", "tw.1", "-tw", "t" * 31, "tw\n"])
def test_a_name_that_is_none_in_dns_is_not_saved(wired: None, selector: str) -> None:
    with pytest.raises(WrongPart):
        panels.check(DKIM, {"selector": selector, "sign": "on"})


@pytest.mark.django_db(transaction=True)
def test_letters_leave_signed_once_it_is_switched_on(wired: None, settings: Settings) -> None:
    with mail_server() as running:
        settings.SMTP_URL = running.url
        save("tw1")  # a key that was just made is in no DNS: this does not switch it on
        ports.transport().send(LETTER)
        save("tw1")
        ports.transport().send(LETTER)
        signer = signer_of(panels.read(KEY))
        transport: Any = ports.transport()
        transport.close()
        assert signer is not None
        with name_server(zone_of(signer)) as resolver:
            before, after = running.script.received

            assert b"DKIM-Signature" not in before
            assert is_verified(after, resolver, number=0)
            assert is_verified(after, resolver, number=1)


def found_in(zone: Zone, returns_to: str = "tingyu.example") -> list[tuple[str, bool, bool]]:
    with name_server(zone) as resolver:
        steps = look_in_dns(SIGNER, returns_to=returns_to, resolver=resolver)
    return [(" ".join(step.words.split()[:4]), step.is_good, step.is_advice) for step in steps]


def test_dns_that_has_everything_is_good() -> None:
    zone = zone_of(SIGNER) | {
        "tingyu.example": ["v=spf1 include:mail.example -all"],
        "_dmarc.tingyu.example": ["v=DMARC1; p=none"],
    }

    found = found_in(zone)

    assert [(is_good, is_advice) for _, is_good, is_advice in found] == [(True, False)] * 4


def test_a_missing_key_is_a_step_that_says_what_to_paste() -> None:
    with name_server({}) as resolver:
        (step,) = look_in_dns(SIGNER, returns_to="tingyu.example", resolver=resolver)

    assert not step.is_good
    assert step.facts == {"name": "tw._domainkey.tingyu.example", "value": record_of(SIGNER.signatures[0].pem)}
    assert [each.facts["name"] for each in steps_to_paste(SIGNER)] == [
        "tw._domainkey.tingyu.example",
        "twe._domainkey.tingyu.example",
    ]


def test_another_key_in_dns_is_said_to_be_another_one() -> None:
    zone = zone_of(SIGNER) | {"tw._domainkey.tingyu.example": [record_of(make_rsa())]}

    assert found_in(zone) == [("DNS has another key", False, False)]


def test_missing_spf_and_dmarc_are_advice() -> None:
    found = found_in(zone_of(SIGNER) | {"back.tingyu.example": ["v=spf1 -all", "v=spf1 a -all"]}, "back.tingyu.example")

    assert [(is_good, is_advice) for _, is_good, is_advice in found] == [(True, False)] * 2 + [(True, True)] * 2


def test_a_name_server_that_is_away_is_said_to_be_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tradewind.connectors.smtp.names._PATIENCE", 0.3)
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], 9

    (step,) = look_in_dns(SIGNER, returns_to="tingyu.example", resolver=resolver)

    assert (step.is_good, step.facts["name"]) == (False, "tingyu.example")
