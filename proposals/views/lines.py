"""The line under the title of every page of a proposal, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from icm_portal.accounts.actor import Actor
from proposals.models import Proposal
from proposals.queries.lists import turn_of


@dataclass(frozen=True)
class StatusLine:
    """Status, whose turn it is, since when, until when; for `includes/status_line.html`."""

    tag: str
    turn: str = ""
    yours: bool | None = None
    since: datetime | None = None
    days: int = 0
    due: date | None = None
    note: str = ""


def status_line(actor: Actor, proposal: Proposal, note: str = "") -> StatusLine:
    """Return the status line of a proposal for one reader."""
    turn = turn_of(actor, proposal, timezone.now())
    if turn is None:
        return StatusLine(proposal.status, note=note)
    return StatusLine(
        tag=proposal.status,
        turn=f"{turn.side} turn",
        yours=turn.is_yours,
        since=turn.since,
        days=turn.days,
        due=turn.due_on,
        note=note,
    )


def way_back(request: HttpRequest, default: str) -> str:
    """Return the page named in ``?next=`` when it is one of ours, else the default."""
    wanted = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return default
