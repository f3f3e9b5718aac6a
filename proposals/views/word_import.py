"""A new proposal from a Word file: send it, confirm where each piece goes, and see what was kept aside."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required
from proposals.actions import word
from proposals.actions.sections import SectionClosed
from proposals.files.kinds import Refused
from proposals.files.uploads import skipped
from proposals.forms.prompts import anchor_of
from proposals.forms.word import MatchForm, WordFileForm
from proposals.models import Proposal, WordImport
from proposals.policy import can_create_proposal
from proposals.queries import access, drafts
from proposals.word.pieces import Piece

UNREADABLE = 422
#: Files that wait to be matched, shown on the page.
_SHOWN = 10


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def word_new(request: ActorRequest) -> HttpResponse:
    """Take a Word file and read it; what it says is kept for its sender until they have matched it."""
    if not can_create_proposal(request.actor):
        raise PermissionDenied
    form = WordFileForm(request.POST, request.FILES) if request.method == "POST" else WordFileForm()
    for sentence in skipped(request) if form.is_bound else ():
        form.errors.clear()
        form.add_error("file", sentence)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = word.read_in(actor=request.actor, file=file, name=file.name, now=timezone.now())
        except (Refused, word.NothingInIt) as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("proposals:word_match", pk=found.pk)
    waiting = access.word_imports(request.actor).filter(proposal__isnull=True)[:_SHOWN]
    context = {"form": form, "waiting": waiting, "days": word.KEPT_FOR.days}
    return render(request, "proposals/word_new.html", context, status=UNREADABLE if form.errors else 200)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def word_match(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show each piece of a file with the prompt proposed for it, and start the proposal as the person decides."""
    found = access.get_word_import(request.actor, pk)
    if found.proposal:
        return redirect("proposals:aside", pk=found.proposal.pk)
    if not can_create_proposal(request.actor):
        raise PermissionDenied
    form = MatchForm(
        request.POST if request.method == "POST" else None, initial={"title": found.title},
        pieces=word.pieces_of(found), proposed=found.places, version=found.toolkit_version,
    )  # fmt: skip
    if form.is_bound and form.is_valid() and (proposal := _start(request, found, form)):
        messages.success(request, f"“{proposal.title}” has the number {proposal.number}.")
        return redirect("proposals:aside", pk=proposal.pk)
    context = {"found": found, "form": form, "matched": sum(map(bool, form.places))}
    return render(request, "proposals/word_match.html", context, status=UNREADABLE if form.errors else 200)


def _start(request: ActorRequest, found: WordImport, form: MatchForm) -> Proposal | None:
    try:
        return word.start_from_word(
            actor=request.actor, found=found, title=form.cleaned_data["title"],
            model_type=form.cleaned_data["model_type"], places=form.places, now=timezone.now(),
        )  # fmt: skip
    except (word.DoesNotFit, SectionClosed) as refusal:
        form.add_error(None, str(refusal))
        return None


@dataclass(frozen=True)
class Went:
    """Where a piece went: the prompt, its place, and whether it is asked for with the answers given so far."""

    piece: Piece
    label: str
    url: str
    is_asked: bool


@actor_required
def aside(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what a Word file held that went to no prompt, and where the rest went; 404 where none was read in."""
    proposal = access.get_own_proposal(request.actor, pk)
    found = access.word_imports(request.actor).defer(None).filter(proposal=proposal).first()
    if found is None:
        raise Http404
    state = drafts.DraftState(proposal)
    went = []
    kept = []
    for piece, prompt_id in zip(word.pieces_of(found), found.places, strict=True):
        if not prompt_id:
            kept.append(piece)
            continue
        prompt = state.toolkit.prompt(prompt_id)
        url = f"{reverse('proposals:section', args=[proposal.pk, prompt.section_id])}#{anchor_of(prompt_id)}"
        went.append(Went(piece, prompt.label, url, state.is_asked(prompt)))
    context = {"proposal": proposal, "found": found, "kept": kept, "went": went}
    return render(request, "proposals/aside.html", context)
