"""Writes the register of changes for revisions that were saved before it existed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import migrations

from icm_portal.accounts.append_only import protect
from proposals.merging import marked
from proposals.snapshot import digest
from toolkit.loading import load

FOLD_WITHIN = timedelta(minutes=10)
BATCH = 500


def fill(apps: Any, _editor: Any) -> None:
    """Go through the history of each section from its beginning."""
    sections = apps.get_model("proposals", "Section").objects.select_related("proposal__agency")
    for section in sections.filter(revision__gt=0).iterator(chunk_size=50):
        rows = _replayed(apps, section)
        apps.get_model("proposals", "AnswerChange").objects.bulk_create(rows, batch_size=BATCH)
        section.save(update_fields=["touched", "sitting"])


def forget(apps: Any, _editor: Any) -> None:
    """Empty the register and its summaries, so that they can be filled anew."""
    apps.get_model("proposals", "AnswerChange").objects.all().delete()
    apps.get_model("proposals", "Section").objects.update(touched={}, sitting=0)


def _replayed(apps: Any, section: Any) -> list[Any]:
    model = apps.get_model("proposals", "AnswerChange")
    zone = ZoneInfo(section.proposal.agency.time_zone)
    prompts = {prompt.id: prompt for prompt in load(section.proposal.toolkit_version).prompts}
    last, found = None, []
    history = apps.get_model("proposals", "SectionRevision").objects.filter(section=section).order_by("revision")
    for row in history.iterator(chunk_size=50):
        if last is None or not _goes_on(last, row, zone):
            section.sitting = row.revision
        last = row
        for key, change in sorted(row.changes.items()):
            known = section.touched.get(key, {"revision": 0, "pieces": {}})
            found.append(
                model(
                    section=section, prompt_id=key, revision=row.revision, sitting=section.sitting,
                    author_id=row.author_id, at=row.at, opens=known["revision"] < section.sitting,
                    leads=row.revision == section.sitting and key == min(row.changes), digest=digest(change["after"]),
                    page=row.page, page_save=row.page_save,
                )
            )  # fmt: skip
            pieces = marked(
                prompts[key], known["pieces"], before=change["before"], after=change["after"],
                revision=row.revision, author=row.author_id,
            )  # fmt: skip
            section.touched[key] = {"revision": row.revision, "pieces": pieces}
    return found


def _goes_on(last: Any, row: Any, zone: ZoneInfo) -> bool:
    is_near: bool = row.author_id == last.author_id and timedelta(0) <= row.at - last.at <= FOLD_WITHIN
    return is_near and bool(row.at.astimezone(zone).date() == last.at.astimezone(zone).date())


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_clearance"),
        ("proposals", "0010_register_of_changes"),
    ]

    operations = [
        migrations.RunPython(fill, forget),
        protect("proposals_answerchange"),
    ]
