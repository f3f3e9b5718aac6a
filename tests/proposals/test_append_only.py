"""What was handed over and what happened cannot be changed, not even with the database at hand."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, models, transaction

from proposals.actions.reviewing import begin_review
from proposals.actions.standing import resolve_thread
from proposals.actions.submitting import recall
from proposals.models import (
    AnswerChange,
    Event,
    Reason,
    Recall,
    Round,
    SectionRevision,
    SignOffMark,
    StandingReason,
    Submission,
    SubmittedAttachment,
    Thread,
)
from tests.proposals.clearance.scenes import OVERVIEW, asked, say
from tests.proposals.files.samples import put
from tests.worlds import NOW, World, hand_over

PROTECTED: list[tuple[type[models.Model], str]] = [
    (Submission, "fingerprint"),
    (Recall, "at"),
    (Round, "cover_text"),
    (SectionRevision, "changes"),
    (AnswerChange, "digest"),
    (Event, "verb"),
    (Reason, "text"),
    (SignOffMark, "reason"),
    (StandingReason, "text"),
    (SubmittedAttachment, "attachment_id"),
]


@pytest.mark.parametrize(("model", "field"), PROTECTED)
def test_rows_refuse_update_and_delete(world: World, model: type[models.Model], field: str) -> None:
    sent = world.complete_draft(title="With a file")
    put(sent, world.ohio.editor)
    hand_over(sent, world.ohio.signatory)
    proposal = world.answered()
    recall(actor=world.ohio.signatory, proposal=proposal, reason="Typo", now=NOW)
    other = world.answered(title="Resolved")
    begin_review(actor=world.cms.lead, proposal=other, now=NOW)
    resolve_thread(actor=world.cms.lead, thread=Thread.objects.get(proposal=other), reason="Fine.", now=NOW)
    say(world.ohio.viewer, asked(world, proposal, world.ohio.viewer), OVERVIEW, reason="Why?")
    row = model._default_manager.first()
    assert row is not None
    before = getattr(row, field)

    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.filter(pk=row.pk).update(**{field: before})
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.filter(pk=row.pk)._raw_delete(using="default")

    assert getattr(model._default_manager.get(pk=row.pk), field) == before
