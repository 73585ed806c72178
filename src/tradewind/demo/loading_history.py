"""Loads a real history of orders into a demo, as if it had ended the other day. Its source is in history/README.md."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from tradewind.core.accounts import account_named
from tradewind.core.models import ShopAccount
from tradewind.orders.importing.mapping import read_mapping
from tradewind.orders.importing.running import Job, Summary, import_orders

FOLDER: Final = Path(__file__).resolve().parent / "history"
FILE: Final = FOLDER / "uci_online_retail_nonuk.csv.xz"
NEWEST: Final = datetime(2011, 12, 9, 12, 50, tzinfo=ZoneInfo("Europe/London"))
_WEEK: Final = timedelta(weeks=1)
# How long ago the newest invoice would best be.
_AGO: Final = timedelta(days=2)


def load_history(*, now: datetime, on_progress: Callable[[int, int], None] | None = None) -> Summary:
    """Import the history. Loading it again, at any later time, changes nothing; after a crash it loads the rest."""
    mapping = read_mapping(FOLDER / "uci-online-retail.toml")
    with transaction.atomic():
        account = account_named(mapping.account, channel=ShopAccount.Channel.FILE, at=now)
    # The day of the first load decides for ever: other dates would make other orders of the same ones.
    job = Job(
        mapping=mapping,
        at=now,
        name=FILE.name,
        reject_files=[settings.FOLDER.path / "rejects" / "history.rejects.csv"],
        weeks=weeks_to_move(account.created_at),
    )
    with FILE.open("rb") as stream:
        return import_orders(stream, job, on_progress=on_progress)


def weeks_to_move(now: datetime) -> int:
    """By how many weeks dates move so that the newest invoice is about two days old.

    Whole weeks keep every weekday, and with it the rhythm of the trade; the age is then between nothing and seven days, never
    in the future.
    """
    nearest = round((now - _AGO - NEWEST) / _WEEK)
    return nearest if _moved(nearest) <= now else nearest - 1


def _moved(weeks: int) -> datetime:
    # On the wall clock of the source, as the importer moves them: summer time changes neither hour nor weekday.
    return NEWEST + timedelta(weeks=weeks)
