"""What the portal's own check finds in a section of a frozen round, for those who review it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required
from proposals.queries import access
from proposals.queries.readiness import day_of, findings
from proposals.views.findings import FindingDrawer
from proposals.views.readiness import panel_of
from proposals.views.review_page import ReviewPage
from toolkit.readiness.reader import Sheet


@actor_required
@require_safe
def review_findings(request: ActorRequest, pk: UUID, section: str) -> HttpResponse:
    """Show what the check finds in the answers of a round, as of the day it was submitted; 404 as the review itself.

    The review puts the list in its place; without scripts this is a page of its own.
    """
    proposal = access.get_reviewed_proposal(request.actor, pk)
    definition = access.get_definition(proposal, section)
    page = ReviewPage(request, proposal, definition)
    frozen = page.frozen
    drawer = FindingDrawer(
        proposal,
        Sheet(frozen.toolkit, frozen.answers),
        may_edit=lambda _section: False,
        page_of=lambda key: page.url(frozen.toolkit.section(key)),
    )
    found = findings(proposal, frozen.answers, as_of=day_of(proposal, frozen.submission.submitted_at))
    context = {"page": page, "proposal": proposal, "panel": panel_of(drawer, definition, found)}
    return render(request, "proposals/review_findings.html", context)
