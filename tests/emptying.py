"""The database after a test that committed: rows go from the tables that have any, and what a migration knows by itself stays.

Django truncates all tables and writes content types and permissions anew. On PostgreSQL, where a truncated table is a new
file for itself and each index, that took ten times as long as the rows of a test take to delete.
"""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Model

# Made from the models after each migration, and written by nobody since.
_MADE_BY_DJANGO = (ContentType, Permission)


def empty_database(*_: Any) -> None:
    """What `TransactionTestCase` does after each test."""
    tables = [f'"{model._meta.db_table}"' for model in _models()]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # As truncating did: whatever a killed process has begun ends first, and its rows go, too.
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SELECT " + ", ".join(f"EXISTS(SELECT 1 FROM {table})" for table in tables))
        for table, has_rows in zip(tables, cursor.fetchone(), strict=True):
            if has_rows:
                cursor.execute(f"DELETE FROM {table}")


def _models() -> list[type[Model]]:
    everything = apps.get_models(include_auto_created=True)
    return [model for model in everything if model._meta.can_migrate(connection) and model not in _MADE_BY_DJANGO]
