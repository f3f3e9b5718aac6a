"""Steps that nobody is left to take: who may take which now, and the page on which an administrator does it instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from icm_portal.accounts.actor import Administrator
from icm_portal.accounts.decorators import administrator_required, carries_words
from icm_portal.accounts.models import Side
from proposals import blockers, clock
from proposals.actions.correcting import IN_PLACE, step_in_place, told_of_step
from proposals.forms.details import ReasonForm
from proposals.models import Proposal
from proposals.queries import access
from proposals.queries.doers import cms_leads
from proposals.queries.handovers import undo_until
from proposals.status import CMS_TURN, Status
from proposals.views.lines import posted
from proposals.workflow import SOMEBODY, TABLE, TransitionRefused

RESUME, WHO_RESUMES = "Resume the review", "CMS lead"
REFUSED, UNREADABLE = 409, 422


@dataclass(frozen=True)
class Way:
    """A step that may be taken from where a proposal stands, and how many people may take it."""

    name: str
    label: str
    who: str
    count: int

    @property
    def is_stuck(self) -> bool:
        """Whether nobody may, and an administrator may in their place."""
        return not self.count and self.name in IN_PLACE


def ways(proposal: Proposal, now: datetime) -> list[Way]:
    """Return the steps from where a proposal stands, in the order of the table; each kind of people is counted once."""
    rows = [row for row in TABLE.values() if proposal.status in row.sources]
    if undo_until(proposal, now) is None:
        rows = [row for row in rows if row.hinders is not blockers.of_undoing]
    counts = {find: find(proposal, now).count() for find in dict.fromkeys(row.doers for row in rows)}
    found = [Way(row.name, row.label, row.who_words, counts[row.doers]) for row in rows]
    if proposal.paused_at and proposal.status in CMS_TURN:
        count = counts[cms_leads] if cms_leads in counts else cms_leads(proposal, now).count()
        found.append(Way("resume", RESUME, WHO_RESUMES, count))
    return found


@carries_words
@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct_step(request: HttpRequest, by: Administrator, pk: UUID, name: str) -> HttpResponse:
    """Ask before an administrator takes a step in the place of a side of which nobody can."""
    proposal, now = access.get_for_correction(by, pk), timezone.now()
    if name not in IN_PLACE:
        raise Http404
    way = next((way for way in ways(proposal, now) if way.name == name), None)
    form, refusal = ReasonForm(posted(request)), _refusal(proposal, way)
    is_open = not refusal
    if form.is_valid():
        given = {"seen": request.POST.get("seen", ""), **form.cleaned_data}
        try:
            step_in_place(by=by, proposal=proposal, name=name, now=now, **given)
        except TransitionRefused as found:
            refusal = str(found)
        else:
            messages.success(request, "It is done, and both sides are told.")
            return redirect("proposals:correcting", pk)
    context = {"proposal": proposal, "form": form, "refusal": refusal, "is_open": is_open, "title": _label(name)}
    context |= {"change": list(_change(proposal, name)), "told": _told(proposal, name, now)} if is_open else {}
    status = REFUSED if refusal else UNREADABLE if form.errors else 200
    return render(request, "proposals/administration/step.html", context, status=status)


def _label(name: str) -> str:
    return TABLE[name].label if name in TABLE else RESUME


def _refusal(proposal: Proposal, way: Way | None) -> str:
    """Return "" or the sentence that says why an administrator cannot take a step now."""
    if way is None:
        return f"This can no longer be done: the proposal is now “{Status(proposal.status).label.lower()}”."
    return SOMEBODY if way.count else ""


def _change(proposal: Proposal, name: str) -> Iterator[tuple[str, str, str]]:
    """Yield what changes: its name, how it is now and how it is afterwards."""
    before = Status(proposal.status)
    after = TABLE[name].target(proposal) if name in TABLE else before
    yield "Status", before.label, after.label
    yield "Whose turn", _turn(proposal, before), _turn(proposal, after)
    if name not in TABLE:
        yield "Clock", "Stands still", "Runs"


def _turn(proposal: Proposal, status: Status) -> str:
    side = clock.holder(status)
    return "Nobody's" if side is None else "CMS" if side == Side.CMS else proposal.agency.name


def _told(proposal: Proposal, name: str, now: datetime) -> list[tuple[str, int]]:
    """Return how many people of each side will be told."""
    found = ((circle.side, circle.find(proposal, now).count()) for circle in told_of_step(name))
    return [("CMS" if side == Side.CMS else proposal.agency.name, count) for side, count in found]
