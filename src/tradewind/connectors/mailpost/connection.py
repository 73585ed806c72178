"""The mail provider as an owner sets it up on a page, and a letter to oneself to try it."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext_noop

from tradewind.connectors.mailpost.adapter import ProviderTransport
from tradewind.connectors.mailpost.brevo import BREVO
from tradewind.connectors.mailpost.postmark import POSTMARK
from tradewind.connectors.mailpost.provider import Provider
from tradewind.connectors.smtp.coming_back import COMING_BACK, back_to
from tradewind.core import panels
from tradewind.core.connecting import STEPS, Connection
from tradewind.core.panel_parts import Part, WrongPart
from tradewind.core.panels import Step, Trial, Values
from tradewind.core.probing import Halted, Walk, probe_https
from tradewind.core.proxies import check_proxy_parts, proxy_of, proxy_parts
from tradewind.core.work import NeedsAttention, Refused, TryAgain
from tradewind.messaging.ports import OutgoingMail, UnsafeHeader
from tradewind.messaging.senders import own_domain, sender_line
from tradewind.messaging.ways_out import PROVIDER

PROVIDERS: Final[dict[str, Provider]] = {each.code: each for each in (POSTMARK, BREVO)}
# The user that its notices name; the password is the owner's.
HOOK_USER: Final = "tradewind"
_SHORTEST: Final = 16
_TAKEN: Final = gettext_noop("{provider} takes the key.")
_NOT_TAKEN: Final = gettext_noop("{provider} does not take the key: {problem}")
_POSTS_TO: Final = gettext_noop(
    "Have {provider} post to {address} what bounced, was complained about, and was delivered, with the user {user} and the password"
    " that you type here."
)
_ON_ITS_WAY: Final = gettext_noop("It works: a letter to {email} is on its way. The provider said: {said}")
_DOES_NOT_WORK: Final = gettext_noop("It does not work. {said}")


def values_now() -> Values:
    return panels.read(PROVIDER)


def provider_of(values: Values, providers: Mapping[str, Provider] = PROVIDERS) -> Provider:
    """Raises WrongPart."""
    try:
        return providers[values.get("provider", "")]
    except KeyError:
        raise WrongPart("provider", gettext_noop("Please choose one of those that are offered.")) from None


def check(values: Values) -> None:
    """Raises WrongPart."""
    provider_of(values)
    check_proxy_parts(values)
    back_to(values)
    for name in ("key", "hook_password"):
        value = values.get(name, "")
        if not value.isascii() or not value.isprintable() or " " in value:
            raise WrongPart(name, gettext_noop("A key consists of Latin letters, digits and signs alone."))
    if not values.get("key"):
        raise WrongPart("key", gettext_noop("Please type the key that the provider has made for you."))
    if len(values.get("hook_password", "")) < _SHORTEST:
        words = gettext_noop(
            "Please think of at least {least} letters and digits: whoever guesses them could end your mail."
        )
        raise WrongPart("hook_password", words, least=_SHORTEST)
    try:
        written = sender_line(values.get("sender", ""), "Tradewind")
    except UnsafeHeader:
        written = ""
    if not written:
        raise WrongPart("sender", gettext_noop("Please write an address, as in Tingyu <hello@tingyu.example>."))


def probe(values: Values) -> list[Step]:
    """As far as the certificate, then a question that changes nothing. Raises WrongPart."""
    check(values)
    provider = provider_of(values)
    steps = probe_https(provider.base, proxy=proxy_of(values, urlsplit(provider.base).hostname or ""))
    return steps + try_key(provider, values) if all(step.is_good for step in steps) else steps


def try_key(provider: Provider, values: Values, *, base: str = "") -> list[Step]:
    walk = Walk()
    with suppress(Halted):
        try:
            ProviderTransport(provider, values.get("key", ""), base).ask_account()
        except (TryAgain, Refused, NeedsAttention) as problem:
            raise walk.halt(_NOT_TAKEN, provider=provider.title, problem=str(problem)) from problem
        walk.good(_TAKEN, provider=provider.title)
        address = f"{settings.BASE_URL}/hooks/mail/{provider.code}"
        walk.good(_POSTS_TO, provider=provider.title, address=address, user=HOOK_USER)
    return walk.steps


def try_out(values: Values, recipient: str, *, base: str = "") -> list[Step]:
    """Send a letter to oneself. Raises WrongPart."""
    check(values)
    provider, back = provider_of(values), back_to(values)
    words = f"This letter left {settings.BASE_URL} through {provider.title}."
    try:
        mail = OutgoingMail(
            message_id=f"{uuid4().hex}@{own_domain()}",
            sender=sender_line(values["sender"], "Tradewind"),
            recipient=recipient,
            subject="Tradewind: test",
            text=f"{words}\n",
            html=f"<p>{words}</p>",
            headers={"Reply-To": back} if back else {},
        )
        said = ProviderTransport(provider, values["key"], base).send(mail).response
    except (TryAgain, Refused, NeedsAttention, UnsafeHeader) as problem:
        return [Step(_DOES_NOT_WORK, {"said": str(problem)}, is_good=False)]
    return [Step(_ON_ITS_WAY, {"email": recipient, "said": said})]


def _from_environment() -> Values:
    return {"sender": settings.MAIL_FROM} if settings.MAIL_FROM else {}


_BOUND: Final = frozenset({"provider"})
MAIL_PROVIDER: Final = Connection(
    key=PROVIDER,
    title=gettext_noop("Mail provider"),
    purpose=gettext_noop(
        "Letters leave through its interface instead of the mail server, and it tells what bounced. Leave all of it empty to go on with"
        " the mail server."
    ),
    parts=(
        Part("provider", gettext_noop("Provider"), choices={each.code: each.title for each in PROVIDERS.values()}),
        Part(
            "key",
            gettext_noop("API key"),
            gettext_noop("Postmark: Servers, API Tokens. Brevo: SMTP & API, API keys"),
            is_secret=True,
            bound=_BOUND,
        ),
        Part("sender", gettext_noop("Letters come from"), gettext_noop("as in hello@tingyu.example")),
        Part(
            "hook_password",
            gettext_noop("Password of its notices"),
            gettext_noop("think of one; the test says where the provider wants it"),
            is_secret=True,
            bound=_BOUND,
        ),
        *COMING_BACK,
        *proxy_parts(),
    ),
    needed=frozenset({"provider", "key"}),
    check=check,
    environment=_from_environment,
    trials=(
        Trial("letter", gettext_noop("Send a letter to myself"), try_out, takes_typed=False),
        Trial(STEPS, gettext_noop("Test step by step"), lambda values, _email: probe(values), takes_typed=False),
    ),
    probe=probe,
    is_optional=True,
)
