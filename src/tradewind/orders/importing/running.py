"""Running an import: read a file once, store its orders batch by batch, and say what came of it.

Each batch is a transaction of whole orders. Whatever ends the import in between, the orders stored so far are whole, and
running it again stores the rest.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Final, Protocol

from django.db import transaction

from tradewind.core.accounts import OWN_SHOP, account_named
from tradewind.core.models import ShopAccount
from tradewind.lib.money import Money
from tradewind.orders.importing.building import Builder, OrderRecord
from tradewind.orders.importing.exports import Export
from tradewind.orders.importing.gathering import Gathering
from tradewind.orders.importing.mapping import Mapping
from tradewind.orders.importing.marketplaces.composing import Composer
from tradewind.orders.importing.marketplaces.recognising import channel_of
from tradewind.orders.importing.marketplaces.sheets import ExportFile
from tradewind.orders.importing.parsing import Parser, Unfit
from tradewind.orders.importing.reading import RawRow, Source
from tradewind.orders.importing.recording import Recorder
from tradewind.orders.importing.rejects import Reject, Rejects
from tradewind.orders.importing.storing import Looks, Outcome, compare, store

# Large enough that a disk's commits do not count, small enough that a shop that is selling meanwhile does not notice.
ORDERS_A_BATCH: Final = 200
LINES_A_BATCH: Final = 5_000
_ROWS_AT_ONCE: Final = 1_000

OnProgress = Callable[[int, int], None]


class OwnShopRefused(Exception):
    """Orders come into the own shop by being placed there. A file that could write them could forge them."""

    def __init__(self, account: str) -> None:
        super().__init__(f'"{account}" is the own shop, and no file adds orders to it. Name another with --account.')
        self.account = account


class OtherChannel(Exception):
    """The account belongs to another sales channel than the file. Its orders would stand among strangers."""

    def __init__(self, account: str, channel: str, wanted: str) -> None:
        super().__init__(
            f'"{account}" is an account on the channel "{channel}", and this file is from "{wanted}".'
            " Name another with --account."
        )
        self.account = account


class ClosedAccount(Exception):
    """Somebody has closed the account: no file brings orders into it."""

    def __init__(self, account: str) -> None:
        super().__init__(f'"{account}" is closed. Open it again in the console, or name another with --account.')
        self.account = account


class Builds(Protocol):
    """Tells to which order a row belongs, and makes a record of the rows of one order."""

    def order_number(self, raw: RawRow) -> str: ...

    def build(self, number: str, raws: list[RawRow]) -> tuple[OrderRecord | None, list[Reject]]: ...

    def look_at(self, numbers: Iterable[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Job:
    """What to import and how. Rejects go into the first of the files that can be written."""

    mapping: Mapping | Export
    at: datetime
    name: str  # what messages call the file
    reject_files: Sequence[Path]
    account: str = ""  # else the mapping's
    weeks: int = 0  # by which every date is moved
    is_dry_run: bool = False
    recorder: Callable[[int], Recorder] | None = (
        None  # given the account: who writes down what this file makes and changes
    )
    looker: Looks | None = None  # who looks at what a dry run finds

    @property
    def account_name(self) -> str:
        return self.account or self.mapping.account


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of an import. `rounding` is what rounding lines to minor units added, where it added anything."""

    account: str
    read: int
    outcome: Outcome
    rejected: int
    reject_file: Path | None
    sums: list[Money]
    rounding: dict[str, Decimal]
    is_dry_run: bool
    report: str = ""  # which of the channel's files it was
    unpriced: int = 0  # orders of which the file does not tell what was paid; they are not in the sums
    unknown_statuses: dict[str, int] = field(default_factory=dict)

    @property
    def orders(self) -> int:
        done = self.outcome
        return done.created + done.updated + done.unchanged + done.older


@dataclass(slots=True)
class _Tally:
    outcome: Outcome = field(default_factory=Outcome)
    stored: Counter[str] = field(default_factory=Counter)
    exact: Counter[str] = field(default_factory=Counter)
    unpriced: int = 0
    unknown: Counter[str] = field(default_factory=Counter)

    def add(self, records: Iterable[OrderRecord], outcome: Outcome) -> None:
        self.outcome += outcome
        for record in records:
            if record.told and not record.told.is_status_known:
                self.unknown[record.told.status] += 1
            if record.told and not record.told.is_priced:
                self.unpriced += 1
                continue
            self.stored[record.currency] += record.total
            self.exact[record.currency] += record.exact

    def sums(self) -> list[Money]:
        return [Money(amount, currency) for currency, amount in sorted(self.stored.items())]

    def rounding(self) -> dict[str, Decimal]:
        by = {money.currency: money.decimal - Decimal(self.exact[money.currency]).scaleb(-4) for money in self.sums()}
        return {currency: difference for currency, difference in by.items() if difference}


def import_orders(stream: IO[bytes], job: Job, *, on_progress: OnProgress | None = None) -> Summary:
    """Import the file. Raises UnusableFile, OwnShopRefused, ClosedAccount and OtherChannel, before anything is stored.

    `on_progress` is told after each batch how many rows are done, and of how many.
    """
    account_id = _account_id(job)
    with ExitStack() as stack:
        gathering, rejects = stack.enter_context(closing(Gathering())), stack.enter_context(closing(Rejects()))
        source, builder, report = _opened(stream, job, stack)
        read = _gather(source, builder, gathering, rejects)
        builder.look_at(gathering.numbers())
        if account_id is None and not job.is_dry_run:
            account_id = _make_account(job)
        recorder = job.recorder(account_id) if job.recorder and account_id is not None and not job.is_dry_run else None
        tally = _Tally()
        done = rejects.count
        for rows, records in _batches(gathering, builder, rejects):
            tally.add(records, _put(records, account_id, job, recorder))
            done += rows
            if on_progress:
                on_progress(done, read)
        reject_file = rejects.write(source.headings, job.reject_files)
        return Summary(
            account=job.account_name,
            read=read,
            outcome=tally.outcome,
            rejected=rejects.count,
            reject_file=reject_file,
            sums=tally.sums(),
            rounding=tally.rounding(),
            is_dry_run=job.is_dry_run,
            report=report,
            unpriced=tally.unpriced,
            unknown_statuses=dict(tally.unknown),
        )


def _opened(stream: IO[bytes], job: Job, stack: ExitStack) -> tuple[Source | ExportFile, Builds, str]:
    """The file as a table, what builds its orders, and which of a channel's files it is."""
    how = job.mapping
    if isinstance(how, Export):
        file = stack.enter_context(closing(ExportFile(stream, source=how.source, encoding=how.encoding, name=job.name)))
        return file, Composer(file, how, at=job.at), file.report.code
    source = stack.enter_context(closing(Source(stream, how, name=job.name)))
    parser = Parser(how, source.read_headings(), at=job.at, weeks=job.weeks)
    return source, Builder(parser, how), ""


def _account_id(job: Job) -> int | None:
    account = ShopAccount.objects.filter(name=job.account_name).first()
    # By name as well: the own shop's account is made when it first sells, and would then be the file's.
    if job.account_name == OWN_SHOP or (account is not None and account.channel == ShopAccount.Channel.OWN):
        raise OwnShopRefused(job.account_name)
    if account is not None and account.closed_at is not None:
        raise ClosedAccount(job.account_name)
    how = job.mapping
    if account is not None and isinstance(how, Export) and account.channel != channel_of(how.source):
        raise OtherChannel(job.account_name, account.channel, channel_of(how.source))
    return account.pk if account else None


def _make_account(job: Job) -> int:
    channel = channel_of(job.mapping.source) if isinstance(job.mapping, Export) else ShopAccount.Channel.FILE
    with transaction.atomic():
        return account_named(job.account_name, channel=channel, at=job.at).pk


def _gather(source: Source | ExportFile, builder: Builds, gathering: Gathering, rejects: Rejects) -> int:
    """The number of rows read. Afterwards the whole file is known to be readable."""
    read = 0
    rows = source.rows()
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        read += len(batch)
        gathering.add(_numbered(batch, builder, rejects))
    return read


def _numbered(rows: Iterable[RawRow], builder: Builds, rejects: Rejects) -> Iterator[tuple[str, RawRow]]:
    for row in rows:
        try:
            if row.complaint:
                raise Unfit(row.complaint)
            yield builder.order_number(row), row
        except Unfit as reason:
            rejects.add(Reject(row, str(reason)))


def _batches(gathering: Gathering, builder: Builds, rejects: Rejects) -> Iterator[tuple[int, list[OrderRecord]]]:
    """Records to be stored together, with the number of rows that they were made of, rejected ones included."""
    records: list[OrderRecord] = []
    rows = lines = 0
    for number, raws in gathering.orders():
        record, unfit = builder.build(number, raws)
        for reject in unfit:
            rejects.add(reject)
        rows += len(raws)
        if record is not None:
            records.append(record)
            lines += len(record.lines)
        if len(records) == ORDERS_A_BATCH or lines >= LINES_A_BATCH:
            yield rows, records
            records, rows, lines = [], 0, 0
    yield rows, records


def _put(records: list[OrderRecord], account_id: int | None, job: Job, recorder: Recorder | None) -> Outcome:
    if job.is_dry_run or account_id is None:
        return compare(records, account_id=account_id, looker=job.looker)
    how = job.mapping
    language = how.language if isinstance(how, Export) else how.customer.language
    return store(records, account_id=account_id, language=language, at=job.at, recorder=recorder)
