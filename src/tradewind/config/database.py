"""Bringing the database up to date with the code, and saying what is missing where it is not."""

from functools import lru_cache
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.recorder import MigrationRecorder


def missing_migrations(alias: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Migrations of this code that the database has not had, as "app.0001_name". Imports none of them."""
    return sorted(known_migrations() - _applied(alias))


def unknown_migrations(alias: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Migrations that the database has had from a newer Tradewind."""
    return sorted(_applied(alias) - known_migrations())


def bring_up_to_date() -> bool:
    """Apply what is missing. False when there is nothing to do. The folder's or server's lock is the caller's."""
    if not missing_migrations():
        return False
    call_command("migrate", verbosity=0, interactive=False)
    return True


@lru_cache(maxsize=1)
def known_migrations() -> frozenset[str]:
    """All migrations of this code."""
    return frozenset(
        f"{app.label}.{file.stem}"
        for app in apps.get_app_configs()
        for file in (Path(app.path) / "migrations").glob("[0-9]*.py")
    )


def _applied(alias: str) -> set[str]:
    return {f"{app}.{name}" for app, name in MigrationRecorder(connections[alias]).applied_migrations()}
