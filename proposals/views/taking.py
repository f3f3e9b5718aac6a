"""Taking over an answer that the portal knows already."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required, carries_words
from proposals.actions.sections import SectionClosed, SectionConflict, save_section
from proposals.forms.prompts import anchor_of
from proposals.queries import access, offers
from proposals.views import drafting
from toolkit.answers import Answer, Disposition, disposition
from toolkit.carrying import Offer

SAVED = 302


@carries_words
@actor_required
@require_POST
def take(request: ActorRequest, pk: UUID, section: str) -> HttpResponse:
    """Save the page as its save button would, then put the offered answer in; what cannot be saved comes back first."""
    response = drafting.section(request, pk, section)
    if response.status_code != SAVED:
        return response
    proposal = access.get_own_proposal(request.actor, pk)
    stored = access.get_section(request.actor, proposal, section)
    found = offers.of_section(proposal, access.get_definition(proposal, section), stored.answers)
    offer = found.get(request.POST.get("take", ""))
    if offer is None:
        messages.info(request, "There is nothing to take over any more.")
        return redirect("proposals:section", pk, section)
    changes = {offer.prompt.id: with_offer(stored.answers.get(offer.prompt.id), offer)}
    try:
        save_section(
            actor=request.actor, section=stored, base_revision=stored.revision, changes=changes, now=timezone.now()
        )
    except (SectionClosed, SectionConflict):
        messages.error(request, "Not taken over: the section changed a moment ago. Look at it and try again.")
    else:
        messages.success(request, f"Taken over from {offer.source}. Check that it is still right.")
    return redirect(f"{reverse('proposals:section', args=[pk, section])}#{anchor_of(offer.prompt.id)}")


def with_offer(stored: Answer | None, offer: Offer) -> Answer:
    """Return an answer with the offered values added; a blank prompt becomes an answered one."""
    answer = stored or {}
    if disposition(stored) == Disposition.BLANK:
        answer = {**answer, "disposition": Disposition.ANSWERED.value}
    return {**answer, "fields": {**answer.get("fields", {}), **offer.fields}}
