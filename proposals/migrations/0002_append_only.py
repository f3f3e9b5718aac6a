"""What was handed over and what happened cannot be changed: the database itself refuses."""

from __future__ import annotations

from django.db import migrations

from icm_portal.accounts.append_only import protect


class Migration(migrations.Migration):
    """Triggers on submissions, recalls, releases, the history of sections, and the record."""

    dependencies = [("proposals", "0001_initial")]

    operations = [
        protect(
            "proposals_submission",
            "proposals_recall",
            "proposals_round",
            "proposals_sectionrevision",
            "proposals_event",
            "proposals_reason",
        )
    ]
