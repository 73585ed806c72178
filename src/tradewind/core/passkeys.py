"""Passkeys (W3C Web Authentication): a key in somebody's phone, computer or token that signs for this shop's address and no other.

One can stand in the place of the app's code. One that has asked for a finger, a face or a PIN is both factors at once, and
lets in alone. Challenges are the caller's to keep; each is good for one try.
"""

import hashlib
import ipaddress
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import httpx
import webauthn
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tradewind.core.models import Passkey, Staff
from tradewind.core.trail import write_audit
from tradewind.lib.clock import format_moment

MOST: Final = 20
LONGEST_NAME: Final = 60
# Longer than any answer of a browser.
LONGEST_ANSWER: Final = 20_000
_RP_NAME: Final = "Tradewind"
# Base64 as it goes into addresses: neither a zero nor half a sign, which no database takes.
_ID: Final = re.compile("[A-Za-z0-9_-]{1,1400}")
_TRANSPORTS: Final = frozenset(str(each.value) for each in AuthenticatorTransport)


class WrongPasskey(Exception):
    """The answer of the browser is not what was asked for; or nobody here has this passkey."""


class KnownPasskey(Exception):
    """This passkey is somebody's already."""


class TooManyPasskeys(Exception):
    """More than anybody can tell apart."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the browser is asked, as JSON, and the challenge that its answer must hold."""

    options: dict[str, Any]
    challenge: str


def are_possible() -> bool:
    """Browsers give them to names only, and over safe connections only; this machine's own name is safe enough."""
    host = _host()
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(host) and (_origin().startswith("https://") or host == "localhost")
    return False


def passkeys_of(staff: Staff) -> QuerySet[Passkey]:
    """In the order in which they were added."""
    return Passkey.objects.filter(staff=staff).order_by("pk")


def ask_to_make(staff: Staff) -> Question:
    """For navigator.credentials.create(). Those that somebody has already are not made twice."""
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=_RP_NAME,
        user_id=_handle(staff),
        user_name=staff.email,
        user_display_name=staff.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=_described(staff),
    )
    return Question(options_to_json_dict(options), bytes_to_base64url(options.challenge))


def ask_to_sign(staff: Staff | None, *, alone: bool) -> Question:
    """For navigator.credentials.get(). `alone`: without a password beside it, so that the person must be verified.

    Nobody named: whoever has a passkey for this shop.
    """
    wish = UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.PREFERRED
    allowed = _described(staff) if staff is not None else None
    options = webauthn.generate_authentication_options(rp_id=_host(), allow_credentials=allowed, user_verification=wish)
    return Question(options_to_json_dict(options), bytes_to_base64url(options.challenge))


def add_passkey(staff: Staff, answer: str, *, challenge: str, name: str, at: datetime) -> Passkey:
    """Raises WrongPasskey, KnownPasskey, TooManyPasskeys."""
    try:
        made = webauthn.verify_registration_response(
            credential=_read(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(),
            expected_origin=_origin(),
        )
    except (WebAuthnException, ValueError) as problem:
        raise WrongPasskey from problem
    try:
        with transaction.atomic():
            Staff.objects.select_for_update().get(pk=staff.pk)
            if passkeys_of(staff).count() >= MOST:
                raise TooManyPasskeys
            passkey = Passkey.objects.create(
                staff=staff,
                credential=bytes_to_base64url(made.credential_id),
                public_key=bytes_to_base64url(made.credential_public_key),
                sign_count=made.sign_count,
                transports=_transports(answer),
                name=name,
                created_at=at,
            )
            _write("staff.passkey_added", staff, name, at)
    except IntegrityError:
        raise KnownPasskey from None
    return passkey


def check_passkey(answer: str, *, challenge: str, alone: bool, at: datetime, staff: Staff | None = None) -> Staff:
    """Who has signed. `staff`: who it must be. Raises WrongPasskey."""
    read = _read(answer)
    with transaction.atomic():
        # Held while it is decided: of two answers with the same count, one is refused.
        rows = Passkey.objects.select_for_update(of=("self",)).select_related("staff")
        row = rows.filter(credential=str(read["id"]), staff__is_active=True).first()
        if row is None or (staff is not None and row.staff_id != staff.pk):
            raise WrongPasskey
        count = _verified(row, read, challenge, alone=alone)
        is_copy = count <= row.sign_count and (count or row.sign_count)
        if is_copy:
            _write("staff.passkey_copied", row.staff, row.name, at)
        else:
            row.sign_count, row.used_at = count, at
            row.save(update_fields=["sign_count", "used_at"])
    if is_copy:  # after the commit: that somebody has tried stays on record
        raise WrongPasskey
    return row.staff


def rename_passkey(passkey: Passkey, *, name: str) -> None:
    with transaction.atomic():
        Passkey.objects.filter(pk=passkey.pk).update(name=name)


def remove_passkey(staff: Staff, passkey_id: int, *, at: datetime) -> bool:
    """It opens nothing any more. False where it is not theirs, or gone already."""
    with transaction.atomic():
        row = passkeys_of(staff).select_for_update().filter(pk=passkey_id).first()
        if row is None:
            return False
        row.delete()
        _write("staff.passkey_removed", staff, row.name, at)
    return True


def _verified(row: Passkey, read: dict[str, Any], challenge: str, *, alone: bool) -> int:
    """How often it says that it has signed. Raises WrongPasskey."""
    handle = read.get("response", {}).get("userHandle") if isinstance(read.get("response"), dict) else None
    if handle and handle != bytes_to_base64url(_handle(row.staff)):
        raise WrongPasskey
    try:
        signed = webauthn.verify_authentication_response(
            credential=read,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=base64url_to_bytes(row.public_key),
            credential_current_sign_count=0,  # judged by the caller: a copy is worth a word of its own
            require_user_verification=alone,
        )
    except (WebAuthnException, ValueError) as problem:
        raise WrongPasskey from problem
    return signed.new_sign_count


def _read(answer: str) -> dict[str, Any]:
    try:
        read = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError) as problem:
        raise WrongPasskey from problem
    if not isinstance(read, dict) or not all(_ID.fullmatch(str(read.get(name, ""))) for name in ("id", "rawId")):
        raise WrongPasskey
    return read


def _transports(answer: str) -> list[str]:
    """How the browser says that it reaches the passkey: only a hint for the next time."""
    response = _read(answer).get("response")
    told = response.get("transports") if isinstance(response, dict) else None
    return sorted(_TRANSPORTS & {each for each in told if isinstance(each, str)}) if isinstance(told, list) else []


def _described(staff: Staff) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(row.credential),
            transports=[AuthenticatorTransport(each) for each in row.transports],
        )
        for row in passkeys_of(staff)
    ]


def _handle(staff: Staff) -> bytes:
    """What passkeys call their person: the same for all of somebody's, and nothing that says who they are."""
    return hashlib.sha256(f"tradewind: passkeys of {staff.pk}, {format_moment(staff.created_at)}".encode()).digest()


def _host() -> str:
    """As browsers write it: small letters, and names of other alphabets in ASCII."""
    url = _address()
    return url.raw_host.decode("ascii") if url is not None else ""


def _origin() -> str:
    """As browsers write it: without the port that goes without saying."""
    url = _address()
    return f"{url.scheme}://{url.netloc.decode('ascii')}" if url is not None else ""


def _address() -> httpx.URL | None:
    scheme, _, rest = settings.BASE_URL.partition("://")
    try:
        return httpx.URL(f"{scheme.lower()}://{rest}")
    except httpx.InvalidURL:
        return None


def _write(action: str, staff: Staff, name: str, at: datetime) -> None:
    write_audit(action, subject=("staff", staff.pk), by=f"staff:{staff.pk}", at=at, after={"passkey": name})
