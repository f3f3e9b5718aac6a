"""What was handed over and what happened cannot be changed, not even with the database at hand."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, models, transaction

from proposals.actions.submitting import recall
from proposals.models import Event, Reason, Recall, Round, SectionRevision, Submission
from tests.worlds import NOW, World

PROTECTED: list[tuple[type[models.Model], str]] = [
    (Submission, "fingerprint"),
    (Recall, "at"),
    (Round, "cover_text"),
    (SectionRevision, "changes"),
    (Event, "verb"),
    (Reason, "text"),
]


@pytest.mark.parametrize(("model", "field"), PROTECTED)
def test_rows_refuse_update_and_delete(world: World, model: type[models.Model], field: str) -> None:
    recall(actor=world.ohio.signatory, proposal=world.answered(), reason="Typo", now=NOW)
    row = model._default_manager.first()
    assert row is not None
    before = getattr(row, field)

    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.filter(pk=row.pk).update(**{field: before})
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.filter(pk=row.pk)._raw_delete(using="default")

    assert getattr(model._default_manager.get(pk=row.pk), field) == before
