"""What became of the mails about what one's own side did, and sending them once more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required
from proposals.actions.mail import NotSentAgain, may_send_again, send_again
from proposals.models import Event, Proposal
from proposals.queries import access, mails, sentences
from proposals.views.lines import turn_now

#: Steps on one page.
PAGE_SIZE = 10
#: The longest number that could be one of an event.
DIGITS = 18


@dataclass(frozen=True)
class Step:
    """A step with its mails; ``may_again`` says whether the reader may have them sent once more."""

    event: Event
    did: str
    tally: mails.Tally
    lines: list[mails.MailLine]
    may_again: bool

    @property
    def at(self) -> datetime:
        """When it was taken."""
        return self.event.at

    @property
    def unnamed(self) -> int:
        """How many people are not written out."""
        return self.tally.told - len(self.lines)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def sent_mail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the mails about what the reader's side did, and send them again."""
    proposal = access.get_proposal(request.actor, pk)
    refusal = _again(request, proposal) if request.method == "POST" else ""
    if request.method == "POST" and not refusal:
        return redirect("proposals:sent_mail", pk=pk)
    page = Paginator(mails.steps(request.actor, proposal), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "proposal": proposal,
        "turn": turn_now(request.actor, proposal),
        "page": page,
        "steps": _steps(request, proposal, page),
        "refusal": refusal,
    }
    return render(request, "proposals/sent_mail.html", context, status=409 if refusal else 200)


def _steps(request: ActorRequest, proposal: Proposal, page: Page[Event]) -> list[Step]:
    events = list(page.object_list)
    lines, tallies = mails.lines(request.actor, proposal, events), mails.tallies(events)
    newest = mails.newest_step(proposal)
    found = []
    for event in events:
        tally = tallies.get(event.pk, mails.Tally(0, 0, 0))
        may = (
            (event == newest or event.verb not in mails.TAKEN)
            and bool(tally.told)
            and may_send_again(request.actor, proposal, event)
        )
        did = sentences.entry(event, request.actor).text
        found.append(Step(event, did, tally, lines.get(event.pk, [])[: mails.NAMED], may))
    return found


def _again(request: ActorRequest, proposal: Proposal) -> str:
    """Send the mails of a step again; return "" or the sentence that says why not. 404 for what is no step of one's side."""
    wanted = request.POST.get("step", "")
    if not (wanted.isdecimal() and len(wanted) <= DIGITS):
        raise Http404
    event = mails.steps(request.actor, proposal).filter(pk=int(wanted)).first()
    if event is None:
        raise Http404
    only_failed = request.POST.get("which") != "all"
    try:
        count = send_again(
            actor=request.actor, proposal=proposal, event=event, only_failed=only_failed, now=timezone.now()
        )
    except NotSentAgain as refusal:
        return str(refusal)
    messages.success(request, "1 mail is sent again." if count == 1 else f"{count} mails are sent again.")
    return ""
