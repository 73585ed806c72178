"""Addresses of the shop's own that lead back: one for each letter, to which mail servers return it, and one for each order, to
which its buyer answers. Off until the seller says which mailbox, or which domain, takes them all.

In each stands a number that is sealed, so that nobody can guess one, or make another of it, or read off how many orders there are.
An address given out once leads back as long as the installation keeps its key, whatever is set up later.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from tradewind.aftersales.models import Withdrawal
from tradewind.core import panels
from tradewind.messaging.models import Message
from tradewind.messaging.ports import UnsafeHeader
from tradewind.messaging.senders import sender_line
from tradewind.messaging.subjects import order_behind
from tradewind.messaging.ways_out import way_out


class Way(StrEnum):
    OFF = "off"
    PLUS = "plus"
    CATCH_ALL = "catch_all"


class _Leads(StrEnum):
    """To what. The letter stands before the sealed number, and in it."""

    LETTER = "b"
    ORDER = "o"


# What stands before the @: "o-" and a block of AES in base 32, in small letters as some mail servers make all of them.
_SEALED: Final = 28
# Of a mailbox, before the plus sign: 64 are allowed (RFC 5321, 4.5.3.1.1).
LONGEST: Final = 64 - _SEALED - 1
_LONGEST_DOMAIN: Final = 189
_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"(?:.*\+)?([bo])-([a-z2-7]{26})@", re.IGNORECASE)
_PURPOSE: Final = b"tradewind: addresses that lead back, 1"


class WrongPlace(ValueError):
    """No mailbox, or no domain, that addresses of their own can be made of."""


@dataclass(frozen=True, slots=True)
class Place:
    """What stands before and after what is sealed."""

    before: str
    domain: str


@dataclass(frozen=True, slots=True)
class WaysBack:
    """Of one letter. Empty where the addresses are off; `reply_to` as well where it is about no order."""

    returns_to: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """What the addresses of a mail lead back to."""

    letter_id: int | None = None
    order_id: int | None = None


def place_of(values: Mapping[str, str]) -> Place | None:
    """None where it is off. Raises WrongPlace."""
    way, written = values.get("comes_back", Way.OFF), values.get("comes_back_to", "").strip()
    if way == Way.PLUS:
        return _mailbox(written)
    if way == Way.CATCH_ALL:
        domain = written.removeprefix("@")
        if len(domain) > _LONGEST_DOMAIN or not _DOMAIN.fullmatch(domain):
            raise WrongPlace(written)
        return Place("", domain.lower())
    return None


def ways_back(message: Message) -> WaysBack:
    """As it is set up now. A letter that is not written down yet has none."""
    place = _place_now() if message.pk is not None else None
    if place is None:
        return WaysBack()
    order_id = order_id_of(message)
    return WaysBack(
        returns_to=_address(place, _Leads.LETTER, message.pk),
        reply_to=_address(place, _Leads.ORDER, order_id) if order_id is not None else "",
    )


def address_to_try(values: Mapping[str, str]) -> str:
    """One to which letters would come back, and which leads to none; empty where it is off. Raises WrongPlace."""
    place = place_of(values)
    return _address(place, _Leads.LETTER, 0) if place is not None else ""


def meant_by(addresses: Iterable[str]) -> Meant:
    """The first of each kind that we have sealed; whatever else looks like one is nothing."""
    found: dict[str, int] = {}
    for address in addresses:
        match = _ADDRESS.match(address)
        number = _opened(match[1].lower(), match[2]) if match is not None else None
        if match is not None and number is not None:
            found.setdefault(match[1].lower(), number)
    return Meant(found.get(_Leads.LETTER), found.get(_Leads.ORDER))


def order_id_of(message: Message) -> int | None:
    """The order that a letter to its buyer is about."""
    kind, number = message.subject_kind, message.subject_id
    if kind == "withdrawal":
        return Withdrawal.objects.filter(pk=number).values_list("order_id", flat=True).first()
    return order_behind(kind, number)


def _place_now() -> Place | None:
    """What an older check let pass leads nowhere: the letter leaves all the same."""
    try:
        return place_of(panels.read(way_out()))
    except WrongPlace:
        return None


def _mailbox(written: str) -> Place:
    try:
        local, _, domain = parseaddr(sender_line(written, ""))[1].rpartition("@")
    except UnsafeHeader:
        raise WrongPlace(written) from None
    is_plain = re.fullmatch(r"[A-Za-z0-9._-]+", local) is not None and len(local) <= LONGEST
    if not is_plain or len(domain) > _LONGEST_DOMAIN or not _DOMAIN.fullmatch(domain):
        raise WrongPlace(written)
    return Place(f"{local}+", domain)


def _address(place: Place, leads: _Leads, number: int) -> str:
    block = leads.encode().ljust(8, b"\0") + number.to_bytes(8)
    sealing = _cipher().encryptor()
    sealed = base64.b32encode(sealing.update(block) + sealing.finalize()).decode().rstrip("=").lower()
    return f"{place.before}{leads}-{sealed}@{place.domain}"


def _opened(leads: str, sealed: str) -> int | None:
    """None for what we have not sealed: it opens to something else than one of the two letters and seven zeros."""
    opening = _cipher().decryptor()
    block = opening.update(base64.b32decode(f"{sealed.upper()}======")) + opening.finalize()
    return int.from_bytes(block[8:]) if block[:8] == leads.encode().ljust(8, b"\0") else None


def _cipher() -> "Cipher[modes.ECB]":
    """One block is a permutation that nobody knows without the key: what is guessed opens to zeros once in 2⁶⁴ tries."""
    key = HKDF(algorithm=SHA256(), length=16, salt=None, info=_PURPOSE).derive(settings.SECRET_KEY.encode())
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305  # a single block, so that no pattern of several shows
