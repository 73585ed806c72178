"""For scripts that tests and benchmarks run as processes of their own: the same database, and a clock that hurries."""

import os
import time
from datetime import UTC, datetime, timedelta

DATABASE = "TRADEWIND_PROCESS_DATABASE"
# Pauses and leases are minutes long. Processes that share a test live this many times as fast.
HURRY = 20
_EPOCH = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def open_house() -> None:
    """Set Django up on the database that the environment names, so that a process joins a test's own."""
    import django
    from django.conf import settings

    if os.environ.get(DATABASE):
        settings.DATABASES["default"]["NAME"] = os.environ[DATABASE]
    django.setup()


def hurried_now() -> datetime:
    """The same moment in every process of this machine."""
    return _EPOCH + timedelta(seconds=time.clock_gettime(time.CLOCK_MONOTONIC) * HURRY)
