"""A proposal, its sections and the history of each section."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from icm_portal.accounts.models import Agency
from proposals.status import CMS_TURN, STATE_WRITES, Status


class Proposal(models.Model):
    """One integrated care model that one agency plans with one version of the toolkit.

    ``round`` is the number of the submission being prepared or reviewed, from 1. ``turn_since`` is when it came to the
    side that has it (see `proposals.clock`), ``due_on`` the last day that side has: the date CMS gave the state, or the
    day CMS aims for. ``paused_at`` is set while the clock stands still, ``paused_days`` counts the pauses of the turn.
    ``unopened_at`` is when CMS handed over what nobody of the state has opened yet (see `Handover`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="proposals")
    title = models.CharField(max_length=200)
    model_type = models.CharField(max_length=40, blank=True)
    toolkit_version = models.CharField(max_length=20)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT)
    status_since = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=1)
    turn_since = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_days = models.PositiveSmallIntegerField(default=0)
    unopened_at = models.DateTimeField(null=True, blank=True)
    withdrawn_from = models.CharField(max_length=20, choices=Status.choices, blank=True)
    lead_reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sample_note = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["agency", "-updated_at"], name="proposal_by_agency"),
            models.Index(fields=["status", "-status_since"], name="proposal_by_status"),
            models.Index(fields=["-status_since", "id"], name="proposal_by_turn"),
            models.Index(fields=["status", "due_on", "status_since"], name="proposal_by_due_date"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="proposal_status_known"),
            models.CheckConstraint(condition=Q(round__gte=1), name="proposal_round_from_one"),
            models.CheckConstraint(
                condition=Q(status=Status.WITHDRAWN, withdrawn_from__in=Status.values)
                | (~Q(status=Status.WITHDRAWN) & Q(withdrawn_from="")),
                name="proposal_withdrawn_from_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_state_turn(self) -> bool:
        """Whether the state writes now."""
        return self.status in STATE_WRITES

    @property
    def was_returned(self) -> bool:
        """Whether CMS has sent it back at least once: nothing was asked before."""
        return self.round > 1

    @property
    def is_cms_turn(self) -> bool:
        """Whether CMS has the ball."""
        return self.status in CMS_TURN


class SectionManager(models.Manager["Section"]):
    """Leaves out what only saving needs: ``defer(None)`` brings it."""

    def get_queryset(self) -> models.QuerySet[Section]:
        """Return the sections without the marks of their pieces."""
        return super().get_queryset().defer("touched")


class Section(models.Model):
    """The answers of one toolkit section: the unit of editing, locking and saving.

    ``dispositions`` repeats, for each prompt on file, how it is answered, so that progress of a whole proposal can be
    shown without reading its narratives. It is written in the same UPDATE as ``answers``, and so are two summaries of
    its revisions, which spare reading them all: ``touched`` holds for each prompt that ever changed the newest
    ``revision`` that changed it and the marks of its ``pieces`` (`proposals.merging`), ``sitting`` the revision with
    which the newest run of saves by one person began.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="sections")
    key = models.CharField(max_length=40)
    answers = models.JSONField(default=dict)
    dispositions = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    touched = models.JSONField(default=dict)
    sitting = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = SectionManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "key"], name="section_once_per_proposal")]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.key}"


class SectionRevision(models.Model):
    """One save of a section; append-only.

    ``changes`` maps each prompt that changed to ``{"before": answer or null, "after": answer or null}``.
    """

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="revisions")
    revision = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    changes = models.JSONField()
    #: The open page that sent it by itself, and which of that page's saves it was: numbers grow.
    page = models.UUIDField(null=True)
    page_save = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["section", "revision"], name="revision_once_per_section")]

    def __str__(self) -> str:
        return f"{self.section_id} r{self.revision}"


class AnswerChange(models.Model):
    """That a revision changed one answer: the register of `SectionRevision` by prompt, without any words; append-only.

    A sitting is a run of saves by one person, and carries the number of its first revision. ``opens`` marks the first
    change of the prompt in its sitting, ``leads`` one row of each sitting. ``digest`` tells the answer from others.
    """

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="changes")
    prompt_id = models.CharField(max_length=60)
    revision = models.PositiveIntegerField()
    sitting = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    opens = models.BooleanField()
    leads = models.BooleanField()
    digest = models.CharField(max_length=32, blank=True)
    #: As in `SectionRevision`.
    page = models.UUIDField(null=True)
    page_save = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["section", "sitting"], name="answer_change_by_sitting"),
            models.Index(fields=["section", "prompt_id", "digest"], name="answer_change_by_digest"),
            models.Index(
                fields=["section", "page", "page_save"],
                condition=Q(page__isnull=False),
                name="answer_change_by_page",
            ),
            models.Index(fields=["section", "at"], condition=Q(leads=True), name="answer_change_leading"),
            models.Index(fields=["section", "prompt_id", "at"], condition=Q(opens=True), name="answer_change_opening"),
        ]
        constraints = [models.UniqueConstraint(fields=["section", "prompt_id", "revision"], name="answer_change_once")]

    def __str__(self) -> str:
        return f"{self.section_id} r{self.revision} {self.prompt_id}"
