"""The letter of a round, to read by both sides: everything CMS asked with one release."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required
from proposals.queries.letters import get_letter
from proposals.status import ThreadKind
from proposals.views import opening
from proposals.views.cards import Cards, passage_view
from proposals.views.lines import turn_now

#: So many questions stand on a page; the PDF has them all.
PAGE_SIZE = 50


@actor_required
@require_safe
def letter(request: ActorRequest, pk: UUID, round: int) -> HttpResponse:  # noqa: A002 - named in the address
    """Show what CMS asked on a round; 404 for those who may not see the proposal, and before the release."""
    proposal = opening.get_proposal(request, pk)
    found = get_letter(proposal, round)
    cards = Cards(request.actor, proposal, "")
    page = Paginator(found.asked, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {
            "number": str(item.thread),
            "kind": ThreadKind(item.thread.kind).label,
            "place": cards.place(item.thread.section_key, item.thread.prompt_id),
            "url": cards.place_url(item.thread.section_key, item.thread.prompt_id),
            "passage": passage_view(item.thread, None),
            "words": item.words,
        }
        for item in page.object_list
    ]
    turn = turn_now(request.actor, proposal)
    context = {"proposal": proposal, "turn": turn, "letter": found, "rows": rows, "page": page}
    return render(request, "proposals/letter.html", context)
