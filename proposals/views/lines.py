"""What the pages of both sides share: whose turn it is now, words that come too late, and the way back."""

from __future__ import annotations

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from icm_portal.accounts.actor import Actor
from proposals.models import Proposal
from proposals.queries.turns import Turn, turn_of
from proposals.status import STATE_WRITES, Status

#: No page of ours has a longer one; a browser would not follow it.
LONGEST_ADDRESS = 2_000
#: What became of a proposal while somebody wrote about it.
MOVED = {
    Status.DRAFT: "the proposal is now with {state}",
    Status.SUBMITTED: "round {round} now waits at CMS for its review",
    Status.IN_REVIEW: "round {round} is now in review at CMS",
    Status.CHANGES_REQUESTED: "the proposal is now with {state}",
    Status.CONCLUDED: "the decision is announced",
    Status.WITHDRAWN: "the proposal is withdrawn",
}
#: The code of the error on a form whose words came too late.
TOO_LATE = "too_late"


def turn_now(actor: Actor, proposal: Proposal) -> Turn | None:
    """Return whose turn it is, for the status line of a page."""
    return turn_of(actor, proposal, timezone.now())


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, also when it is empty; ``None`` for a page that is only opened."""
    return request.POST if request.method == "POST" else None


def refuse_late(form: forms.Form, actor: Actor, proposal: Proposal) -> None:
    """Say on a form why its words cannot be saved any more: the proposal moved on after the page was opened.

    Reads the proposal again. Raises `PermissionDenied` when it is the turn of the actor's side all the same: then the
    words were refused because of who sent them.
    """
    proposal.refresh_from_db(fields=["status", "round"])
    status = Status(proposal.status)
    if status in (STATE_WRITES if actor.is_state else {Status.IN_REVIEW}):
        raise PermissionDenied
    moved = MOVED[status].format(round=proposal.round, state=proposal.agency.short_name)
    form.add_error(None, ValidationError(f"Not saved, because {moved}.", code=TOO_LATE))


def is_late(form: forms.Form) -> bool:
    """Whether `refuse_late` refused the words."""
    return form.is_bound and form.has_error(NON_FIELD_ERRORS, TOO_LATE)


def way_back(request: HttpRequest, default: str) -> str:
    """Return the page named in ``?next=`` when it is one of ours, else the default."""
    wanted = request.GET.get("next", "")
    if not wanted.startswith("/") or len(wanted) > LONGEST_ADDRESS:
        # `redirect` takes a word for the name of a view, and fails when there is none.
        return default
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return default
