"""Earlier wordings of notes and drafts, for the agency that wrote them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from icm_portal.accounts.actor import Actor
from proposals import policy
from proposals.models import Note, Proposal, Wording

#: So many are shown, the newest.
MOST_WORDINGS = 50


def wordings_of_note(actor: Actor, note: Note) -> QuerySet[Wording]:
    """Return the earlier wordings of a note the actor may read, newest first."""
    return _own(actor, note.proposal).filter(note=note)


def wordings_of_draft(actor: Actor, proposal: Proposal, draft_id: UUID) -> QuerySet[Wording]:
    """Return the earlier wordings of a draft of the actor's agency, newest first, also after it was dropped or sent."""
    return _own(actor, proposal).filter(draft=draft_id)


def _own(actor: Actor, proposal: Proposal) -> QuerySet[Wording]:
    found = Wording.objects.filter(
        policy.visible_proposals(actor, "proposal__"), agency=actor.agency, proposal=proposal
    )
    return found.select_related("author").order_by("-at", "-pk")
