"""Letters over the interface of a mail provider: as its contract wants them, and every answer as one of our errors."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tests.connectors.mail_providers import KEY, brevo, brevo_event, postmark, postmark_event
from tests.connectors.tracking_servers import Answer, Books, serving
from tradewind.connectors.mailpost import brevo as brevo_words
from tradewind.connectors.mailpost import postmark as postmark_words
from tradewind.connectors.mailpost.adapter import ProviderTransport
from tradewind.connectors.mailpost.brevo import BREVO
from tradewind.connectors.mailpost.connection import try_key
from tradewind.connectors.mailpost.postmark import POSTMARK
from tradewind.connectors.mailpost.provider import Provider
from tradewind.core.deliveries import OutcomeUnknown, TransactionOpen
from tradewind.core.inbox import UnreadableNotice
from tradewind.core.work import NeedsAttention, Refused, TryAgain
from tradewind.messaging.ports import AskedForSlowness, OutgoingMail
from tradewind.messaging.provider_ports import What

# A transaction would be open otherwise, and nothing goes outside then.
pytestmark = pytest.mark.django_db(transaction=True)
Server = Callable[[Books, str, str, dict[str, str], bytes], Answer]
BOTH = [(POSTMARK, postmark), (BREVO, brevo)]
ID = "0123456789abcdef0123456789abcdef@tingyu.example"
# As https://postmarkapp.com/developer/api/bounce-api#bounce-types lists them.
POSTMARK_TYPES = [
    "HardBounce",
    "Transient",
    "Unsubscribe",
    "Subscribe",
    "AutoResponder",
    "AddressChange",
    "DnsError",
    "SpamNotification",
    "OpenRelayTest",
    "Unknown",
    "SoftBounce",
    "VirusNotification",
    "ChallengeVerification",
    "BadEmailAddress",
    "SpamComplaint",
    "ManuallyDeactivated",
    "Unconfirmed",
    "Blocked",
    "SMTPApiError",
    "InboundError",
    "DMARCPolicy",
    "TemplateRenderingFailed",
]
# As https://developers.brevo.com/docs/transactional-webhooks lists them.
BREVO_EVENTS = [
    "request",
    "click",
    "deferred",
    "delivered",
    "soft_bounce",
    "spam",
    "unique_opened",
    "hard_bounce",
    "opened",
    "invalid_email",
    "blocked",
    "error",
    "unsubscribed",
    "proxy_open",
    "unique_proxy_open",
]


def letter(**parts: Any) -> OutgoingMail:
    headers = {
        "Date": "Mon, 23 Nov 2026 06:00:00 -0000",
        "Auto-Submitted": "auto-generated",
        "Reply-To": '"听雨, Tee" <hello+o-abc@tingyu.example>',
        "List-Unsubscribe": "<https://shop.tingyu.example/stop>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    told = {
        "message_id": ID,
        "sender": "听雨 <hello@tingyu.example>",
        "recipient": "greta@bücher.example",
        "subject": "Ihre Bestellung ✓",
        "text": "Danke.",
        "html": "<p>Danke.</p>",
        "headers": headers,
    }
    return OutgoingMail(**(told | parts))


@pytest.fixture(params=BOTH, ids=["postmark", "brevo"])
def there(request: pytest.FixtureRequest, db: None) -> Iterator[tuple[Books, ProviderTransport]]:
    provider, server = request.param
    with serving(server) as books:
        yield books, ProviderTransport(provider, KEY, books.base)


def test_postmark_gets_our_headers_and_keeps_our_message_id() -> None:
    with serving(postmark) as books:
        said = ProviderTransport(POSTMARK, KEY, books.base).send(letter())
    [taken] = books.known.values()
    headers = {header["Name"]: header["Value"] for header in taken["Headers"]}
    assert (said.response, taken["To"]) == ("Postmark pm-0", "greta@xn--bcher-kva.example")
    assert (headers["Message-ID"], headers["X-PM-KeepID"]) == (f"<{ID}>", "true")
    assert headers["List-Unsubscribe"] == "<https://shop.tingyu.example/stop>"
    assert (headers["Auto-Submitted"], taken["ReplyTo"]) == (
        "auto-generated",
        '"听雨, Tee" <hello+o-abc@tingyu.example>',
    )
    assert "Reply-To" not in headers
    assert (taken["TrackOpens"], taken["TrackLinks"], taken["Metadata"]) == (False, "None", {"letter0": ID})


def test_a_long_message_id_comes_back_whole_from_postmark() -> None:
    long = f"{'a' * 32}@{'b' * 60}.{'c' * 60}.example"
    with serving(postmark) as books:
        ProviderTransport(POSTMARK, KEY, books.base).send(letter(message_id=long))
    [taken] = books.known.values()
    assert POSTMARK.read(postmark_event("", Metadata=taken["Metadata"])).message_id == long


def test_brevo_gets_our_headers_and_our_message_id_as_its_own_field() -> None:
    with serving(brevo) as books:
        ProviderTransport(BREVO, KEY, books.base).send(letter(sender='"听雨, Tee" <hello@tingyu.example>'))
    [taken] = books.known.values()
    assert taken["sender"] == {"email": "hello@tingyu.example", "name": "=?utf-8?b?5ZCs6ZuoLCBUZWU=?="}
    assert taken["replyTo"] == {"email": "hello+o-abc@tingyu.example"}
    assert taken["headers"]["X-Mailin-custom"] == ID
    assert taken["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_brevo_takes_a_letter_once_that_is_repeated_and_another_one_that_was_changed() -> None:
    with serving(brevo) as books:
        transport = ProviderTransport(BREVO, KEY, books.base)
        said = [transport.send(letter()).response for _ in range(2)]
        transport.send(letter(sender="hello@other.example"))
    assert said[1] == "Brevo had taken it before"
    assert len(books.known) == 2


Both = tuple[Books, ProviderTransport]


def test_too_many_at_once_slows_all_letters_down_for_as_long_as_the_provider_names(there: Both) -> None:
    books, transport = there
    books.next_answers.append((429, {"Retry-After": "90"}, {}))
    with pytest.raises(AskedForSlowness) as told:
        transport.send(letter())
    assert (told.value.after, told.value.is_from_all, books.known) == (timedelta(seconds=90), True, {})


@pytest.mark.parametrize("answer", [(500, {}, {}), (502, {}, {}), (200, {}, ["strange"])])
def test_what_may_have_been_taken_is_uncertain(there: Both, answer: Answer) -> None:
    books, transport = there
    books.next_answers.append(answer)
    with pytest.raises(OutcomeUnknown):
        transport.send(letter())


@pytest.mark.parametrize("provider", [POSTMARK, BREVO], ids=["postmark", "brevo"])
def test_a_line_that_breaks_after_the_letter_was_sent_leaves_it_uncertain(provider: Provider) -> None:
    with socket.create_server(("127.0.0.1", 0)) as there:

        def take_and_hang_up() -> None:
            line, _ = there.accept()
            line.recv(1_000_000)
            line.close()

        running = threading.Thread(target=take_and_hang_up)
        running.start()
        with pytest.raises(OutcomeUnknown):
            ProviderTransport(provider, KEY, f"http://127.0.0.1:{there.getsockname()[1]}").send(letter())
        running.join()
        base = f"http://127.0.0.1:{there.getsockname()[1]}"
    with pytest.raises(TryAgain) as away:
        ProviderTransport(provider, KEY, base).send(letter())
    assert not isinstance(away.value, OutcomeUnknown)


def test_nothing_goes_outside_within_a_transaction(there: Both) -> None:
    books, transport = there
    with transaction.atomic(), pytest.raises(TransactionOpen):
        transport.send(letter())
    assert books.asked == []


def test_a_wrong_key_is_a_persons_affair_and_a_wrong_letter_its_own(there: Both) -> None:
    books, transport = there
    with pytest.raises(NeedsAttention, match="401"):
        ProviderTransport(transport.provider, "another", books.base).send(letter())
    with pytest.raises(Refused, match=r"300|invalid_parameter"):
        transport.send(letter(text="", html=""))
    with pytest.raises(Refused, match="bad-address"):
        transport.send(letter(recipient="grüße@example.com"))


@pytest.mark.parametrize("answer", [(403, {}, {}), (404, {}, {}), (302, {"Location": "https://evil.example"}, {})])
def test_what_is_not_about_the_letter_stops_mail_and_drops_no_letter(there: Both, answer: Answer) -> None:
    books, transport = there
    books.next_answers.append(answer)
    with pytest.raises(NeedsAttention):
        transport.send(letter())


@pytest.mark.parametrize(
    ("code", "expected"),
    [(10, NeedsAttention), (400, NeedsAttention), (405, NeedsAttention), (412, NeedsAttention), (406, Refused)],
)
def test_postmarks_codes_tell_the_account_from_the_letter(code: int, expected: type[Exception]) -> None:
    with serving(postmark) as books:
        books.next_answers.append((422, {}, {"ErrorCode": code, "Message": "No."}))
        with pytest.raises(expected):
            ProviderTransport(POSTMARK, KEY, books.base).send(letter())


def test_brevo_without_credits_stops_mail() -> None:
    with serving(brevo) as books:
        books.next_answers.append((402, {}, {"code": "not_enough_credits", "message": "No."}))
        books.next_answers.append((400, {}, {"code": "not_enough_credits", "message": "No."}))
        for _ in range(2):
            with pytest.raises(NeedsAttention):
                ProviderTransport(BREVO, KEY, books.base).send(letter())


def test_the_key_is_tried_and_where_notices_go_is_said(there: Both) -> None:
    books, transport = there
    good = try_key(transport.provider, {"key": KEY}, base=books.base)
    assert [step.is_good for step in good] == [True, True]
    assert str(good[1].facts["address"]).endswith(f"/hooks/mail/{transport.provider.code}")
    bad = try_key(transport.provider, {"key": "another"}, base=books.base)
    assert [step.is_good for step in bad] == [False]


def test_whatever_is_documented_means_something() -> None:
    assert set(POSTMARK_TYPES) == set(postmark_words.TYPES)
    assert set(BREVO_EVENTS) <= set(brevo_words.EVENTS)
    read = POSTMARK.read(postmark_event(ID))
    assert (read.what, read.message_id, read.recipient, read.status) == (What.HARD, ID, "greta@example.com", "5.1.1")
    read = BREVO.read(brevo_event(ID))
    assert (read.what, read.message_id, read.recipient, read.status) == (What.HARD, ID, "greta@example.com", "5.1.1")


def test_what_postmark_does_not_write_to_any_more_has_bounced_for_good() -> None:
    assert POSTMARK.read(postmark_event(ID, "SoftBounce", Inactive=False)).what is What.SOFT
    assert POSTMARK.read(postmark_event(ID, "SoftBounce", Inactive=True)).what is What.HARD
    assert POSTMARK.read(postmark_event(ID, "SpamComplaint", Inactive=True)).what is What.COMPLAINT


@pytest.mark.parametrize("provider", [POSTMARK, BREVO], ids=["postmark", "brevo"])
@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'"x"', b"null", b"[" * 100_000])
def test_what_is_no_event_is_unreadable(provider: Provider, body: bytes) -> None:
    with pytest.raises(UnreadableNotice):
        provider.read(body)


@pytest.mark.parametrize("provider", [POSTMARK, BREVO], ids=["postmark", "brevo"])
@pytest.mark.parametrize("value", [None, 7, [], {}, "\x00", {"letter0": 7}])
def test_fields_of_another_kind_harm_nobody(provider: Provider, value: object) -> None:
    fields = {*json.loads(postmark_event(ID)), *json.loads(brevo_event(ID))}
    whole = json.loads(postmark_event(ID) if provider is POSTMARK else brevo_event(ID))
    for name in fields:
        assert provider.read(json.dumps(whole | {name: value}).encode()).external_id
