"""The record of changes to people cannot be changed: the database itself refuses."""

from __future__ import annotations

from typing import Any

from django.db import migrations

TABLE = "accounts_accountevent"
MESSAGE = f"{TABLE} is append-only"

SQLITE = [
    f"CREATE TRIGGER append_only_{TABLE}_{verb.lower()} BEFORE {verb} ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    f"""
    CREATE FUNCTION append_only_{TABLE}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    f"""
    CREATE TRIGGER append_only_{TABLE} BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION append_only_{TABLE}()
    """,
]
SQLITE_UNDO = [f"DROP TRIGGER IF EXISTS append_only_{TABLE}_{verb}" for verb in ("update", "delete")]
POSTGRESQL_UNDO = [f"DROP FUNCTION IF EXISTS append_only_{TABLE}() CASCADE"]


def protect(apps: Any, editor: Any) -> None:
    """Create the triggers in the dialect of the database."""
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def release(apps: Any, editor: Any) -> None:
    """Take the triggers away again."""
    for statement in POSTGRESQL_UNDO if editor.connection.vendor == "postgresql" else SQLITE_UNDO:
        editor.execute(statement)


class Migration(migrations.Migration):
    """Triggers on the record of people."""

    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(protect, release)]
