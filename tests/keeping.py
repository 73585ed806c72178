"""A shop that takes long to set up: made once, put aside in tables of its own, put back for each test that wants it."""

from collections.abc import Sequence

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model


def filled() -> list[type[Model]]:
    """Those of our tables that have rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f'EXISTS(SELECT 1 FROM "{model._meta.db_table}")' for model in _models()))
        return [model for model, has_rows in zip(_models(), cursor.fetchone(), strict=True) if has_rows]


def put_aside(shop: str, *, besides: Sequence[type[Model]] = ()) -> list[type[Model]]:
    """Move our rows, inside the caller's transaction, to where emptying the database after a test passes them by.

    What came with the migrations and is to stay, `besides` names. Returns what was moved, as `put_back` wants it.
    """
    moved = [model for model in filled() if model not in besides]
    with connection.cursor() as cursor:
        for model in moved:
            table, columns = model._meta.db_table, _columns(model)
            cursor.execute(f'CREATE TABLE "{shop}_{table}" AS SELECT {columns} FROM "{table}"')
            cursor.execute(f'DELETE FROM "{table}"')
        # As if no row had ever been there: without this the next shop would count on from this one.
        numbered = [
            {"table": model._meta.db_table, "column": model._meta.auto_field.column}
            for model in moved
            if model._meta.auto_field
        ]
        for statement in connection.ops.sequence_reset_by_name_sql(no_style(), numbered):
            cursor.execute(statement)
    return moved


def put_back(shop: str, models: Sequence[type[Model]]) -> None:
    """Into empty tables, inside the caller's transaction: rows may come before those that they point to."""
    with connection.cursor() as cursor:
        for model in models:
            table, columns = model._meta.db_table, _columns(model)
            cursor.execute(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM "{shop}_{table}"')
    number_on(models)


def number_on(models: Sequence[type[Model]] = ()) -> None:
    """The next row of each gets the number after its last, the first where there is none; without models, of all ours.

    SQLite takes numbers back when a test is rolled back; PostgreSQL does not.
    """
    statements = connection.ops.sequence_reset_sql(no_style(), list(models) or _models())
    if statements:
        with connection.cursor() as cursor:
            cursor.execute(" ".join(statements))


def _models() -> list[type[Model]]:
    """Django fills its own tables itself, before each test."""
    everything = apps.get_models(include_auto_created=True)
    return [model for model in everything if model.__module__.startswith("tradewind.") and not model._meta.proxy]


def _columns(model: type[Model]) -> str:
    """Those that are written; PostgreSQL makes one itself."""
    return ", ".join(f'"{field.column}"' for field in model._meta.local_concrete_fields)
