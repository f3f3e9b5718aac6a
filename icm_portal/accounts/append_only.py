"""Tables that the database itself keeps append-only, on PostgreSQL and on SQLite.

SQLite drops triggers when a later migration rebuilds a table: such a migration runs `protect` again, which may be done
as often as one likes.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations


def protect(*tables: str) -> migrations.RunPython:
    """Return the migration operation that makes UPDATE and DELETE on these tables fail with an integrity error.

    The triggers are called ``append_only_<table>...``.
    """

    def forwards(_apps: Any, editor: Any) -> None:
        statements = _postgresql if editor.connection.vendor == "postgresql" else _sqlite
        for table in tables:
            for statement in statements(table):
                editor.execute(statement)

    def backwards(_apps: Any, editor: Any) -> None:
        for table in tables:
            if editor.connection.vendor == "postgresql":
                editor.execute(f"DROP FUNCTION IF EXISTS append_only_{table}() CASCADE")
                continue
            for verb in ("update", "delete"):
                editor.execute(f"DROP TRIGGER IF EXISTS append_only_{table}_{verb}")

    return migrations.RunPython(forwards, backwards)


def _sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER IF NOT EXISTS append_only_{table}_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def _postgresql(table: str) -> list[str]:
    return [
        f"""
        CREATE OR REPLACE FUNCTION append_only_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        f"""
        CREATE OR REPLACE TRIGGER append_only_{table} BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION append_only_{table}()
        """,
    ]
