"""Sealed archives: one passphrase opens them, and whatever was changed, cut off or put in another order is refused.

A sealed file is a head (mark, salt, check of the key) and chunks of 1 MiB, each with AES-256-GCM under a key that scrypt makes
from the passphrase. A chunk's nonce is its number and whether it is the last, so no chunk can stand elsewhere, and a file that
was cut off has no last one (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). The key is of this
file alone, because its salt is, so numbers may begin at nought in every file.
"""

import hashlib
import hmac
import io
import secrets
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tradewind.backup.problems import DamagedArchive, WrongPassphrase

MARK: Final = b"tradewind-sealed-1\n"
CHUNK: Final = 1 << 20
_SALT: Final = 16
_CHECK: Final = 16
_TAG: Final = 16
_KEY: Final = 32
_HEAD: Final = len(MARK) + _SALT + _CHECK
# OWASP's first choice for scrypt: 128 MiB and about a third of a second.
_SCRYPT: Final = {"n": 1 << 17, "r": 8, "p": 1, "maxmem": 160 << 20}


class Sealer(io.RawIOBase):
    """Takes bytes and writes them sealed. Only `finish` makes a file that can be opened."""

    def __init__(self, stream: BinaryIO, passphrase: str) -> None:
        super().__init__()
        salt = secrets.token_bytes(_SALT)
        key, check = _key(passphrase, salt)
        self._stream = stream
        self._cipher = AESGCM(key)
        self._head = MARK + salt + check
        self._waiting = bytearray()
        self._number = 0
        stream.write(self._head)

    def writable(self) -> bool:
        return True

    def write(self, content: object, /) -> int:
        view = memoryview(content)  # type: ignore[arg-type]  # whatever has bytes
        self._waiting += view
        # One is kept back: whether it is the last is known when nothing comes after it.
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return view.nbytes

    def finish(self) -> None:
        self._seal(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        self._stream.write(self._cipher.encrypt(_nonce(self._number, is_last=is_last), chunk, self._head))
        self._number += 1


class Opener(io.RawIOBase):
    """Gives what was sealed, chunk by chunk, each only after it was proved. Raises WrongPassphrase and DamagedArchive."""

    def __init__(self, stream: BinaryIO, passphrase: str, *, name: str) -> None:
        super().__init__()
        self._stream = stream
        self._name = name
        self._head = stream.read(_HEAD)
        if len(self._head) < _HEAD:
            raise DamagedArchive(name, "it ends early")
        salt = self._head[len(MARK) : len(MARK) + _SALT]
        key, check = _key(passphrase, salt)
        if not hmac.compare_digest(check, self._head[-_CHECK:]):
            raise WrongPassphrase(name)
        self._cipher = AESGCM(key)
        self._next = stream.read(CHUNK + _TAG)
        self._number = 0
        self._is_over = False
        self._open = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object, /) -> int:
        into = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # whatever takes bytes
        while not self._open and not self._is_over:
            self._open_next()
        taken = min(len(into), len(self._open))
        into[:taken] = self._open[:taken]
        self._open = self._open[taken:]
        return taken

    def _open_next(self) -> None:
        sealed, self._next = self._next, self._stream.read(CHUNK + _TAG)
        self._is_over = not self._next
        try:
            plain = self._cipher.decrypt(_nonce(self._number, is_last=self._is_over), sealed, self._head)
        except InvalidTag as problem:
            raise DamagedArchive(self._name, "it was changed or cut off after it was sealed") from problem
        self._number += 1
        self._open = memoryview(plain)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _key(passphrase: str, salt: bytes) -> tuple[bytes, bytes]:
    """The key, and what tells a wrong passphrase from a changed file without telling the key."""
    made = hashlib.scrypt(passphrase.encode(), salt=salt, dklen=_KEY + _CHECK, **_SCRYPT)
    return made[:_KEY], made[_KEY:]
