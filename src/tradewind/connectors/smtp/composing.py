"""Our mail as the bytes that leave: text, with HTML as the better alternative, in seven bits, the same to the last byte at every try.

Python's EmailMessage reads and folds each header by its grammar, which takes longer than everything else about a mail.
"""

import binascii
import re
from base64 import encodebytes
from email.header import Header
from email.utils import parseaddr, quote
from hashlib import sha256
from typing import Final

from tradewind.core.work import Refused
from tradewind.messaging.ports import OutgoingMail

_OF_ADDRESSES: Final = frozenset({"From", "To", "Reply-To"})
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_LONGEST_LINE: Final = 998  # RFC 5322, 2.1.1
_FOLDED_AT: Final = 76
_ASCII: Final = bytes(range(128))
# Base64 makes three bytes four; quoted-printable makes each byte outside ASCII three.
_BASE64_FROM: Final = 1 / 6


def composed(mail: OutgoingMail, recipient: str, *, is_international: bool) -> bytes:
    """Lines end in CRLF. `is_international`: addresses are written as they are (RFC 6532). Raises Refused."""
    # Not random, so that a repeated mail is the same mail.
    boundary = f"=_{sha256(mail.message_id.encode()).hexdigest()[:32]}"
    headers = {
        "Message-ID": f"<{mail.message_id}>",
        "From": mail.sender,
        "To": recipient,
        "Subject": mail.subject,
        **mail.headers,
        "MIME-Version": "1.0",
    }
    head = [_header(name, value, is_international=is_international) for name, value in headers.items()]
    head.append(f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"')
    parts = [_part("plain", mail.text), _part("html", mail.html)]
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body + b"--%s--\r\n" % boundary.encode()


def reachable(address: str) -> str:
    """With the domain in ASCII, as the name system has it. Raises Refused."""
    local, _, domain = address.rpartition("@")
    try:
        if local and domain:
            return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        pass
    raise Refused("bad-address", f"{address!r} is not a mail address")


def _header(name: str, value: str, *, is_international: bool) -> str:
    if name not in _OF_ADDRESSES:
        return f"{name}: {_folded(name, value)}"
    shown, address = parseaddr(value)
    written = reachable(address)
    if not (written.isascii() or is_international):
        raise Refused("bad-address", f"{name}: {address!r} needs a server that takes addresses outside ASCII")
    if not shown:
        return f"{name}: {written}"
    named = f'"{quote(shown)}"' if shown.isascii() and not _ATOMS.fullmatch(shown) else _folded(name, shown)
    return (
        f"{name}: {named}\r\n <{written}>" if len(named) + len(written) > _FOLDED_AT else f"{name}: {named} <{written}>"
    )


def _folded(name: str, value: str) -> str:
    """As encoded words where it is not ASCII, or could be taken for one."""
    if value.isascii() and "=?" not in value:
        is_short = len(name) + len(value) < _FOLDED_AT
        return value if is_short else Header(value, header_name=name, maxlinelen=_FOLDED_AT).encode(linesep="\r\n")
    return Header(value, "utf-8", header_name=name, maxlinelen=_FOLDED_AT).encode(linesep="\r\n")


def _part(kind: str, text: str) -> bytes:
    lines = _LINE_END.split(text)
    if lines[-1]:
        lines.append("")
    content = "\r\n".join(lines).encode()
    if content.isascii() and all(len(line) <= _LONGEST_LINE for line in lines):
        way = "7bit"
    elif len(content.translate(None, _ASCII)) > len(content) * _BASE64_FROM:
        way, content = "base64", encodebytes(content).replace(b"\n", b"\r\n")
    else:
        way, content = "quoted-printable", binascii.b2a_qp(content, istext=True)
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {way}\r\n\r\n'
    return head.encode() + content
