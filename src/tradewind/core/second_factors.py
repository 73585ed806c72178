"""A second factor beside the password: codes of an app (RFC 6238), and codes on paper for when the phone is gone.

A code opens once: the period of the last one is kept, and the row is held while a code is tried. After MOST_FAILURES wrong codes in a row none opens for SHUT_FOR.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import pyotp
from django.db import transaction

from tradewind.core.models import Passkey, RecoveryCode, SecondFactor, Staff
from tradewind.core.sealing import CannotOpen, seal, unseal
from tradewind.core.staff import COMMAND
from tradewind.core.trail import write_audit
from tradewind.lib.refs import ALPHABET

ISSUER: Final = "Tradewind"
RECOVERY_CODES: Final = 10
MOST_FAILURES: Final = 5
SHUT_FOR: Final = timedelta(minutes=15)
_PERIOD: Final = 30  # seconds
# Clocks of phones run fast or slow; a code of the period before or after counts as well.
_DRIFT: Final = (0, -1, 1)
_RECOVERY_LENGTH: Final = 10


class WrongCode(Exception):
    """Not the present code, one that was used already, or no unused one from paper."""


class Shut(Exception):
    """Too many wrong codes: none opens until then."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def has_app(staff: Staff) -> bool:
    return SecondFactor.objects.filter(staff=staff, confirmed_at__isnull=False).exists()


def has_second_factor(staff: Staff) -> bool:
    """Codes of an app, or a passkey."""
    return has_app(staff) or Passkey.objects.filter(staff=staff).exists()


def begin(staff: Staff, *, at: datetime) -> str:
    """The secret for somebody's app, as base32. It asks for no codes until one was confirmed; beginning again keeps it.

    Where codes are asked already, the secret is not shown again: returns an empty text.
    """
    with transaction.atomic():
        fresh = pyotp.random_base32()
        row, _ = SecondFactor.objects.get_or_create(staff=staff, defaults={"sealed": seal(fresh), "created_at": at})
        row = SecondFactor.objects.select_for_update().get(pk=row.pk)
        if row.confirmed_at is not None:
            return ""
        try:
            return unseal(row.sealed)
        except CannotOpen:  # begun under another key of the installation
            row.sealed = seal(fresh)
            row.save(update_fields=["sealed"])
            return fresh


def has_unreadable_app(staff: Staff) -> bool:
    """Was it set up while the installation had another key? Then none of its codes opens: it has to be set up anew."""
    row = SecondFactor.objects.filter(staff=staff, confirmed_at__isnull=False).first()
    return row is not None and _secret_of(row) is None


def address_for_app(staff: Staff, secret: str) -> str:
    """What the picture says that apps read: an otpauth:// address."""
    return pyotp.TOTP(secret).provisioning_uri(name=staff.email, issuer_name=ISSUER)


def confirm(staff: Staff, code: str, *, at: datetime) -> list[str]:
    """Ask for codes from now on. Returns the codes for paper, which are not shown again. Raises WrongCode, Shut."""
    with transaction.atomic():
        row = SecondFactor.objects.select_for_update().filter(staff=staff, confirmed_at=None).first()
        if row is None:
            raise WrongCode
        if _is_right(row, at, lambda: _take_step(row, code, at)):
            row.confirmed_at = at
            row.save(update_fields=["confirmed_at"])
            write_audit("staff.second_factor_on", subject=("staff", staff.pk), by=f"staff:{staff.pk}", at=at)
            return _new_recovery_codes(staff)
    raise WrongCode


def check(staff: Staff, code: str, *, at: datetime) -> None:
    """A code of the app, or one from paper. Raises WrongCode, Shut."""
    with transaction.atomic():
        # Held while it is decided: many who guess at the same moment take turns, and the count stops them.
        row = SecondFactor.objects.select_for_update().filter(staff=staff).first()
        if row is not None and _is_right(
            row, at, lambda: _use_of_app(row, code, at) or _use_from_paper(staff, code, at)
        ):
            return
    raise WrongCode


def renew_recovery_codes(staff: Staff, *, at: datetime) -> list[str]:
    """Other codes for paper; those of before open nothing any more."""
    with transaction.atomic():
        write_audit("staff.recovery_codes_renewed", subject=("staff", staff.pk), by=f"staff:{staff.pk}", at=at)
        return _new_recovery_codes(staff)


def recovery_codes_left(staff: Staff) -> int:
    return RecoveryCode.objects.filter(staff=staff, used_at=None).count()


def first_recovery_codes(staff: Staff, *, at: datetime) -> list[str]:
    """For whoever has just got their first second factor, and none of these yet; else an empty list."""
    with transaction.atomic():
        begin(staff, at=at)  # counts wrong ones
        SecondFactor.objects.select_for_update().get(staff=staff)
        return [] if RecoveryCode.objects.filter(staff=staff).exists() else _new_recovery_codes(staff)


def turn_off_app(staff: Staff, *, at: datetime) -> None:
    """The app's codes open nothing any more. Codes on paper stay while there is a passkey that could get lost."""
    with transaction.atomic():
        SecondFactor.objects.filter(staff=staff).delete()
        write_audit("staff.second_factor_off", subject=("staff", staff.pk), by=f"staff:{staff.pk}", at=at)
        forget_what_guards_nothing(staff)
        if has_second_factor(staff):
            begin(staff, at=at)


def forget_what_guards_nothing(staff: Staff) -> None:
    """Without an app and a passkey, codes on paper have nothing to stand in for."""
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=staff.pk)
        if not has_second_factor(staff):
            SecondFactor.objects.filter(staff=staff).delete()
            RecoveryCode.objects.filter(staff=staff).delete()


def turn_off(staff: Staff, *, by: Staff | None, at: datetime) -> None:
    """The password alone lets in again: somebody has lost phone and paper. Passkeys go too. `by` None: by a command."""
    with transaction.atomic():
        had = has_second_factor(staff)
        for model in (SecondFactor, RecoveryCode, Passkey):
            model._default_manager.filter(staff=staff).delete()
        if had:
            actor = f"staff:{by.pk}" if by is not None else COMMAND
            write_audit("staff.second_factor_off", subject=("staff", staff.pk), by=actor, at=at)


def _is_right(row: SecondFactor, at: datetime, try_it: Callable[[], bool]) -> bool:
    """Try a code, and count it where it is wrong. The row is held. Raises Shut."""
    if row.shut_until is not None and row.shut_until > at:
        raise Shut(row.shut_until)
    is_right = try_it()
    row.failures, row.shut_until = 0 if is_right else row.failures + 1, None
    if row.failures >= MOST_FAILURES:
        row.failures, row.shut_until = 0, at + SHUT_FOR
    row.save(update_fields=["failures", "shut_until", "last_step"])
    return is_right


def _step_of(secret: str, code: str, at: datetime) -> int | None:
    """The period whose code this is."""
    typed = re.sub(r"\s", "", code)
    now = int(at.timestamp()) // _PERIOD
    totp = pyotp.TOTP(secret)
    for step in (now + drift for drift in _DRIFT):
        if hmac.compare_digest(totp.generate_otp(step), typed if typed.isascii() else ""):
            return step
    return None


def _use_of_app(row: SecondFactor, code: str, at: datetime) -> bool:
    if row.confirmed_at is None:
        return False
    return _take_step(row, code, at)


def _secret_of(row: SecondFactor) -> str | None:
    try:
        return unseal(row.sealed)
    except CannotOpen:
        return None


def _take_step(row: SecondFactor, code: str, at: datetime) -> bool:
    secret = _secret_of(row)
    step = _step_of(secret, code, at) if secret is not None else None
    if step is None or step <= row.last_step:
        return False
    row.last_step = step
    return True


def _use_from_paper(staff: Staff, code: str, at: datetime) -> bool:
    mine = RecoveryCode.objects.filter(staff=staff, digest=_digest(staff, code), used_at=None)
    used = mine.update(used_at=at)
    if used:
        write_audit("staff.recovery_code_used", subject=("staff", staff.pk), by=f"staff:{staff.pk}", at=at)
    return bool(used)


def _new_recovery_codes(staff: Staff) -> list[str]:
    RecoveryCode.objects.filter(staff=staff).delete()
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(_RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(staff=staff, digest=_digest(staff, code)) for code in codes)
    half = _RECOVERY_LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def _digest(staff: Staff, code: str) -> str:
    plain = re.sub(r"[\s-]", "", code).upper()
    return hashlib.sha256(f"{staff.pk}:{plain}".encode()).hexdigest()
