"""What keeps `serve` from starting: one line for each thing that would harm a real shop, with its remedy."""

import ipaddress
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from tradewind.config.folders import DataFolder
from tradewind.connectors.smtp.address import WrongServerAddress, read_server_address

_SHORTEST: Final = 40
_FEWEST_LETTERS: Final = 10
_KNOWN: Final = ("django-insecure", "secret", "changeme", "change-me", "change_me", "password", "example", "test")


def wrong_in_environment(environment: Mapping[str, str], folder: DataFolder) -> list[str]:
    """What settings say, without a database."""
    return [line for line in (_secret(environment, folder), _base_url(environment), *_mail(environment)) if line]


def wrong_in_database() -> list[str]:
    """What a demo would have left behind, and prices that say a tax is in them when nobody knows which."""
    from tradewind.core.models import Staff
    from tradewind.payments.models import MethodOffer

    wrong = []
    people = list(Staff.objects.filter(is_demo=True, is_active=True).order_by("email").values_list("email", flat=True))
    if people:
        wrong.append(
            f"Demo accounts can log in: {', '.join(people)}. Everybody knows their password: start with a new folder,"
            " --data DIR, or switch them off."
        )
    simulated = sorted(set(MethodOffer.objects.filter(provider="simulator", is_on=True).values_list("code", flat=True)))
    if simulated:
        wrong.append(
            f"Payment methods of the simulator are on: {', '.join(simulated)}. No money would come: switch them off."
        )
    wrong += _markets_without_tax()
    return wrong


def _markets_without_tax() -> list[str]:
    from tradewind.lib.clock import utc_now
    from tradewind.markets.queries import all_markets

    untaxed = [market.code for market in all_markets(on=utc_now().date()) if market.shows_tax and not market.is_taxed]
    return [
        f"Market {code} shows prices with tax, and no tax rule is in force. Begin one: tradewind markets tax {code}"
        f' 19 --name VAT --source "the law".'
        for code in untaxed
    ]


def _secret(environment: Mapping[str, str], folder: DataFolder) -> str:
    given = environment.get("TRADEWIND_SECRET_KEY", "")
    secret = given or folder.secret() or ""
    name = "TRADEWIND_SECRET_KEY" if given else str(folder.secret_file)
    if len(secret) < _SHORTEST or len(set(secret)) < _FEWEST_LETTERS:
        how = "Leave it out" if given else "Delete the file"
        return f"{name} is too short to be a secret (at least {_SHORTEST} characters). {how}, and one is made up."
    if any(word in secret.lower() for word in _KNOWN):
        return f"{name} is a known example, not a secret. Leave it out, and one is made up."
    return ""


def _base_url(environment: Mapping[str, str]) -> str:
    given = environment.get("TRADEWIND_BASE_URL", "")
    if not given:
        return (
            "TRADEWIND_BASE_URL is missing: the shop's address in mails and links. Set it, say to https://shop.example."
        )
    url = urlsplit(given)
    if url.scheme not in {"http", "https"} or not url.hostname:
        return f"TRADEWIND_BASE_URL={given} is not an address. It looks like https://shop.example."
    if url.scheme == "http" and not _is_loopback(url.hostname):
        return (
            f"TRADEWIND_BASE_URL={given} is not encrypted. Put a proxy with a certificate before it and name https://…"
        )
    return ""


def _mail(environment: Mapping[str, str]) -> list[str]:
    """Left out, the server is named in the console; half of it in the environment would hide that."""
    server, sender = environment.get("TRADEWIND_SMTP_URL", ""), environment.get("TRADEWIND_MAIL_FROM", "")
    wrong = []
    if server:
        try:
            read_server_address(server)
        except WrongServerAddress as problem:
            wrong.append(
                f"TRADEWIND_SMTP_URL cannot be used: {problem}. Set it, say to smtps://user:password@mail.example, or leave"
                " it out and name the server in the console."
            )
        if "@" not in sender:
            wrong.append(
                "TRADEWIND_MAIL_FROM is missing: the shop's own mail address. Set it, say to hello@shop.example."
            )
    elif sender:
        wrong.append("TRADEWIND_SMTP_URL is missing, and TRADEWIND_MAIL_FROM alone sends nothing. Set both or neither.")
    return wrong


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
