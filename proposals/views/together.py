"""What the pages of several people in one section tell each other: who is there, and which answers are newer."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required, background
from icm_portal.accounts.sessions import seconds_left
from proposals import presence
from proposals.forms.prompts import revision_of
from proposals.forms.sections import SectionForm
from proposals.policy import can_edit_section
from proposals.queries import access, drafts
from proposals.queries.newer import newer_answers
from proposals.views import opening
from proposals.views.section_page import SectionPage
from proposals.views.times import clock


@background
@actor_required
@require_POST
def here(request: ActorRequest, pk: UUID, section: str) -> HttpResponse:
    """Note who writes here; tell who else does, which answers are newer than the page's, and how long the session lasts.

    404 for everybody but the state that owns the proposal: nobody else may learn who writes a draft.
    """
    actor, now = request.actor, timezone.now()
    proposal = access.get_own_proposal(actor, pk)
    access.get_definition(proposal, section)
    stored = access.get_section(actor, proposal, section)
    if request.POST.get("leaving"):
        presence.leave(actor, proposal, section, now)
        return HttpResponse(status=204)
    if can_edit_section(actor, proposal, section, drafts.open_section_keys(proposal, access.toolkit_of(proposal))):
        presence.arrive(actor, proposal, section, now)
    seen = revision_of(request.POST.get("revision", ""))
    newer = newer_answers(actor, stored, seen) if seen >= 0 else {}
    return JsonResponse(
        {
            "people": presence.others(actor, proposal, now),
            "revision": stored.revision,
            "newer": {
                key: {"name": item.name, "time": clock(item.at), "revision": item.revision}
                for key, item in newer.items()
            },
            "seconds": seconds_left(request.session),
        }
    )


@background
@actor_required
@require_GET
def prompts(request: ActorRequest, pk: UUID, section: str) -> HttpResponse:
    """Give the prompts named by ``id`` as they are stored now, drawn as on the page; 404 as for the page itself."""
    proposal = opening.get_own_proposal(request, pk)
    definition = access.get_definition(proposal, section)
    stored = access.get_section(request.actor, proposal, section)
    wanted = set(request.GET.getlist("id"))
    page = SectionPage(request.actor, proposal, definition, stored, SectionForm(definition, stored.answers))
    drawn = {
        view.prompt.id: render_to_string("proposals/partials/prompt.html", {"view": view, "page": page})
        for view in page.prompts
        if view.prompt.id in wanted
    }
    return JsonResponse({"revision": stored.revision, "prompts": drawn}, headers={"Cache-Control": "no-store"})
