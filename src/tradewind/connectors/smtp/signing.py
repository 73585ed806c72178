"""Signs mail as its sender's domain does (DKIM, RFC 6376 and 8463): RSA, which everybody checks, and Ed25519 beside it.

Pure: keys come in, header lines go out. `relaxed` for both: servers on the way fold headers and trim lines.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

Key = RSAPrivateKey | Ed25519PrivateKey
# Named once more than they stand there, so that nobody on the way can add another one.
_SEALED: Final = (
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "reply-to",
    "list-unsubscribe",
    "list-unsubscribe-post",
)
_AS_THEY_ARE: Final = frozenset({*_SEALED, "mime-version", "content-type", "auto-submitted", "content-language"})
_FIELD: Final = re.compile(rb"([^:\r\n]+):((?:[^\r\n]|\r\n[ \t])*)\r\n")
_SPACE: Final = re.compile(rb"[ \t]+")
_FOLD: Final = 70
_RSA_BITS: Final = 2048


@dataclass(frozen=True, slots=True)
class Signature:
    """One key, and under which name its public half stands in DNS: SELECTOR._domainkey.DOMAIN."""

    selector: str
    pem: str


@dataclass(frozen=True, slots=True)
class Signer:
    domain: str
    signatures: tuple[Signature, ...]

    def headers(self, mail: bytes, *, at: datetime | None) -> bytes:
        """The header lines to stand before this mail, whose lines end in CRLF. The same mail has the same ones."""
        head, _, body = mail.partition(b"\r\n\r\n")
        fields = [(name.strip().lower(), value) for name, value in _FIELD.findall(head + b"\r\n")]
        digest = b64encode(sha256(relaxed_body(body)).digest())
        return b"".join(self._line(each, fields, digest, at) for each in self.signatures)

    def _line(self, one: Signature, fields: list[tuple[bytes, bytes]], digest: bytes, at: datetime | None) -> bytes:
        key = _loaded(one.pem)
        names = [name for name, _ in fields if name.decode("ascii", "replace") in _AS_THEY_ARE]
        algorithm = "rsa-sha256" if isinstance(key, RSAPrivateKey) else "ed25519-sha256"
        moment = f" t={int(at.timestamp())};" if at is not None else ""
        listed = ":".join([*(name.decode() for name in names), *_SEALED])
        value = (
            f" v=1; a={algorithm}; c=relaxed/relaxed; d={self.domain}; s={one.selector};{moment}\r\n"
            f" h={_folded(listed, ':')};\r\n bh={digest.decode()};\r\n b="
        ).encode()
        signed = b"".join(relaxed_field(name, text) for name, text in _from_below(names, fields))
        signed += relaxed_field(b"dkim-signature", value).removesuffix(b"\r\n")
        made = b64encode(_sign(key, signed)).decode()
        pieces = [made[first : first + _FOLD] for first in range(0, len(made), _FOLD)]
        return b"DKIM-Signature:" + value + "\r\n ".join(pieces).encode() + b"\r\n"


def make_rsa() -> str:
    """A private key, as PEM."""
    return _pem(generate_private_key(public_exponent=65537, key_size=_RSA_BITS))


def make_ed25519() -> str:
    return _pem(Ed25519PrivateKey.generate())


def record_of(pem: str) -> str:
    """What DNS says about the key."""
    key = _loaded(pem)
    if isinstance(key, RSAPrivateKey):
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return f"v=DKIM1; k=rsa; p={b64encode(public).decode()}"
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"v=DKIM1; k=ed25519; p={b64encode(public).decode()}"


def relaxed_field(name: bytes, value: bytes) -> bytes:
    """RFC 6376, 3.4.2."""
    return name + b":" + _SPACE.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ") + b"\r\n"


def relaxed_body(body: bytes) -> bytes:
    """RFC 6376, 3.4.4."""
    lines = [_SPACE.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def _from_below(names: list[bytes], fields: list[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """Of several of one name, the lowest is meant first (RFC 6376, 5.4.2)."""
    left = list(fields)
    for name in names:
        place = max(number for number, (found, _) in enumerate(left) if found == name)
        yield left.pop(place)


def _folded(text: str, sign: str) -> str:
    lines, line = [], ""
    for piece in text.split(sign):
        if line and len(line) + len(piece) > _FOLD:
            lines.append(line + sign)
            line = piece
        else:
            line = f"{line}{sign}{piece}" if line else piece
    return "\r\n  ".join([*lines, line])


def _sign(key: Key, words: bytes) -> bytes:
    if isinstance(key, RSAPrivateKey):
        return key.sign(words, PKCS1v15(), SHA256())
    # RFC 8463, 3: of the digest, not of the words.
    return key.sign(sha256(words).digest())


@lru_cache(maxsize=8)
def _loaded(pem: str) -> Key:
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, (RSAPrivateKey, Ed25519PrivateKey)):
        raise TypeError(type(key).__name__)
    return key


def _pem(key: Key) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
