"""A shop that takes long to set up, put aside in tables of its own and put back for each test that wants it."""

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model


def put_aside() -> None:
    """Copy all our rows. Emptying the database between tests passes the copies by, because no model knows them."""
    with connection.cursor() as cursor:
        for model in _models():
            table = model._meta.db_table
            cursor.execute(f'CREATE TABLE "kept_{table}" AS SELECT {_columns(model)} FROM "{table}"')


def put_back() -> None:
    """Into empty tables, inside the caller's transaction: rows may stand there before those that they point to."""
    with connection.cursor() as cursor:
        for model in _models():
            table, columns = model._meta.db_table, _columns(model)
            cursor.execute(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM "kept_{table}"')
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)


def _models() -> list[type[Model]]:
    """Django fills its own tables itself, before each test."""
    everything = apps.get_models(include_auto_created=True)
    return [model for model in everything if model.__module__.startswith("tradewind.") and not model._meta.proxy]


def _columns(model: type[Model]) -> str:
    """Those that are written; PostgreSQL makes one itself."""
    return ", ".join(f'"{field.column}"' for field in model._meta.local_concrete_fields)
