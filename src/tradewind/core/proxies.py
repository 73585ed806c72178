"""The house's proxy and each connection's choice, as an owner sets them on pages."""

from typing import Final

from django.conf import settings
from django.utils.translation import gettext_noop

from tradewind.core.panel_parts import Kind, Part, WrongPart
from tradewind.core.panels import Panel, Step, Trial, Values, read
from tradewind.core.probing import Walk
from tradewind.core.proxying import Proxy, WrongProxy, is_excepted, is_loopback, read_proxy
from tradewind.core.work import NeedsAttention

KEY: Final = "proxy"
AS_THE_SHOP, DIRECT, OWN = "shop", "direct", "own"
_BYTES: Final = 255  # SOCKS counts user and password in one byte
_ADDRESS: Final = gettext_noop("as in http://10.0.0.1:3128 or socks5h://proxy.example:1080")
_GROUP: Final = gettext_noop("Proxy")
_WRONG: Final = gettext_noop(
    "Please write http://, socks5:// or socks5h://, then server and port alone, as in socks5h://proxy.example:1080."
)


def proxy_parts() -> tuple[Part, ...]:
    """What every connection has of its own."""
    choices = {
        AS_THE_SHOP: gettext_noop("as the whole shop does"),
        DIRECT: gettext_noop("without a proxy"),
        OWN: gettext_noop("through one of its own"),
    }
    goes = Part("proxy_way", gettext_noop("Goes to the other side"), choices=choices, default=AS_THE_SHOP, group=_GROUP)
    return (goes, *_address_parts("proxy", group=_GROUP))


def check_proxy_parts(values: Values) -> None:
    """Raises WrongPart."""
    if values.get("proxy_way") == OWN:
        _read(values, "proxy")


def proxy_of(values: Values, host: str) -> Proxy | None:
    """The one that a connection with these values goes through to a host. Raises WrongPart for what an older check let pass.

    An own one is always asked. The house's is not asked for this machine itself, nor for what stands on its list.
    """
    way = values.get("proxy_way", AS_THE_SHOP)
    if way == DIRECT:
        return None
    return _read(values, "proxy") if way == OWN else house_proxy(host)


def proxy_for(connection: str, host: str) -> Proxy | None:
    """The one that the connection of this key goes through now. Raises NeedsAttention."""
    try:
        return proxy_of(read(connection), host)
    except WrongPart as problem:
        raise NeedsAttention(f"The proxy of {connection or 'the shop'} is set up wrongly ({problem}).") from problem


def house_proxy(host: str) -> Proxy | None:
    values = read(KEY)
    if not values.get("address") or is_loopback(host) or is_excepted(host, values.get("direct", "").splitlines()):
        return None
    return _read(values, "address")


def _address_parts(name: str, *, group: str = "") -> tuple[Part, ...]:
    prefix = "proxy_" if group else ""
    bound = frozenset({name, f"{prefix}user"})
    return (
        Part(name, gettext_noop("Proxy"), _ADDRESS, group=group),
        Part(f"{prefix}user", gettext_noop("User of the proxy"), gettext_noop("if it asks for one"), group=group),
        Part(f"{prefix}password", gettext_noop("Password of the proxy"), is_secret=True, bound=bound, group=group),
    )


def _read(values: Values, name: str) -> Proxy:
    prefix = "proxy_" if name == "proxy" else ""
    user, password = values.get(f"{prefix}user", ""), values.get(f"{prefix}password", "")
    for part, value in ((f"{prefix}user", user), (f"{prefix}password", password)):
        if len(value.encode()) > _BYTES or not value.isprintable():
            raise WrongPart(part, gettext_noop("Proxies take at most {most} bytes here."), most=_BYTES)
    if ":" in user:
        raise WrongPart(f"{prefix}user", gettext_noop("A user of a proxy has no colon."))
    if password and not user:
        raise WrongPart(f"{prefix}user", gettext_noop("Please name the user that goes with the password."))
    try:
        return read_proxy(values.get(name, ""), user=user, password=password)
    except WrongProxy as problem:
        raise WrongPart(name, _WRONG) from problem


def _check_house(values: Values) -> None:
    if values.get("address"):
        _read(values, "address")
    elif values.get("user") or values.get("password"):
        raise WrongPart("address", _WRONG)
    for line in values.get("direct", "").splitlines():
        if not line.strip().isascii() or " " in line.strip() or "://" in line:
            words = gettext_noop(
                "“{line}” is neither a name nor an address. Write one in each line, as in example.com."
            )
            raise WrongPart("direct", words, line=line.strip())


def try_proxy(proxy: Proxy | None) -> list[Step]:
    """To the proxy, and through it to the shop's own address: whether that is reached is its affair."""
    walk = Walk()
    if proxy is None:
        walk.good(gettext_noop("No proxy is named: everything goes straight to the other side."))
    else:
        walk.try_proxy(proxy, settings.BASE_URL)
    return walk.steps


def _try_house(values: Values, _email: str) -> list[Step]:
    return try_proxy(_read(values, "address") if values.get("address") else None)


def _summary(values: Values) -> Step:
    if values.get("address"):
        return Step(gettext_noop("Everything goes through {address}."), values)
    return Step(gettext_noop("None: everything goes straight to the other side."))


HOUSE: Final = Panel(
    key=KEY,
    title=gettext_noop("Proxy"),
    purpose=gettext_noop("What the shop asks outside goes through it, unless a connection says otherwise."),
    parts=(
        *_address_parts("address"),
        Part(
            "direct",
            gettext_noop("Asked without it"),
            gettext_noop("one in each line: a name with all below it, an address, or a network as in 10.0.0.0/8"),
            kind=Kind.LIST,
            longest=2000,
        ),
    ),
    check=_check_house,
    summary=_summary,
    trials=(Trial("steps", gettext_noop("Test step by step"), _try_house),),
)
