"""Reading what somebody hands in: the file, whose it is, and into which account its orders go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from tradewind.console.products.reading import Form
from tradewind.core.accounts import LONGEST_NAME
from tradewind.core.models import ShopAccount
from tradewind.core.reach import Reach
from tradewind.core.words import spoken
from tradewind.lib.currencies import MINOR_DIGITS
from tradewind.orders.import_models import FileLayout
from tradewind.orders.importing.deciding import Upload
from tradewind.orders.importing.layouts import columns_of, layout_for, layouts_by_name
from tradewind.orders.importing.mapping import known_encoding, known_zone
from tradewind.orders.importing.marketplaces.recognising import NAMES, channel_of
from tradewind.orders.importing.uploads import LARGEST, Table, Unusable, source_of, table_of

NEW: Final = "new"
COLUMNS: Final = "columns"
LAYOUT: Final = "layout-"
_NO_FILE: Final = gettext_noop("Please choose a file.")
_TOO_LARGE: Final = gettext_noop("The file has more than {most} MB. Export fewer orders at once.")
_NO_ACCOUNT: Final = gettext_noop("Please choose the account of these orders.")
_OTHER_ACCOUNT: Final = gettext_noop("This is an order file of {channel}. Please choose an account of {channel}.")
_NO_FORMAT: Final = gettext_noop("Please choose what kind of file it is.")
_NOT_FITTING: Final = gettext_noop("The file lacks columns of this format: {names}.")
_CURRENCY: Final = gettext_noop("Please write the currency like EUR.")
_ZONE: Final = gettext_noop("Please write the time zone like Europe/Berlin.")
_ENCODING: Final = gettext_noop("There is no such encoding. Try utf-8, gb18030, cp1252 or cp932.")


@dataclass(frozen=True, slots=True)
class _Read:
    """What the file is: whose, or by which mapping it is read; neither, where its columns are still to be named."""

    content: bytes
    source: str = ""
    how: Mapping[str, Any] | None = None


def read_upload(request: HttpRequest, form: Form, accounts: Iterable[ShopAccount]) -> Upload | None:
    """None where something is wrong, which then stands with the form."""
    how = _said(form)
    file = request.FILES.get("file")
    read = _file(form, file, how) if isinstance(file, UploadedFile) else None
    if file is None:
        form.complain("file", _NO_FILE)
    account = _account(form, accounts, read.source if read else "")
    if form.errors or read is None or account is None or not isinstance(file, UploadedFile):
        return None
    account_id, new = account
    return Upload(
        key=form.fields.get("key", "")[:40] or token_urlsafe(16),
        name=file.name or "orders.csv",
        content=read.content,
        language=spoken(),
        account_id=account_id,
        new_account=new,
        source=read.source,
        how=how if read.source else dict(read.how or {}),
    )


def open_accounts(reach: Reach) -> list[ShopAccount]:
    """Those into which files bring orders."""
    there = ShopAccount.objects.filter(closed_at=None).exclude(channel=ShopAccount.Channel.OWN)
    return list(reach.of(there.order_by("name", "id"), field="pk"))


def _said(form: Form) -> dict[str, str]:
    """What somebody says of files that do not."""
    currency = form.text("currency", longest=3).upper()
    if currency and currency not in MINOR_DIGITS:
        form.complain("currency", _CURRENCY)
    said = {"currency": currency}
    for name, known, words in (("zone", known_zone, _ZONE), ("encoding", known_encoding, _ENCODING)):
        said[name] = form.text(name, longest=40)
        try:
            said[name] = said[name] and known(said[name])
        except ValueError:
            form.complain(name, words)
    return {name: value for name, value in said.items() if value and name not in form.errors}


def _file(form: Form, file: "UploadedFile[bytes]", how: Mapping[str, str]) -> _Read | None:
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        form.complain("file", _TOO_LARGE, most=LARGEST // 1_000_000)
        return None
    encoding = how.get("encoding", "")
    try:
        return _read(form, content, file.name or "", encoding)
    except Unusable as problem:
        form.errors["file"] = problem.words
        return None


def _read(form: Form, content: bytes, name: str, encoding: str) -> _Read | None:
    """Raises Unusable."""
    kind = form.fields.get("kind", "")
    if kind == COLUMNS:
        return _Read(table_of(content, encoding=encoding, language=spoken()).content)
    if kind.startswith(LAYOUT):
        return _by_layout(form, content, kind.removeprefix(LAYOUT))
    if kind and kind not in NAMES:
        form.complain("kind", _NO_FORMAT)
        return None
    source = source_of(content, name=name, chosen=kind, encoding=encoding)
    if source:
        return _Read(content, source)
    guess = table_of(content, encoding=encoding, language=spoken())
    for table in (guess, *_as_layouts_read(content)):
        layout = layout_for(table.headings)
        if layout is not None:
            return _Read(table.content, how=_as_it_is(layout, table))
    return _Read(guess.content)


def _by_layout(form: Form, content: bytes, number: str) -> _Read | None:
    layout = FileLayout.objects.filter(pk=int(number) if number.isdigit() and len(number) < 10 else 0).first()  # noqa: PLR2004  # more digits than rows
    if layout is None:
        form.complain("kind", _NO_FORMAT)
        return None
    try:
        table = table_of(content, encoding=layout.mapping.get("encoding", ""))
    except Unusable:
        table = table_of(content, language=spoken())
    missing = sorted(columns_of(layout.mapping) - set(table.headings))
    if missing:
        form.complain("kind", _NOT_FITTING, names=", ".join(missing[:10]))
        return None
    return _Read(table.content, how=_as_it_is(layout, table))


def _as_layouts_read(content: bytes) -> Iterable[Table]:
    for encoding in sorted({layout.mapping.get("encoding", "utf-8") for layout in layouts_by_name()}):
        try:
            yield table_of(content, encoding=encoding)
        except Unusable:
            continue


def _as_it_is(layout: FileLayout, table: Table) -> dict[str, Any]:
    """The same columns in this file, which may part its cells otherwise."""
    return {**layout.mapping, "encoding": table.encoding, "delimiter": table.delimiter}


def _account(form: Form, accounts: Iterable[ShopAccount], source: str) -> tuple[int, tuple[str, str] | None] | None:
    chosen = form.fields.get("account", "")
    channel = channel_of(source) if source else ShopAccount.Channel.FILE
    if chosen == NEW:
        name = form.text("new_account", longest=LONGEST_NAME, is_needed=True)
        return 0, (name, channel)
    account = next((each for each in accounts if str(each.pk) == chosen), None)
    if account is None:
        form.complain("account", _NO_ACCOUNT)
        return None
    if source and account.channel != channel:
        form.complain("account", _OTHER_ACCOUNT, channel=NAMES[source])
        return None
    return account.pk, None
