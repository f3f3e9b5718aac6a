"""Sign-offs inside a state, and notes that can be edited."""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from icm_portal.accounts.append_only import protect


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_clearance"),
        ("proposals", "0004_lists_by_turn"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="note",
            name="edited_at",
            field=models.DateTimeField(null=True),
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
                    ("assigned", "assigned a reviewer"),
                    ("unassigned", "ended an assignment"),
                    ("lead_set", "named the lead reviewer"),
                    ("decision_drafted", "drafted the decision on round {round}"),
                    ("packet_requested", "asked for a packet of round {round}"),
                    ("packet_downloaded", "downloaded a packet"),
                ],
                max_length=24,
            ),
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                ("section_keys", models.JSONField(default=None, null=True)),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sign_offs", to="proposals.proposal"
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignOffMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("section_key", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(choices=[("signed", "Signed"), ("changes", "Changes asked for")], max_length=10),
                ),
                ("reason", models.TextField(blank=True)),
                ("revision", models.PositiveIntegerField()),
                ("digests", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sign_off",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="marks", to="proposals.signoff"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="signoff",
            index=models.Index(fields=["signer", "agency"], name="sign_off_by_signer"),
        ),
        migrations.AddConstraint(
            model_name="signoff",
            constraint=models.UniqueConstraint(
                models.F("proposal"),
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("ended_at__isnull", True)),
                name="sign_off_name_once",
            ),
        ),
        migrations.AddIndex(
            model_name="signoffmark",
            index=models.Index(fields=["sign_off", "section_key", "-id"], name="sign_off_mark_newest"),
        ),
        migrations.AddConstraint(
            model_name="signoffmark",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["signed", "changes"])), name="sign_off_mark_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="signoffmark",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "changes"), models.Q(("reason", ""), _negated=True)),
                    models.Q(("kind", "signed"), ("reason", "")),
                    _connector="OR",
                ),
                name="sign_off_mark_reason_when_refused",
            ),
        ),
        protect("proposals_signoffmark"),
    ]
