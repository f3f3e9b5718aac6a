"""Clearance inside a state: the matrix of sign-offs, setting them up, and signing. CMS has none of these pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required, carries_words
from icm_portal.accounts.queries import recipients
from proposals import policy
from proposals.actions import clearance as actions
from proposals.forms.clearance import USUAL, DecisionLine, DecisionsForm, SignOffForm
from proposals.models import Proposal, SignOff
from proposals.queries import access
from proposals.queries.clearance import Cell, Clearance, Row, Standing, clearance_of, with_sign_offs
from proposals.status import STATE_WRITES
from proposals.views.lines import is_late, posted, refuse_late, turn_now
from toolkit.types import Part

REFUSED, UNREADABLE = 409, 422


@dataclass(frozen=True)
class Progress:
    """One sign-off of a proposal with how far it has come, and whether its signer still belongs to the agency."""

    sign_off: SignOff
    done: int
    total: int
    is_mine: bool
    is_gone: bool

    @property
    def left(self) -> int:
        """In how many sections it is missing."""
        return self.total - self.done


class ClearancePage:
    """The sign-offs of a draft as one reader sees them: within the limits of a membership."""

    def __init__(self, request: ActorRequest, proposal: Proposal) -> None:
        self.actor, self.proposal = request.actor, proposal
        self.clearance: Clearance = clearance_of(proposal)
        self.rows: tuple[Row, ...] = self.clearance.in_reach(self.actor)

    @cached_property
    def parts(self) -> list[tuple[Part, list[Row]]]:
        """The sections by part of the toolkit."""
        toolkit = access.toolkit_of(self.proposal)
        grouped = groupby(self.rows, key=lambda row: toolkit.part_of(row.section).id)
        found = [list(run) for _, run in grouped]
        return [(toolkit.part_of(rows[0].section), rows) for rows in found]

    @cached_property
    def progress(self) -> list[Progress]:
        """Every sign-off with its count."""
        here = set(recipients(timezone.now(), agency=self.actor.agency).values_list("pk", flat=True))
        found = []
        for sign_off in self.clearance.sign_offs:
            cells = [cell for row in self.rows for cell in row.asked if cell.sign_off == sign_off]
            done = sum(cell.is_signed for cell in cells)
            is_mine = sign_off.signer_id == self.actor.user.pk
            found.append(Progress(sign_off, done, len(cells), is_mine, sign_off.signer_id not in here))
        return found

    @cached_property
    def wishes(self) -> list[Cell]:
        """Where changes are asked for."""
        return [cell for row in self.rows for cell in row.asked if cell.standing == Standing.CHANGES]

    @property
    def mine(self) -> list[Progress]:
        """What the reader is asked to sign and has not signed."""
        return [item for item in self.progress if item.is_mine and item.left]

    @property
    def may_set_up(self) -> bool:
        """Whether the reader says what is asked for."""
        return policy.can_set_up_clearance(self.actor, self.proposal)


@actor_required
@require_safe
def clearance(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show which sign-offs a draft asks for and where each stands; 404 for everybody but the state that owns it."""
    proposal = access.get_own_proposal(request.actor, pk)
    page = ClearancePage(request, proposal)
    context = {"page": page, "proposal": proposal, "turn": turn_now(request.actor, proposal)}
    return render(request, "proposals/clearance.html", context)


# --- setting up -----------------------------------------------------------------------------------------------------


def _setup_form(request: ActorRequest, proposal: Proposal, sign_off: SignOff | None = None) -> SignOffForm:
    people = recipients(timezone.now(), agency=request.actor.agency)
    initial = SignOffForm.preset(sign_off) if sign_off else None
    return SignOffForm(people, access.toolkit_of(proposal).sections, posted(request), initial=initial)


def _attempt(form: SignOffForm, act: Callable[[], object]) -> bool:
    """Carry out an action for a valid form; a refusal stands beside its field. Say whether it was done."""
    if not form.is_valid():
        return False
    try:
        act()
    except actions.SignOffRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    return True


def _setup_page(request: ActorRequest, proposal: Proposal, form: SignOffForm, sign_off: SignOff | None) -> HttpResponse:
    context = {"proposal": proposal, "form": form, "sign_off": sign_off, "usual": USUAL,
               "sources": [] if sign_off else with_sign_offs(proposal),
               "turn": turn_now(request.actor, proposal)}  # fmt: skip
    return render(request, "proposals/sign_off_setup.html", context, status=UNREADABLE if form.errors else 200)


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_off_new(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Ask a colleague for a sign-off; 403 for everybody but team leads."""
    actor, proposal = request.actor, access.get_own_proposal(request.actor, pk)
    if not policy.can_set_up_clearance(actor, proposal):
        raise PermissionDenied
    if "take" in request.POST:
        return _take_over(request, proposal)
    form = _setup_form(request, proposal)
    now = timezone.now()
    if request.method == "POST" and _attempt(
        form, lambda: actions.ask_sign_off(actor=actor, proposal=proposal, wanted=form.wanted, now=now)
    ):
        messages.success(request, f"{form.wanted.signer.name} is asked for the sign-off “{form.wanted.name}”.")
        return redirect("proposals:clearance", pk=proposal.pk)
    return _setup_page(request, proposal, form, None)


def _take_over(request: ActorRequest, proposal: Proposal) -> HttpResponse:
    """Ask for what another proposal of the agency asks for; say what could not be asked for, and why."""
    chosen = request.POST.get("take", "")
    source = next((item for item in with_sign_offs(proposal) if str(item.pk) == chosen), None)
    if source is None:
        messages.error(request, "Choose a proposal from the list to take sign-offs from.")
        return redirect("proposals:sign_off_new", pk=proposal.pk)
    taken = actions.take_over_sign_offs(actor=request.actor, proposal=proposal, source=source, now=timezone.now())
    number = "1 sign-off is" if len(taken.asked) == 1 else f"{len(taken.asked)} sign-offs are"
    messages.success(request, f"{number} taken over from “{source.title}”.")
    for sentence in taken.left_out:
        messages.warning(request, sentence)
    return redirect("proposals:clearance", pk=proposal.pk)


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_off_change(request: ActorRequest, pk: UUID, sign_off: UUID) -> HttpResponse:
    """Change a sign-off or take it away; 403 for everybody but team leads."""
    actor, proposal = request.actor, access.get_own_proposal(request.actor, pk)
    found = access.get_sign_off(actor, proposal, sign_off)
    if not policy.can_set_up_clearance(actor, proposal):
        raise PermissionDenied
    now = timezone.now()
    if "end" in request.POST:
        actions.end_sign_off(actor=actor, sign_off=found, now=now)
        messages.success(request, f"The sign-off “{found.name}” is taken away.")
        return redirect("proposals:clearance", pk=proposal.pk)
    form = _setup_form(request, proposal, found)
    if request.method == "POST" and _attempt(
        form, lambda: actions.change_sign_off(actor=actor, sign_off=found, wanted=form.wanted, now=now)
    ):
        messages.success(request, f"The sign-off “{form.wanted.name}” is changed.")
        return redirect("proposals:clearance", pk=proposal.pk)
    return _setup_page(request, proposal, form, found)


# --- signing --------------------------------------------------------------------------------------------------------


class SigningPage:
    """One sign-off: its sections as they stand, and for its signer what may be decided now."""

    def __init__(self, request: ActorRequest, sign_off: SignOff) -> None:
        self.actor, self.sign_off = request.actor, sign_off
        self.proposal: Proposal = sign_off.proposal
        found = clearance_of(self.proposal)
        self.cells = [cell for cell in found.of(sign_off) if self.actor.reaches(cell.section.id)]
        self.form = DecisionsForm(self._open, posted(request))

    @property
    def _open(self) -> list[Cell]:
        """The sections the reader may decide on; one that is signed can be taken back by asking for changes.

        While the proposal is with CMS they are kept for words that come too late.
        """
        late = self.proposal.status not in STATE_WRITES and self.is_mine
        return [cell for cell in self.cells if late or policy.can_sign_off(self.actor, self.sign_off, cell.section.id)]

    @cached_property
    def is_mine(self) -> bool:
        """Whether the reader is the one who is asked."""
        return self.sign_off.signer_id == self.actor.user.pk

    @property
    def may_sign(self) -> bool:
        """Whether there is anything to decide now."""
        return bool(self.form.cells) and self.proposal.status in STATE_WRITES

    @property
    def is_late(self) -> bool:
        """Whether the reader decided on something that is with CMS by now."""
        return is_late(self.form)

    @property
    def lines(self) -> list[DecisionLine]:
        """Every section, with its controls where there is something to decide."""
        if not self.may_sign and not self.is_late:
            return [DecisionLine(cell) for cell in self.cells]
        return [self.form.line(cell) for cell in self.cells]

    @property
    def waiting(self) -> int:
        """How many sections are not signed as they read now."""
        return sum(not cell.is_signed for cell in self.cells)


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_off(request: ActorRequest, pk: UUID, sign_off: UUID) -> HttpResponse:
    """Show one sign-off to its state; its signer signs sections there or asks for changes."""
    proposal = access.get_own_proposal(request.actor, pk)
    found = access.get_sign_off(request.actor, proposal, sign_off)
    page = SigningPage(request, found)
    if request.method == "POST":
        if not page.is_mine:
            raise PermissionDenied
        if page.form.is_valid() and _said(request, page):
            messages.success(request, "Your decisions are saved.")
            return redirect("proposals:sign_off", pk=proposal.pk, sign_off=found.pk)
    status = REFUSED if page.is_late or page.form.moved else UNREADABLE if page.form.is_bound else 200
    context = {"page": page, "proposal": proposal, "sign_off": found, "turn": turn_now(request.actor, proposal)}
    return render(request, "proposals/sign_off.html", context, status=status)


def _said(request: ActorRequest, page: SigningPage) -> bool:
    """Store what was decided; say whether it was, else why not on the form."""
    form = page.form
    try:
        actions.mark_sections(actor=request.actor, sign_off=page.sign_off, said=form.said, now=timezone.now())
    except actions.NothingSaid as refusal:
        form.refuse(str(refusal))
    except actions.ReasonMissing as refusal:
        form.refuse(str(refusal), refusal.section_keys, "reason")
    except actions.SectionsMovedOn as refusal:
        form.moved = True
        form.refuse(str(refusal), refusal.section_keys)
    except PermissionDenied:
        refuse_late(form, request.actor, page.proposal)
    else:
        return True
    return False
