"""The executive summary of a draft: how many pages it takes, and how it reads in print."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from exports.notify import wake_measurer
from exports.packet.chapters import summary_chapter
from exports.queries.assemble import packet_content
from exports.status import Audience
from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required
from proposals import summary_length
from proposals.models import Proposal
from proposals.queries import access
from proposals.queries.drafts import all_answers
from proposals.snapshot import merged
from toolkit.loading import load


@actor_required
@require_safe
@never_cache
def length(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Say how many pages the summary takes; words that nobody has measured yet are handed to a worker."""
    proposal = access.get_own_proposal(request.actor, pk)
    return render(request, "exports/partials/length.html", _length(proposal))


@actor_required
@require_safe
@never_cache
def preview(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the summary as the packet prints it, without its pages."""
    proposal = access.get_own_proposal(request.actor, pk)
    content = packet_content(proposal, None, Audience.STATE, timezone.now())
    chapter = summary_chapter(content, load(content.toolkit_version))
    return render(request, "exports/summary.html", _length(proposal) | {"chapter": chapter})


def _length(proposal: Proposal) -> dict[str, Any]:
    """What the line about the length draws; has it measured where nobody has yet."""
    key = summary_length.key_of(proposal.title, merged(all_answers(proposal)))
    pages, is_asked = summary_length.measured(key), True
    if pages is None and summary_length.ask_once(key):
        is_asked = wake_measurer(proposal.pk)
    fits = pages is not None and summary_length.fits(pages)
    return {"proposal": proposal, "pages": pages, "is_asked": is_asked, "most": summary_length.MOST, "fits": fits}
