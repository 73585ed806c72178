"""Secrets that must be read again, kept so that the database alone does not give them away.

Sealed with Fernet (AES-128-CBC and HMAC-SHA-256) under a key that is derived from the installation's own by HKDF; the
installation's key lies in the data folder or in the environment, never in the database.
"""

from base64 import urlsafe_b64encode
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_BYTES: Final = 32
_PURPOSE: Final = b"tradewind: sealed values, 1"


class CannotOpen(Exception):
    """It was sealed by an installation with another key, or was changed since."""


def seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Raises CannotOpen."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise CannotOpen from None


def _box() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=_BYTES, salt=None, info=_PURPOSE).derive(settings.SECRET_KEY.encode())
    return Fernet(urlsafe_b64encode(derived))
