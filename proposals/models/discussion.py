"""What the two sides say to each other, and what each says only to itself.

`Thread`, `Comment` and `Claim` hold released words only. `DraftComment`, `DraftClaim` and `Note` are private to the agency
that wrote them, in tables of their own: a missing filter cannot leak what is not in the table.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from icm_portal.accounts.models import Agency
from proposals.models.proposal import Proposal
from proposals.models.submission import Round
from proposals.status import ThreadKind, ThreadStatus


class Anchor(models.Model):
    """Where a remark points: a prompt, a section, or (both blank) the whole proposal."""

    section_key = models.CharField(max_length=40, blank=True)
    prompt_id = models.CharField(max_length=60, blank=True)

    class Meta:
        abstract = True


class Passage(Anchor):
    """Where a remark points inside an answer: words that were quoted, a row of a table, or (all blank) the answer.

    ``quote`` and ``row_words`` are what stood there when it was written (`proposals.passages` finds them again).
    """

    quote = models.TextField(blank=True)
    row_id = models.CharField(max_length=8, blank=True)
    row_words = models.TextField(blank=True)

    class Meta:
        abstract = True


class Thread(Passage):
    """A released comment of CMS with its replies. ``number`` is the 4 of "Q4" and counts through the proposal."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="threads")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="threads")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=ThreadKind.choices)
    status = models.CharField(max_length=10, choices=ThreadStatus.choices, default=ThreadStatus.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="thread_number_once"),
            models.CheckConstraint(condition=Q(kind__in=ThreadKind.values), name="thread_kind_known"),
            models.CheckConstraint(condition=Q(status__in=ThreadStatus.values), name="thread_status_known"),
        ]

    def __str__(self) -> str:
        return f"Q{self.number}"


class Comment(models.Model):
    """Released words in a thread. ``body`` is sanitised HTML; ``round`` is the number of the submission it belongs to.

    What an administrator has hidden stays in ``words``; everybody reads ``body``, which says so in its place.
    """

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(db_column="body")
    round = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"comment {self.pk} in {self.thread_id}"

    @property
    def body(self) -> str:
        """What everybody reads: the words, or that and when they were removed."""
        if self.hidden_at is None:
            return self.words
        day = timezone.localtime(self.hidden_at)
        return f"<p>A comment was removed by an administrator on {day.day} {day:%B %Y}.</p>"


class DraftComment(Passage):
    """A question or reply not yet released; read by the agency that writes it and nobody else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="draft_comments")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    thread = models.ForeignKey(Thread, null=True, on_delete=models.PROTECT, related_name="drafts")
    kind = models.CharField(max_length=12, choices=ThreadKind.choices, default=ThreadKind.QUESTION)
    body = models.TextField()
    updated_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    #: The place that a lead gave it in the round; without one, that of the toolkit.
    position = models.PositiveSmallIntegerField(null=True)
    from_note = models.ForeignKey("Note", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["proposal", "agency"], name="draft_comment_by_agency")]
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "agency"],
                condition=Q(thread__isnull=False),
                name="draft_reply_once_per_agency",
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"


class AnyClaim(models.Model):
    """What a reply says was changed for its question: ``prompt_ids`` name answers; if there are none, ``no_change`` says why."""

    prompt_ids = models.JSONField()
    no_change = models.TextField(blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return ", ".join(self.prompt_ids) or "no change"


class DraftClaim(AnyClaim):
    """The claim of a reply not yet released; read by the state that writes it and nobody else."""

    draft = models.OneToOneField(DraftComment, on_delete=models.CASCADE, related_name="claim")


class Claim(AnyClaim):
    """The claim of a released reply; a recall takes both back."""

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="claim")


class Note(Passage):
    """A word inside one agency, for good."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="notes")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["proposal", "agency", "at"], name="note_by_agency")]

    def __str__(self) -> str:
        return f"note {self.pk}"


class Wording(models.Model):
    """What a note or a draft said before somebody changed or dropped it; read by the agency that wrote it.

    ``draft`` is the id of a draft that may be gone by now. A note that is deleted takes its wordings along.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    note = models.ForeignKey(Note, null=True, on_delete=models.CASCADE, related_name="wordings")
    draft = models.UUIDField(null=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["draft"], name="wording_by_draft")]
        constraints = [
            models.CheckConstraint(
                condition=Q(note__isnull=True, draft__isnull=False) | Q(note__isnull=False, draft__isnull=True),
                name="wording_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"wording {self.pk}"
