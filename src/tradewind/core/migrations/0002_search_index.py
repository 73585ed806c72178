from typing import Any

from django.db import migrations

# Both indexes take the tokens as they were made in Python: cut at spaces, and nothing else done to them.
SQLITE = """
CREATE VIRTUAL TABLE core_search_index USING fts5(tokens, content='core_searchdocument', content_rowid='id', tokenize="ascii");
CREATE TRIGGER core_search_added AFTER INSERT ON core_searchdocument BEGIN
  INSERT INTO core_search_index(rowid, tokens) VALUES (new.id, new.tokens);
END;
CREATE TRIGGER core_search_removed AFTER DELETE ON core_searchdocument BEGIN
  INSERT INTO core_search_index(core_search_index, rowid, tokens) VALUES ('delete', old.id, old.tokens);
END;
CREATE TRIGGER core_search_changed AFTER UPDATE ON core_searchdocument BEGIN
  INSERT INTO core_search_index(core_search_index, rowid, tokens) VALUES ('delete', old.id, old.tokens);
  INSERT INTO core_search_index(rowid, tokens) VALUES (new.id, new.tokens);
END;
"""
POSTGRESQL = (
    "CREATE INDEX core_search_index ON core_searchdocument USING gin (array_to_tsvector(string_to_array(tokens, ' ')));"
)


def build(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        editor.connection.connection.executescript(SQLITE)
    else:
        editor.execute(POSTGRESQL)


def remove(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        editor.connection.connection.executescript(
            "DROP TRIGGER core_search_added; DROP TRIGGER core_search_removed; DROP TRIGGER core_search_changed;"
            " DROP TABLE core_search_index;"
        )
    else:
        editor.execute("DROP INDEX core_search_index;")


class Migration(migrations.Migration):
    # sqlite3's executescript commits what is open, so this migration stands outside a transaction.
    atomic = False
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(build, remove)]
