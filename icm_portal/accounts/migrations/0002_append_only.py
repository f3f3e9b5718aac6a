"""The record of changes to people cannot be changed: the database itself refuses."""

from __future__ import annotations

from django.db import migrations

from icm_portal.accounts.append_only import protect


class Migration(migrations.Migration):
    """Triggers on the record of people."""

    dependencies = [("accounts", "0001_initial")]

    operations = [protect("accounts_accountevent")]
