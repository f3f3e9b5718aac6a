"""The signatory's pages: sign and submit, the receipt, and the steps that ask before they are taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from icm_portal.accounts.actor import Actor, ActorRequest
from icm_portal.accounts.decorators import actor_required, carries_words
from proposals import diff, workflow
from proposals.actions import reviewing, submitting, undoing
from proposals.forms.details import ReasonForm, SubmitForm
from proposals.forms.prompts import anchor_of
from proposals.models import DraftComment, Proposal, Thread
from proposals.queries import access, attachments, discussion, drafts, turns
from proposals.queries.claims import claim_of
from proposals.queries.clearance import clearance_of
from proposals.queries.handovers import undo_until
from proposals.queries.reading import ReadAnswer, read_answer
from proposals.snapshot import files_between, merged
from proposals.status import Status, ThreadStatus
from proposals.views import opening
from proposals.views.overview import place_of
from proposals.views.terms import marks_of
from toolkit.answers import Answers, applies
from toolkit.types import Part, Prompt, Toolkit

UNREADABLE = 422
REFUSED = 409


# --- sign and submit ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """A prompt to read: its answer as page and packet draw it."""

    prompt: Prompt
    answer: ReadAnswer

    @property
    def anchor(self) -> str:
        """The id of its element."""
        return anchor_of(self.prompt.id)


def _readings(toolkit: Toolkit, answers: Answers) -> list[tuple[Part, list[tuple[Any, list[Reading]]]]]:
    """Return all prompts that apply, by part and section."""
    found = []
    for part in toolkit.parts:
        sections = []
        for section in part.sections:
            readings = [
                Reading(prompt, read_answer(toolkit, prompt, answers))
                for prompt in section.prompts
                if applies(prompt, answers)
            ]
            if readings:
                sections.append((section, readings))
        if sections:
            found.append((part, sections))
    return found


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the whole draft as CMS will read it, what is missing, and the statement to sign."""
    proposal = opening.get_own_proposal(request, pk)
    if not proposal.is_state_turn:
        return redirect("proposals:overview", pk=proposal.pk)
    may_sign = any(offer.name == "submit" for offer in workflow.available(request.actor, proposal))
    if request.method == "POST" and not may_sign:
        raise PermissionDenied
    stored, toolkit = drafts.all_answers(proposal), access.toolkit_of(proposal)
    files = attachments.that_go_out(proposal)
    data = request.POST if request.method == "POST" else None
    form = SubmitForm(
        data, round_number=proposal.round, initial=_proposed(request, proposal, drafts.document_of(stored, files))
    )
    refusal = _submit(request.actor, proposal, form) if form.is_valid() else ""
    if form.is_valid() and not refusal:
        return redirect("proposals:receipt", pk=proposal.pk, round=proposal.round)
    blockers = tuple(workflow.TABLE["submit"].hinders(proposal))
    context = {
        "proposal": proposal,
        "files": files,
        "turn": turns.turn_of(request.actor, proposal, timezone.now()),
        "form": form,
        "refusal": refusal,
        "may_sign": may_sign,
        "blockers": [(blocker, place_of(proposal, blocker)) for blocker in blockers],
        "parts": _readings(toolkit, merged(stored)),
        "marks": marks_of(toolkit),
        "replies": _replies(request.actor, proposal),
        "clearance": clearance_of(proposal),
        "recipients": workflow.recipients_of("submit", request.actor, proposal, timezone.now()) if may_sign else None,
    }
    status = REFUSED if refusal else UNREADABLE if form.is_bound else 200
    return render(request, "proposals/submit.html", context, status=status)


def _submit(actor: Actor, proposal: Proposal, form: SubmitForm) -> str:
    """Submit what was signed; return "" or the sentence that says why not."""
    given = {"change_summary": "", **form.cleaned_data}
    try:
        submitting.submit(actor=actor, proposal=proposal, now=timezone.now(), **given)
    except workflow.TransitionRefused as refusal:
        return str(refusal)
    return ""


def _replies(actor: Actor, proposal: Proposal) -> list[tuple[Thread, DraftComment | None, list[str]]]:
    """Return the questions of the last round, each with the reply that goes out and the answers it names."""
    if proposal.round == 1:
        return []
    drafted, toolkit = discussion.replies_by_thread(actor, proposal), access.toolkit_of(proposal)
    claims = {pk: claim_of(draft) for pk, draft in drafted.items()}
    named = {pk: [toolkit.prompt(key).label for key in claim.prompt_ids] for pk, claim in claims.items() if claim}
    waiting = (thread for thread in discussion.threads(proposal) if thread.status == ThreadStatus.OPEN)
    return [(thread, drafted.get(thread.pk), named.get(thread.pk, [])) for thread in waiting]


def _proposed(request: ActorRequest, proposal: Proposal, after: Mapping[str, Any]) -> dict[str, str]:
    """Propose the signatory's name and, from round 2 on, a summary drafted from the comparison."""
    given = {"signatory_name": request.actor.user.name}
    before = drafts.last_submission(proposal) if proposal.round > 1 else None
    if before is None:
        return given
    toolkit = access.toolkit_of(proposal)
    words = {diff.Op.ADDED: "answered", diff.Op.REMOVED: "removed", diff.Op.CHANGED: "changed"}
    lines = [
        f"{toolkit.section(change.prompt.section_id).title}, {change.prompt.label}: {words[change.op]}."
        for change in diff.compare_documents(toolkit, before.content, after)
        if change.pieces
    ]
    lines += [
        f"File {'added' if file.came else 'removed'}: {file.name}." for file in files_between(before.content, after)
    ]
    return {**given, "change_summary": "\n".join(lines) or "No answers changed; the questions are answered."}


@actor_required
def receipt(request: ActorRequest, pk: UUID, round: int) -> HttpResponse:  # noqa: A002 - the name in the address
    """Show the permanent receipt of a round to both sides."""
    proposal = access.get_proposal(request.actor, pk)
    submission = access.get_submission(request.actor, proposal, round)
    context = {"proposal": proposal, "submission": submission, "agency": submission.content["agency"]}
    return render(request, "proposals/receipt.html", context)


# --- steps that ask first -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A step on the confirm page: its words, its form, and the action that takes it."""

    title: str
    text: str
    points: tuple[str, ...]
    act: Callable[..., Proposal]
    needs_reason: bool = True
    danger: bool = False
    done: str = ""


STEPS = {
    "recall": Step(
        "Recall the submission",
        "You take this round back before CMS begins its review.",
        (
            "CMS no longer sees this round.",
            "Your answers and drafted replies open again.",
            "Both sides see the reason.",
        ),
        submitting.recall,
        done="The round is back with you.",
    ),
    "withdraw": Step(
        "Withdraw the proposal",
        "You take the proposal out of the process.",
        ("Nothing is deleted.", "A signatory can restore it to where it stands now."),
        submitting.withdraw,
        danger=True,
        done="The proposal is withdrawn.",
    ),
    "restore": Step(
        "Restore the proposal",
        "You bring the proposal back to where it was.",
        ("CMS is told.", "A due date that was set counts again."),
        submitting.restore,
        done="The proposal is restored.",
    ),
    "undo_release": Step(
        "Take the questions back",
        "You take back what was sent to the state. This works for one hour, while nobody there has opened it.",
        (
            "Every question is a draft again, by its author and in its place.",
            "The sections close again, and your clock goes on as if nothing had been sent.",
            "Both sides see the reason. Of the state's people only those are told whom a mail or notice has reached.",
        ),
        undoing.undo_release,
        danger=True,
        done="The questions are drafts again.",
    ),
    "undo_decision": Step(
        "Take the decision back",
        "You take back what was announced. This works for one hour, while nobody in the state has opened it.",
        (
            "The outcome and the letter are a draft again.",
            "Your clock goes on as if nothing had been announced.",
            "Both sides see the reason. Of the state's people only those are told whom a mail or notice has reached.",
        ),
        undoing.undo_decision,
        danger=True,
        done="The decision is a draft again.",
    ),
    "begin_review": Step(
        "Begin the review",
        "From now on the state can no longer recall this round.",
        ("The state is told that the review has begun.", "You can draft questions and internal notes."),
        reviewing.begin_review,
        needs_reason=False,
        done="The review has begun.",
    ),
}
#: Steps of an hour: when it is over, the page says so before anybody types a reason.
UNDOING = frozenset({"undo_release", "undo_decision"})


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def transition(request: ActorRequest, pk: UUID, name: str) -> HttpResponse:
    """Ask before one step of the workflow, and take it; 404 for a step that is unknown or not offered."""
    proposal = access.get_proposal(request.actor, pk)
    step = STEPS.get(name)
    if step is None or not workflow.TABLE[name].who(request.actor, proposal):
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None) if step.needs_reason else None
    refusal = _not_now(name, proposal, timezone.now())
    if request.method == "POST" and not refusal and (form is None or form.is_valid()):
        refusal = _take(step, request.actor, proposal, form.cleaned_data if form else {}, timezone.now())
        if not refusal:
            messages.success(request, step.done)
            return redirect("proposals:overview", pk=proposal.pk)
    context = {
        "proposal": proposal,
        "turn": turns.turn_of(request.actor, proposal, timezone.now()),
        "step": step,
        "form": form,
        "refusal": refusal,
    }
    bound = form is not None and form.is_bound
    return render(
        request, "proposals/transition.html", context, status=REFUSED if refusal else UNREADABLE if bound else 200
    )


def _not_now(name: str, proposal: Proposal, now: datetime) -> str:
    """Return why the step cannot be taken from where the proposal stands, or ""."""
    row = workflow.TABLE[name]
    if proposal.status in row.sources:
        refusal = " ".join(blocker.message for blocker in row.hinders(proposal))
        late = name in UNDOING and undo_until(proposal, now) is None
        return refusal or (undoing.TOO_LATE if late else "")
    return f"This cannot be done now: the proposal is “{Status(proposal.status).label.lower()}”."


def _take(step: Step, actor: Actor, proposal: Proposal, given: dict[str, Any], now: datetime) -> str:
    """Take the step; return "" or the sentence that says why not."""
    try:
        step.act(actor=actor, proposal=proposal, now=now, **given)
    except workflow.TransitionRefused as refusal:
        return str(refusal)
    return ""
