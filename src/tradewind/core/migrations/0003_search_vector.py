from typing import Any

from django.db import migrations

# PostgreSQL made the vector anew for each document that was looked at outside of the index. And what was written since
# the last vacuum lay beside the index, where each search went through all of it.
FORWARD = """
DROP INDEX core_search_index;
ALTER TABLE core_searchdocument
  ADD COLUMN vector tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '))) STORED;
CREATE INDEX core_search_index ON core_searchdocument USING gin (vector) WITH (fastupdate = off);
"""
BACKWARD = """
DROP INDEX core_search_index;
ALTER TABLE core_searchdocument DROP COLUMN vector;
CREATE INDEX core_search_index ON core_searchdocument USING gin (array_to_tsvector(string_to_array(tokens, ' ')));
"""


def forward(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(FORWARD)


def backward(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(BACKWARD)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_search_index")]
    operations = [migrations.RunPython(forward, backward)]
