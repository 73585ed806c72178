"""Opening a mail: its headers, what it says, the reports in it, and the mail that it gives back. Bounded, whatever is sent."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses
from typing import Final

# What parsers of mail raise, Python's and others', on those that break them. Nothing of it may lose the mail.
BROKEN: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MessageError,
    RuntimeError,
    TypeError,
    ValueError,
)
# Reports stand at the front of a bounce; what lies behind this is somebody's attachment.
MOST_READ: Final = 4_000_000
_MOST_TEXT: Final = 200_000
_MOST_PARTS: Final = 200
_DEEPEST: Final = 12
_LONGEST_HEADER: Final = 20_000
_RETURNED: Final = {"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "text/rfc822"}
_STATUS: Final = {"message/delivery-status", "message/global-delivery-status"}
_CHARSETS: Final = {"unicode-1-1-utf-7": "utf-7", "x-unknown": "utf-8", "iso-8859-8-i": "iso-8859-8", "cp-850": "cp850"}
_ADDRESS: Final = re.compile(
    r"[^\s<>()\[\],;:\"'|\\@`{}：，；。、（）「」【】《》]{1,128}@(?:[\w-]{1,63}\.){1,10}[\w-]{2,63}|\"[^\"\n@]{1,64}\"@(?:[\w-]{1,63}\.){1,10}[\w-]{2,63}"
)
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_ENDS_LINE: Final = re.compile(r"<(?:br|/p|/div|/tr|/h\d|/li|hr)\b[^<>]{0,200}>", re.IGNORECASE)
_FIELD: Final = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
_KNOWN: Final = re.compile(
    rb"(received|from|to|subject|date|message-id|mime-version|content-type|return-path|delivered-to):", re.IGNORECASE
)
_ENOUGH: Final = 3
_LONGEST_HEAD: Final = 200_000
_UNSEEN: Final = ("style", "script", "head")
_ESCAPED: Final = {"&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&#64;": "@", "&quot;": '"', "&#39;": "'", "&amp;": "&"}


@dataclass
class Opened:
    """`text` is what it says to people, `status` the machine's report, `returned` the headers of the mail given back."""

    head: Message
    text: str = ""
    html: str = ""
    status: str = ""
    feedback: str = ""
    is_receipt: bool = False
    returned: dict[str, str] = field(default_factory=dict)

    def header(self, name: str) -> str:
        return decoded(_raw(self.head, name))


def open_mail(raw: bytes) -> Opened:
    """Raises what the parser raises on the worst of them; the caller puts those aside."""
    head = BytesParser(policy=policy.compat32).parsebytes(_without_postmark(raw[:MOST_READ]))
    opened = Opened(head)
    texts: list[str] = []
    for number, part in enumerate(_parts(head)):
        if number >= _MOST_PARTS:
            break
        _sort(part, opened, texts)
    opened.text = "\n".join(texts)[:_MOST_TEXT]
    return opened


def decoded(value: object, longest: int = _LONGEST_HEADER) -> str:
    """A header's value in one line, as a person reads it; raw bytes in it as UTF-8 where they are."""
    if value is None:
        return ""
    text = str(value)[:longest]
    try:
        pieces = [
            piece.decode(_known(charset) or "utf-8", "replace") if isinstance(piece, bytes) else piece
            for piece, charset in decode_header(_mended(text))
        ]
        text = "".join(pieces)
    except (HeaderParseError, ValueError, LookupError):
        text = _mended(text)
    return " ".join(_mended(text).replace("\0", "").split())


def addresses_in(text: str) -> list[str]:
    """All addresses in a text, in their order, each once."""
    found: dict[str, str] = {}
    for match in _ADDRESS.finditer(text):
        address = match.group().strip(".'*_=/-")
        if "@" in address:
            found.setdefault(address.lower(), address)
    return list(found.values())


def address_of(value: str) -> str:
    """The first address of a header, bare."""
    for _, address in getaddresses([value[:_LONGEST_HEADER]]):
        if "@" in address:
            return address.strip()
    return next(iter(addresses_in(value)), "")


def _raw(message: Message, name: str) -> str | None:
    """A header as it stands: `get` would put question marks for bytes that no charset explains."""
    return next((value for key, value in message.raw_items() if key.lower() == name.lower()), None)


def _without_postmark(raw: bytes) -> bytes:
    """Without what stands before the headers: empty lines, and the line with which mail folders begin a mail."""
    raw = raw.lstrip(b"\r\n\xef\xbb\xbf")
    while raw[:6] in {b"From M", b">From "} or (raw.startswith(b"From ") and b":" not in raw[:5]):
        _, _, raw = raw.partition(b"\n")
    return _with_headers_first(raw)


def _with_headers_first(raw: bytes) -> bytes:
    """Without the lines among the headers that are none: the parser would take all that follows for the text."""
    head, _, rest = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw[:_LONGEST_HEAD] else b"\n\n")
    lines = head[:_LONGEST_HEAD].splitlines()
    if sum(_KNOWN.match(line) is not None for line in lines) < _ENOUGH or len(head) > _LONGEST_HEAD:
        return raw
    good = [line for line in lines if line[:1] in {b" ", b"\t"} or _FIELD.match(line)]
    while good and good[0][:1] in {b" ", b"\t"}:
        good.pop(0)
    return raw if len(good) == len(lines) else b"\n".join(good) + b"\n\n" + rest


def _parts(head: Message) -> Iterator[Message]:
    """Leaves, reports and mails given back, without going into the latter."""
    stack = [(head, 0)]
    while stack:
        part, depth = stack.pop()
        inner = part.get_payload()
        kind = part.get_content_type()
        if not isinstance(inner, list) or kind.startswith("message/") or kind in _RETURNED or depth >= _DEEPEST:
            yield part
            continue
        stack.extend((each, depth + 1) for each in reversed(inner) if isinstance(each, Message))


def _sort(part: Message, opened: Opened, texts: list[str]) -> None:
    kind = part.get_content_type()
    if kind in _STATUS:
        opened.status += "\n\n" + _report(part)
    elif kind == "message/feedback-report":
        opened.feedback += "\n" + _report(part)
    elif kind in {"message/disposition-notification", "message/global-disposition-notification"}:
        opened.is_receipt = True
    elif kind in _RETURNED:
        opened.returned = opened.returned or _headers(part)
    elif kind.startswith("multipart/") and not isinstance(part.get_payload(), list):
        texts.append(_content(part))  # its boundary is broken: fields and words are found in it all the same
    elif kind == "text/html":
        opened.html = opened.html or plain(_content(part))
    elif kind.startswith("text/") and sum(map(len, texts)) < _MOST_TEXT:
        texts.append(_content(part))


def plain(html: str) -> str:
    """The words of a page, a line for each block."""
    for name in _UNSEEN:
        html = _without(html, name)
    text = _TAG.sub(_address_or_nothing, _ENDS_LINE.sub("\n", html))
    for sign, meant in _ESCAPED.items():
        text = text.replace(sign, meant)
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


def _without(html: str, name: str) -> str:
    """Without these elements. A scan: an expression would start anew at each of thousands that never end."""
    small, kept, at = html.lower(), [], 0
    if len(small) != len(html):  # some letters are two in small
        return html
    while (begin := small.find(f"<{name}", at)) >= 0 and (end := small.find(f"</{name}>", begin)) >= 0:
        kept.append(html[at:begin])
        at = end + len(name) + 3
    return "".join([*kept, html[at:]])


def _address_or_nothing(tag: re.Match[str]) -> str:
    return tag.group() if _ADDRESS.fullmatch(tag.group()[1:-1]) else " "


def _report(part: Message) -> str:
    """A report's fields; encoded ones are decoded, which the parser does not do for this type."""
    inner = part.get_payload()
    if not isinstance(inner, list):
        return _content(part)
    groups = [group for group in inner if isinstance(group, Message)]
    text = "\n\n".join(
        "\n".join(f"{name}: {_mended(str(value))}" for name, value in group.raw_items()) + "\n" + _body(group)
        for group in groups
    )
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() in {"base64", "quoted-printable"} and not any(
        group.keys() for group in groups
    ):
        again = Message()
        again["Content-Transfer-Encoding"] = str(part["Content-Transfer-Encoding"])
        again.set_payload("".join(_body(group) for group in groups))
        return _content(again)
    return text


def _body(group: Message) -> str:
    body = group.get_payload()
    return body if isinstance(body, str) else ""


def _headers(part: Message) -> dict[str, str]:
    """Of the mail given back, by names in small letters."""
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return {name.lower(): decoded(value) for name, value in reversed(list(inner[0].raw_items()))}
    return headers_in(_content(part))


def headers_in(text: str) -> dict[str, str]:
    """The headers at the front of a text."""
    block = text.lstrip("\r\n").partition("\n\n")[0][:100_000]
    found: dict[str, str] = {}
    for line in re.sub(r"\r?\n[ \t]+", " ", block).splitlines():
        name, colon, value = line.partition(":")
        if colon and re.fullmatch(r"[\w-]{1,60}", name):
            found.setdefault(name.lower(), decoded(value.strip()))
    return found


def _content(part: Message) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    content = content[: 2 * _MOST_TEXT]
    charset = _known(part.get_param("charset"))
    text = _text(content, charset)
    return _mended(text).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _text(content: bytes, charset: str) -> str:
    if b"\x1b$" in content or b"\x1b(" in content:
        return content.decode("iso2022_jp_ext", "replace")
    for name in (charset, "utf-8"):
        if not name or name == "us-ascii":
            continue
        try:
            return content.decode(name)
        except (UnicodeError, ValueError):
            continue
    return content.decode(charset or "latin-1", "replace")


def _known(charset: object) -> str:
    """A charset's name as Python knows it, or nothing."""
    name = str(charset or "").strip().strip("'\"").lower()
    name = _CHARSETS.get(name, name)
    try:
        return codecs.lookup(name).name if name and codecs.lookup(name)._is_text_encoding else ""  # noqa: SLF001
    except (LookupError, ValueError):
        return ""


def _mended(text: str) -> str:
    """Bytes that the parser smuggled in as halves of surrogate pairs, read as UTF-8."""
    if text.isascii():
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:  # halves that stand for no byte
        return text.encode("utf-8", "replace").decode()
