"""What a note or a drafted comment said before: read inside the agency that wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required
from proposals.models import Event, Proposal, Wording
from proposals.queries import access, discussion, sentences
from proposals.queries.wordings import MOST_WORDINGS, wordings_of_draft, wordings_of_note
from proposals.views.cards import Cards, WordsCard
from proposals.views.lines import turn_now


@actor_required
@require_safe
def of_note(request: ActorRequest, pk: UUID, note: int) -> HttpResponse:
    """Show what a note says and said; 404 for those who may not read it."""
    proposal = access.get_proposal(request.actor, pk)
    found = access.get_note(request.actor, proposal, note)
    card = Cards(request.actor, proposal, "").note(found)
    return _page(request, proposal, card, list(wordings_of_note(request.actor, found)[:MOST_WORDINGS]))


@actor_required
@require_safe
def of_draft(request: ActorRequest, pk: UUID, draft: UUID) -> HttpResponse:
    """Show what a draft says and said, also when it is gone; 404 for other agencies and for what never was."""
    proposal = access.get_proposal(request.actor, pk)
    standing = discussion.drafts(request.actor, proposal).filter(pk=draft).first()
    earlier = list(wordings_of_draft(request.actor, proposal, draft)[:MOST_WORDINGS])
    deeds = list(discussion.what_became_of(request.actor, proposal, draft)[:MOST_WORDINGS])
    if standing is None and not (earlier or deeds):
        raise Http404
    if standing:
        standing.proposal = proposal
    card = Cards(request.actor, proposal, "").draft(standing) if standing else None
    return _page(request, proposal, card, earlier, deeds)


def _page(
    request: ActorRequest,
    proposal: Proposal,
    card: WordsCard | None,
    earlier: list[Wording],
    deeds: Sequence[Event] = (),
) -> HttpResponse:
    context = {
        "deeds": [(sentences.entry(deed, request.actor)) for deed in deeds],
        "proposal": proposal,
        "turn": turn_now(request.actor, proposal),
        "card": card,
        "earlier": earlier,
    }
    return render(request, "proposals/wordings.html", context)
