"""A shop that takes long to set up: made once, put aside in tables of its own, put back for each test that wants it."""

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model


def put_aside(shop: str) -> None:
    """Move all our rows, inside the caller's transaction, to where emptying the database after a test passes them by."""
    with connection.cursor() as cursor:
        for model in _models():
            table, columns = model._meta.db_table, _columns(model)
            cursor.execute(f'CREATE TABLE "{shop}_{table}" AS SELECT {columns} FROM "{table}"')
            cursor.execute(f'DELETE FROM "{table}"')


def put_back(shop: str) -> None:
    """Into empty tables, inside the caller's transaction: rows may come before those that they point to."""
    with connection.cursor() as cursor:
        for model in _models():
            table, columns = model._meta.db_table, _columns(model)
            cursor.execute(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM "{shop}_{table}"')
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)


def _models() -> list[type[Model]]:
    """Django fills its own tables itself, before each test."""
    everything = apps.get_models(include_auto_created=True)
    return [model for model in everything if model.__module__.startswith("tradewind.") and not model._meta.proxy]


def _columns(model: type[Model]) -> str:
    """Those that are written; PostgreSQL makes one itself."""
    return ", ".join(f'"{field.column}"' for field in model._meta.local_concrete_fields)
