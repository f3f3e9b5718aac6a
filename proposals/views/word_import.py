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
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required, carries_words
from proposals.actions import word
from proposals.actions.sections import SectionClosed, SectionConflict
from proposals.files.kinds import Refused
from proposals.files.uploads import skipped
from proposals.forms.prompts import anchor_of
from proposals.forms.word import MatchForm, PlaceForm, WordFileForm, options
from proposals.models import Proposal, WordImport
from proposals.policy import can_create_proposal, can_write_proposal
from proposals.queries import access, drafts
from proposals.word.pieces import Piece
from toolkit.types import Prompt

UNREADABLE = 422
MOVED_ON = "A colleague changed this answer at the same moment, so nothing was added. Put the piece there once more."
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


@carries_words
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


@dataclass(frozen=True)
class Kept:
    """A piece that was kept aside, with the prompts it may go to, and why it did not go where it was sent."""

    number: int
    piece: Piece
    options: SafeString
    error: str


class AsidePage:
    """What a Word file held that went to no prompt, and where the rest went."""

    def __init__(self, request: ActorRequest, proposal: Proposal, found: WordImport) -> None:
        self.found = found
        self.state = drafts.DraftState(proposal)
        self.may_place = can_write_proposal(request.actor, proposal)
        data = request.POST if request.method == "POST" else None
        self.form = PlaceForm(data, places=found.places, version=found.toolkit_version)
        self.pieces = list(enumerate(zip(word.pieces_of(found), found.places, strict=True)))

    @property
    def kept(self) -> list[Kept]:
        """The pieces that went to no prompt."""
        return [self._kept(number, piece) for number, (piece, place) in self.pieces if not place]

    def _kept(self, number: int, piece: Piece) -> Kept:
        is_sent = self.form.is_bound and self.form.data.get("piece") == str(number)
        chosen = self.form.data.get("place", "") if is_sent else ""
        error = next((error for errors in self.form.errors.values() for error in errors), "") if is_sent else ""
        return Kept(number, piece, options(self.found.toolkit_version, chosen), str(error))

    @property
    def went(self) -> list[Went]:
        """The pieces that became answers."""
        return [self._went(piece, place) for _, (piece, place) in self.pieces if place]

    def _went(self, piece: Piece, prompt_id: str) -> Went:
        prompt = self.state.toolkit.prompt(prompt_id)
        return Went(piece, prompt.label, _place(self.state.proposal, prompt), self.state.is_asked(prompt))


def _place(proposal: Proposal, prompt: Prompt) -> str:
    return f"{reverse('proposals:section', args=[proposal.pk, prompt.section_id])}#{anchor_of(prompt.id)}"


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def aside(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what a Word file held and where it went; put a piece into a prompt. 404 where no file was read in."""
    proposal = access.get_own_proposal(request.actor, pk)
    found = access.word_imports(request.actor).defer(None).filter(proposal=proposal).first()
    if found is None:
        raise Http404
    page = AsidePage(request, proposal, found)
    if request.method == "POST" and not page.may_place:
        raise PermissionDenied
    if page.form.is_bound and page.form.is_valid() and _placed(request, page):
        return redirect("proposals:aside", pk=proposal.pk)
    context = {"proposal": proposal, "found": found, "page": page}
    return render(request, "proposals/aside.html", context, status=UNREADABLE if page.form.errors else 200)


def _placed(request: ActorRequest, page: AsidePage) -> bool:
    """Put the piece into its prompt; say whether it went, else why not on the form."""
    given = page.form.cleaned_data
    try:
        word.place_piece(
            actor=request.actor, found=page.found, number=given["piece"], prompt_id=given["place"], now=timezone.now()
        )
    except (word.DoesNotFit, SectionClosed) as refusal:
        page.form.add_error("place", str(refusal))
        return False
    except SectionConflict:
        page.form.add_error("place", MOVED_ON)
        return False
    label = page.state.toolkit.prompt(given["place"]).label
    messages.success(request, f"The text stands at the end of “{label}” now.")
    return True
