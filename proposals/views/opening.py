"""The door to the pages on which a state reads what CMS handed over: whoever comes through has opened it."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from icm_portal.accounts.actor import ActorRequest
from proposals.models import Proposal
from proposals.opening import note_opened
from proposals.queries import access

#: With these a browser says that it fetches a page which nobody has asked for yet.
_AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def get_proposal(request: ActorRequest, pk: UUID) -> Proposal:
    """Return a visible proposal that is about to be read, or raise `Http404`."""
    return opened(request, access.get_proposal(request.actor, pk))


def get_own_proposal(request: ActorRequest, pk: UUID) -> Proposal:
    """Return a proposal of the actor's own state that is about to be read, or raise `Http404`."""
    proposal = get_proposal(request, pk)
    if not request.actor.is_state:
        raise Http404
    return proposal


def opened(request: ActorRequest, proposal: Proposal) -> Proposal:
    """Store that the state has opened it; return the proposal as it is, read again if CMS took back what was there.

    Asking for the head of a page opens nothing. A page that a browser fetches ahead is refused while it would be the
    first opening: kept in the browser, it could be read without a request.
    """
    if proposal.unopened_at is None or not request.actor.is_state or request.method == "HEAD":
        return proposal
    if any("prefetch" in request.headers.get(name, "").lower() for name in _AHEAD):
        raise PermissionDenied
    if note_opened(proposal=proposal, actor=request.actor, now=timezone.now()):
        return proposal
    return access.get_proposal(request.actor, proposal.pk)
