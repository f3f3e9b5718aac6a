"""What the pages of both sides share: whose turn it is now, and the way back."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from icm_portal.accounts.actor import Actor
from proposals.models import Proposal
from proposals.queries.lists import Turn, turn_of

#: No page of ours has a longer one; a browser would not follow it.
LONGEST_ADDRESS = 2_000


def turn_now(actor: Actor, proposal: Proposal) -> Turn | None:
    """Return whose turn it is, for the status line of a page."""
    return turn_of(actor, proposal, timezone.now())


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, also when it is empty; ``None`` for a page that is only opened."""
    return request.POST if request.method == "POST" else None


def way_back(request: HttpRequest, default: str) -> str:
    """Return the page named in ``?next=`` when it is one of ours, else the default."""
    wanted = request.GET.get("next", "")
    if not wanted.startswith("/") or len(wanted) > LONGEST_ADDRESS:
        # `redirect` takes a word for the name of a view, and fails when there is none.
        return default
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return default
