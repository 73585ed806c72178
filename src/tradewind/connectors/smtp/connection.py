"""The mail server as an owner sets it up on a page, and a letter to oneself to try it."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext_noop

from tradewind.connectors.smtp.adapter import SmtpTransport
from tradewind.connectors.smtp.address import (
    Security,
    ServerAddress,
    WrongServerAddress,
    check_line,
    read_server_address,
)
from tradewind.connectors.smtp.coming_back import COMING_BACK, back_to
from tradewind.connectors.smtp.dkim import signer_now
from tradewind.connectors.smtp.probing import probe_server
from tradewind.core.connecting import STEPS, Connection
from tradewind.core.deliveries import OutcomeUnknown
from tradewind.core.panel_parts import Part, WrongPart
from tradewind.core.panels import Step, Trial, Values
from tradewind.core.proxies import OWN, check_proxy_parts, proxy_of, proxy_parts
from tradewind.core.work import NeedsAttention, Refused, TryAgain
from tradewind.messaging.ports import CONNECTION, OutgoingMail, UnsafeHeader
from tradewind.messaging.senders import sender_line
from tradewind.messaging.ways_out import way_out

_LARGEST_PORT: Final = 65535
_PATIENCE: Final = 10.0
_SECURITIES: Final[dict[str, str]] = {
    Security.TLS: gettext_noop("TLS from the first byte (port 465)"),
    Security.STARTTLS: gettext_noop("STARTTLS (port 587)"),
    Security.NONE: gettext_noop("none, for a server on this machine (port 25)"),
}
_NEEDS_PROTECTION: Final = gettext_noop("A password needs a protected line: choose TLS or STARTTLS.")
_NO_PROXY: Final = gettext_noop(
    "Through a proxy a password needs a protected line: choose TLS or STARTTLS, or no proxy."
)
_ON_ITS_WAY: Final = gettext_noop("It works: a letter to {email} is on its way. The server said: {said}")
_ANSWER_IT: Final = gettext_noop(
    "It comes back to {address}. Answer it: within a minute your answer stands under Messages, Mail that came in. If it does not, the"
    " mailbox takes no such addresses, or nobody hands it over."
)
_DOES_NOT_WORK: Final = gettext_noop("It does not work. {said}")


def address_of(values: Values) -> ServerAddress:
    """Raises WrongPart."""
    try:
        security = Security(values.get("security", ""))
    except ValueError as problem:
        raise WrongPart("security", gettext_noop("Please choose how the line is protected.")) from problem
    host, port = values.get("host", ""), values.get("port", "")
    if not _is_host(host):
        raise WrongPart("host", gettext_noop("Please name the server alone, as in smtp.example.com."))
    for name in ("user", "password"):
        if not values.get(name, "").isascii():
            words = gettext_noop(
                "Mail servers take Latin letters, digits and signs alone here: was an input method on?"
            )
            raise WrongPart(name, words)
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) <= _LARGEST_PORT):
        raise WrongPart("port", gettext_noop("A port is a number up to 65535."))
    address = ServerAddress(
        security, host, int(port) if port else security.port, values.get("user", ""), values.get("password", "")
    )
    try:
        check_line(address)
    except WrongServerAddress as problem:
        raise WrongPart("security", _NEEDS_PROTECTION) from problem
    return address


def is_open_with_password(address: ServerAddress) -> bool:
    return bool(address.user) and address.security is Security.NONE


def check(values: Values) -> None:
    """Raises WrongPart."""
    address = address_of(values)
    check_proxy_parts(values)
    if is_open_with_password(address) and values.get("proxy_way") == OWN:
        # This machine is another one behind a proxy, and the way there is open. Said of the proxy, which is the page's also
        # where the environment names the server.
        raise WrongPart("proxy_way", _NO_PROXY)
    if address.user and not address.password:
        raise WrongPart("password", gettext_noop("Please type the password that goes with the user."))
    try:
        written = sender_line(values.get("sender", ""), "Tradewind")
    except UnsafeHeader:
        written = ""
    back_to(values)
    if not written:
        raise WrongPart("sender", gettext_noop("Please write an address, as in Tingyu <hello@tingyu.example>."))


def try_out(values: Values, recipient: str) -> list[Step]:
    """Send a letter to oneself. Raises WrongPart."""
    check(values)
    address, back = address_of(values), back_to(values)
    proxy = proxy_of(values, address.host)
    transport = SmtpTransport(address, own_name=own_name(), longest=_PATIENCE, proxy=proxy, signer=signer_now())
    try:
        mail = OutgoingMail(
            message_id=f"{uuid4().hex}@{own_name()}",
            sender=sender_line(values["sender"], "Tradewind"),
            recipient=recipient,
            subject="Tradewind: test",
            text=f"This letter left {settings.BASE_URL} through {values['host']}.\n",
            html=f"<p>This letter left {settings.BASE_URL} through {values['host']}.</p>",
            headers={"Reply-To": back} if back else {},
            returns_to=back,
        )
        steps = [Step(_ON_ITS_WAY, {"email": recipient, "said": transport.send(mail).response or "OK"})]
        return [*steps, Step(_ANSWER_IT, {"address": back})] if back else steps
    except (TryAgain, Refused, NeedsAttention, OutcomeUnknown, UnsafeHeader) as problem:
        return [Step(_DOES_NOT_WORK, {"said": str(problem)}, is_good=False)]
    finally:
        transport.close()


def probe(values: Values) -> list[Step]:
    """As far as the log-in, and the address to which letters come back, step by step. Raises WrongPart."""
    check(values)
    address = address_of(values)
    return probe_server(
        address,
        own_name=own_name(),
        proxy=proxy_of(values, address.host),
        returns_to=back_to(values),
    )


def _is_host(host: str) -> bool:
    """A name that the name system knows how to look up, or an address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        try:
            named = host.encode("idna")
        except UnicodeError:
            return False
        return bool(re.fullmatch(rb"[a-zA-Z0-9_.-]+", named))
    return True


def own_name() -> str:
    """What we call ourselves to the server."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def _from_environment() -> Values:
    """All of it, where both settings are there: half of a server is none."""
    if not (settings.SMTP_URL and settings.MAIL_FROM):
        return {}
    server = read_server_address(settings.SMTP_URL)
    named = {"host": server.host, "port": str(server.port), "user": server.user, "password": server.password}
    return {"security": server.security, "sender": settings.MAIL_FROM, **named}


_LINE: Final = frozenset({"security", "host", "port", "user"})
SMTP: Final = Connection(
    key=CONNECTION,
    title=gettext_noop("Mail server"),
    purpose=gettext_noop("Every letter to buyers and staff leaves through it."),
    parts=(
        Part("security", gettext_noop("Protection"), choices=_SECURITIES),
        Part("host", gettext_noop("Server"), gettext_noop("as in smtp.example.com")),
        Part("port", gettext_noop("Port"), gettext_noop("left empty, the usual one"), longest=5),
        Part("user", gettext_noop("User")),
        Part("password", gettext_noop("Password"), is_secret=True, bound=_LINE),
        Part("sender", gettext_noop("Letters come from"), gettext_noop("as in hello@tingyu.example")),
        *COMING_BACK,
        *proxy_parts(),
    ),
    needed=frozenset({"security", "host", "sender"}),
    check=check,
    environment=_from_environment,
    trials=(
        Trial("letter", gettext_noop("Send a letter to myself"), try_out),
        Trial(STEPS, gettext_noop("Test step by step"), lambda values, _email: probe(values)),
    ),
    probe=probe,
    is_used=lambda: way_out() == CONNECTION,
)
