"""Earlier wordings: what somebody changes or drops stays readable inside the agency that wrote it."""

from __future__ import annotations

from datetime import datetime, timedelta

from proposals.models import DraftComment, Note, Wording

#: Pages save replies while people type: within this time a person's own words are one sitting.
SITTING = timedelta(minutes=10)


def keep_note(note: Note) -> None:
    """Keep what a note says before it is changed."""
    Wording.objects.create(
        proposal=note.proposal,
        agency_id=note.agency_id,
        note=note,
        author_id=note.author_id,
        body=note.body,
        at=note.edited_at or note.at,
    )


def keep_draft(draft: DraftComment) -> None:
    """Keep what a draft says before it is changed or dropped."""
    Wording.objects.create(
        proposal=draft.proposal,
        agency_id=draft.agency_id,
        draft=draft.pk,
        author_id=draft.author_id,
        body=draft.body,
        at=draft.updated_at,
    )


def is_same_sitting(draft: DraftComment, author_id: int, now: datetime) -> bool:
    """Whether a reply is written on by the person who has just saved it."""
    return draft.author_id == author_id and now - draft.updated_at < SITTING
