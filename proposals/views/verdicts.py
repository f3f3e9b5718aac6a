"""Verdicts of CMS's divisions: giving one, ticking a section as viewed, and the matrix for the lead."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required, carries_words
from proposals import policy
from proposals.actions.verdicts import NewerVerdict, VerdictRefused, give_verdict, mark_viewed, stamp, unmark_viewed
from proposals.divisions import working
from proposals.forms.verdicts import VerdictForm
from proposals.models import Division, Proposal, SectionReview
from proposals.queries import access, reviews
from proposals.queries.reviews import FrozenRound
from proposals.status import Verdict
from proposals.views.lines import is_late, posted, refuse_late, turn_now, way_back
from proposals.views.verdict_matrix import MatrixPage
from toolkit.types import Section


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def verdict(request: ActorRequest, pk: UUID, section: str) -> HttpResponse:
    """Take a verdict; it is also the page where one that could not be saved is shown again, with the reason."""
    actor, proposal = request.actor, access.get_reviewed_proposal(request.actor, pk)
    definition = access.get_definition(proposal, section)
    division = _division(request, proposal)
    giving = _Giving(request, FrozenRound(actor, proposal, reviews.round_numbers(actor, proposal)[-1]), definition)
    back = way_back(request, reverse("proposals:review", args=[pk, section]))
    if request.method == "POST" and giving.done(division.key):
        messages.success(request, f"The verdict of {division.name.lower()} on {definition.title} is saved.")
        return redirect(back)
    context = {"proposal": proposal, "turn": turn_now(actor, proposal), "section": definition, "division": division,
               "giving": giving, "back": back, "late": is_late(giving.form)}  # fmt: skip
    return render(request, "proposals/verdict.html", context, status=giving.status)


def _division(request: ActorRequest, proposal: Proposal) -> Division:
    """Return the division in the address, by default the first of the reader's.

    Words that may be late are let through, and not thrown away: the action decides. Raises `Http404` for an unknown
    division, `PermissionDenied` for one the reader does not write for.
    """
    mine = policy.verdict_divisions(request.actor, proposal)
    wanted = request.GET.get("division", "")
    found = next((item for item in working() if (item.key == wanted if wanted else item.key in mine)), None)
    if found is None and wanted:
        raise Http404
    may_be_late = request.method == "POST" and policy.can_write_note(request.actor, proposal)
    if found is None or (found.key not in mine and not may_be_late):
        raise PermissionDenied
    return found


class _Giving:
    """One attempt to give a verdict: the form, and what stands in the way."""

    def __init__(self, request: ActorRequest, frozen: FrozenRound, section: Section) -> None:
        self.request = request
        self.frozen = frozen
        self.section = section
        self.form = VerdictForm(posted(request))
        self.newer: SectionReview | None = None
        self.seen = request.POST.get("seen", "")
        #: Whether the page was opened on another text than the one that stands there now.
        self.moved = False

    def done(self, division: str) -> bool:
        """Save it; a refusal becomes a sentence beside what was typed. Say whether it was saved."""
        if not self.form.is_valid():
            return False
        proposal, said = self.frozen.proposal, self.form.cleaned_data
        if self.request.POST.get("fingerprint") != self.frozen.submission.fingerprint:
            self.moved = True
            return False
        try:
            give_verdict(
                actor=self.request.actor,
                proposal=proposal,
                submission=self.frozen.submission,
                section=self.section,
                division=division,
                verdict=Verdict(said["verdict"]),
                reason=said["reason"],
                seen=self.seen,
                now=timezone.now(),
            )
        except VerdictRefused as refusal:
            self.form.add_error("reason", str(refusal))
        except NewerVerdict as newer:
            # Seen now: sent once more, the writer's words take its place.
            self.newer, self.seen = newer.review, stamp(newer.review)
        except PermissionDenied:
            refuse_late(self.form, self.request.actor, proposal)
        return not self.form.errors and self.newer is None

    @property
    def status(self) -> int:
        """The status of the page that shows it."""
        if self.newer or self.moved or is_late(self.form):
            return 409
        return 422 if self.form.errors else 200


@actor_required
@require_POST
def viewed(request: ActorRequest, pk: UUID, section: str) -> HttpResponse:
    """Set or take back the reader's tick on a section of the round they have before them."""
    actor, proposal = request.actor, access.get_reviewed_proposal(request.actor, pk)
    definition = access.get_definition(proposal, section)
    back = way_back(request, reverse("proposals:review", args=[pk, section]))
    if "undo" in request.POST:
        unmark_viewed(actor=actor, proposal=proposal, section=definition)
        return redirect(back)
    newest = access.get_submission(actor, proposal, reviews.round_numbers(actor, proposal)[-1])
    if request.POST.get("fingerprint") != newest.fingerprint:
        messages.warning(request, "A newer round has come since you opened the page. Read it, then tick the section.")
        return redirect(reverse("proposals:review", args=[pk, section]))
    mark_viewed(actor=actor, proposal=proposal, submission=newest, section=definition, now=timezone.now())
    return redirect(back)


@actor_required
@require_safe
def matrix(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show where the divisions stand on each section of a round, and what is missing; 404 for states."""
    proposal = access.get_reviewed_proposal(request.actor, pk)
    page = MatrixPage(request, proposal)
    context = {"proposal": proposal, "page": page, "turn": turn_now(request.actor, proposal)}
    return render(request, "proposals/verdict_matrix.html", context)
