"""When each proposal came to the side that has it, read off its record, and room for pauses."""

from datetime import timedelta
from typing import Any

import django.utils.timezone
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

HANDS_OVER = ("created", "submitted", "recalled", "changes_requested", "reopened")
TARGET_DAYS = 30


def read_off(apps: Any, schema_editor: Any) -> None:
    """Set the clock of what is there; CMS aims for thirty days in reviews that have begun."""
    proposals, events = (apps.get_model("proposals", name).objects for name in ("Proposal", "Event"))
    moves = events.filter(proposal=OuterRef("pk"), verb__in=HANDS_OVER).order_by("-at", "-pk")
    proposals.update(turn_since=Coalesce(Subquery(moves.values("at")[:1]), F("created_at")))
    proposals.filter(status="withdrawn").update(paused_at=F("status_since"))
    for pk, since in proposals.filter(status__in=("submitted", "in_review")).values_list("pk", "turn_since"):
        proposals.filter(pk=pk).update(due_on=since.date() + timedelta(days=TARGET_DAYS))


class Migration(migrations.Migration):
    dependencies = [
        ("proposals", "0016_due_date_index"),
        ("accounts", "0004_target_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="turn_since",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="proposal",
            name="paused_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="proposal",
            name="paused_days",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="event",
            name="verb",
            field=models.CharField(
                choices=[
                    ("created", "started the proposal"),
                    ("section_saved", "saved {section}"),
                    ("details_changed", "changed the title or model type"),
                    ("submitted", "submitted round {round}"),
                    ("recalled", "recalled round {round}"),
                    ("review_begun", "began the review of round {round}"),
                    ("changes_requested", "requested changes to round {round}"),
                    ("concluded", "announced the decision on round {round}"),
                    ("reopened", "reopened the proposal after round {round}"),
                    ("withdrawn", "withdrew the proposal"),
                    ("restored", "restored the proposal"),
                    ("paused", "paused the clock of round {round}"),
                    ("resumed", "resumed the review of round {round}"),
                    ("thread_resolved", "marked a question as resolved in {section}"),
                    ("thread_reopened", "opened a question again in {section}"),
                    ("draft_comment_saved", "drafted a comment in {section}"),
                    ("draft_comment_dropped", "dropped a drafted comment in {section}"),
                    ("note_added", "wrote an internal note in {section}"),
                    ("note_changed", "changed an internal note in {section}"),
                    ("note_deleted", "deleted an internal note in {section}"),
                    ("sign_off_asked", "asked for a sign-off"),
                    ("sign_off_changed", "changed a sign-off"),
                    ("sign_off_ended", "took a sign-off away"),
                    ("signed_off", "signed off {section}"),
                    ("several_signed_off", "signed off several sections"),
                    ("sign_off_changes", "asked for changes in {section} before signing off"),
                    ("word_read", "began the proposal from a Word file"),
                    ("word_given", "downloaded {section} as a Word file"),
                    ("attached", "attached a file in {section}"),
                    ("attachment_removed", "removed a file from {section}"),
                    ("attachment_refused", "attached a file in {section} that the virus scanner refused"),
                    ("attachment_downloaded", "downloaded a file of {section}"),
                    ("assigned", "assigned a reviewer"),
                    ("unassigned", "ended an assignment"),
                    ("verdict_given", "gave a verdict on {section}"),
                    ("lead_set", "named the lead reviewer"),
                    ("decision_drafted", "drafted the decision on round {round}"),
                    ("packet_requested", "asked for a packet of round {round}"),
                    ("packet_downloaded", "downloaded a packet"),
                ],
                max_length=24,
            ),
        ),
        migrations.RunPython(read_off, migrations.RunPython.noop),
    ]
