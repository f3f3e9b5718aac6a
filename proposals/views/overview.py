"""The overview of a proposal, for both sides: whose turn it is, the sections, what is missing, what happened."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from icm_portal.accounts.actor import Actor, ActorRequest
from icm_portal.accounts.decorators import actor_required
from icm_portal.addresses import reverse
from proposals import policy, workflow
from proposals.blockers import CLAIM, CLEARANCE, Blocker
from proposals.forms.details import model_label
from proposals.models import Proposal, Submission
from proposals.queries import access, discussion, drafts, handovers, history, reviews, sentences, turns
from proposals.queries.clearance import Clearance, Standing, clearance_of
from proposals.status import OPEN, Status
from proposals.views import opening
from proposals.views.readiness import Readiness
from toolkit.progress import Progress
from toolkit.types import Part, Section

HISTORY_LINES = 8
#: Transitions with a page of their own; the others are confirmed on `transition`.
OWN_PAGES = {
    "submit": "proposals:submit",
    "request_changes": "proposals:release",
    "conclude": "proposals:decision",
    "reopen": "proposals:reopen",
}
#: Transitions that are offered for an hour.
UNDOES = {"undo_release", "undo_decision"}


@dataclass(frozen=True)
class Row:
    """A section in the table: its progress, its questions, when it last changed, and whether it is open."""

    section: Section
    url: str
    mark: str
    progress: Progress
    asked: int
    waiting: int
    updated_at: object = None
    sign_offs: str = ""

    @property
    def replied(self) -> int:
        """How many of its questions have an answer."""
        return self.asked - self.waiting


@dataclass(frozen=True)
class Group:
    """A part of the toolkit: the sections in work, and those that are locked and fit on one line."""

    part: Part
    rows: tuple[Row, ...]
    locked: tuple[Row, ...]


@dataclass(frozen=True)
class Step:
    """The one primary action of the page, and the sentence that explains it."""

    sentence: str
    label: str = ""
    url: str = ""


@dataclass(frozen=True)
class Button:
    """A transition the reader may start, and the page where that is done."""

    name: str
    label: str
    url: str


@actor_required
def overview(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show where a proposal stands; 404 for those who may not see it."""
    proposal = opening.get_proposal(request, pk)
    side = _state_side if request.actor.is_state else _cms_side
    context = side(request.actor, proposal)
    return render(request, "proposals/overview.html", context)


def _common(actor: Actor, proposal: Proposal) -> dict[str, object]:
    found = list(history.events(actor, proposal)[: HISTORY_LINES * 3])
    entries = [sentences.entry(event, actor) for event in history.folded(found)[:HISTORY_LINES]]
    return {
        "proposal": proposal,
        "turn": turns.turn_of(actor, proposal, timezone.now()),
        "model": model_label(proposal),
        "may_assign": policy.can_assign(actor, proposal),
        "may_change_details": policy.can_change_details(actor, proposal),
        "buttons": buttons(actor, proposal),
        "entries": entries,
        "spans": turns.spans(actor, proposal, timezone.now()),
        "submissions": list(access.submissions(actor, proposal)),
    }


def buttons(actor: Actor, proposal: Proposal) -> list[Button]:
    """Return the transitions the actor may start now, in the order of the workflow, and the draft of the decision."""
    found = [
        Button(offer.name, offer.label, _page_of(offer.name, proposal))
        for offer in workflow.available(actor, proposal)
        if offer.name not in UNDOES or handovers.undo_until(proposal, timezone.now())
    ]
    if policy.can_draft_decision(actor, proposal) and not any(button.name == "conclude" for button in found):
        found.append(Button("draft_decision", "Draft the decision", _page_of("conclude", proposal)))
    if policy.can_pause(actor, proposal):
        label = "Resume the review" if proposal.paused_at else "Pause the clock"
        found.append(Button("pause", label, reverse("proposals:pause", args=[proposal.pk])))
    return found


def _page_of(name: str, proposal: Proposal) -> str:
    if name in OWN_PAGES:
        return reverse(OWN_PAGES[name], args=[proposal.pk])
    return reverse("proposals:transition", args=[proposal.pk, name])


def _state_side(actor: Actor, proposal: Proposal) -> dict[str, object]:
    state = drafts.DraftState(proposal)
    questions = discussion.waiting_counts(proposal)
    asked = [item for item in state.sections if item.applies]
    clearance = clearance_of(proposal)
    said = _sign_offs(actor, clearance)
    rows = {item.key: _state_row(item, proposal, questions, said.get(item.key, "")) for item in state.sections}
    blockers: tuple[Blocker, ...] = ()
    check = ""
    if proposal.is_state_turn:
        blockers = tuple(workflow.TABLE["submit"].hinders(proposal))
        check = Readiness(actor, proposal, timezone.now()).in_words
    common = _common(actor, proposal)
    return {
        **common,
        "groups": [_group(part.definition, [rows[item.key] for item in part.sections]) for part in state.parts],
        "progress": state.progress,
        "open_sections": sum(item.is_open for item in asked),
        "all_sections": len(asked),
        "missing": _counted(proposal, blockers),
        "clearance": clearance,
        "check": check,
        "sees_early_looks": policy.can_view_early_looks(actor, proposal),
        "step": _state_step(proposal, state, rows, blockers, actor),
    }


def _sign_offs(actor: Actor, clearance: Clearance) -> dict[str, str]:
    """Say by section which sign-offs are given and which are asked for, within the limits of a membership."""
    words = {Standing.WAITING: " asked", Standing.STALE: " changed since", Standing.CHANGES: " asks for changes"}
    return {
        row.section.id: ", ".join(f"{cell.sign_off.name}{words.get(cell.standing, '')}" for cell in row.asked)
        for row in clearance.in_reach(actor)
    }


def _state_row(
    item: drafts.SectionState, proposal: Proposal, questions: dict[str, tuple[int, int]], sign_offs: str
) -> Row:
    asked, waiting = questions.get(item.key, (0, 0))
    mark = "questions" if waiting and item.mark == "ready" else item.mark
    return Row(
        section=item.definition,
        url=reverse("proposals:section", args=[proposal.pk, item.key]),
        mark=mark,
        progress=item.progress,
        asked=asked,
        waiting=waiting,
        updated_at=item.stored.updated_at if item.stored.revision else None,
        sign_offs=sign_offs,
    )


def _group(part: Part, rows: list[Row]) -> Group:
    shown = [row for row in rows if row.mark != "hidden"]
    locked = tuple(row for row in shown if row.mark == "locked")
    if len(locked) == len(shown):
        return Group(part, (), locked)
    return Group(part, tuple(row for row in shown if row.mark != "locked"), locked)


def _counted(proposal: Proposal, blockers: tuple[Blocker, ...]) -> list[tuple[str, int, str]]:
    """Return the kinds of what is missing with their number and the first place to go to."""
    words = {
        "RC-001": "Core prompts without an answer",
        "RC-002": "“Not applicable” without a reason",
        "RC-003": "“Not yet known” without a plan",
        "RC-008": "Required fields left empty",
        "": "Questions without a reply",
        CLEARANCE: "Sign-offs missing",
    }
    found = sorted(blockers, key=lambda blocker: blocker.rule)
    counted = []
    for rule, same_rule in groupby(found, key=lambda blocker: blocker.rule):
        items = list(same_rule)
        counted.append((words.get(rule, f"Findings of {rule}"), len(items), place_of(proposal, items[0])))
    return counted


def _state_step(
    proposal: Proposal, state: drafts.DraftState, rows: dict[str, Row], blockers: tuple[Blocker, ...], actor: Actor
) -> Step:
    """Say what comes next for the state and where."""
    if not proposal.is_state_turn:
        return _waiting_step(proposal)
    if not blockers:
        return _ready_step(proposal, actor)
    questions = [blocker for blocker in blockers if not blocker.rule]
    if questions:
        words = f"Next step: reply to {_count(len(questions), 'open question')}, then sign and submit."
        return Step(_asked(proposal, state) + words, "Answer the next question", place_of(proposal, questions[0]))
    if all(blocker.rule == CLEARANCE for blocker in blockers):
        words = "Everything CMS needs is here. The sign-offs that your agency requires are missing."
        return Step(words, "Open clearance", place_of(proposal, blockers[0]))
    left = state.progress.open
    first = next((row for row in rows.values() if row.mark in {"started", "empty"}), None)
    target = place_of(proposal, blockers[0])
    words = f"{_count(left, 'prompt')} to go before this can be submitted." if left else "A few details are missing."
    return Step(words, "Continue drafting" if state.progress.done else "Start drafting", first.url if first else target)


def _waiting_step(proposal: Proposal) -> Step:
    if proposal.status == Status.SUBMITTED:
        return Step("CMS has received this round and has not begun its review.", *_receipt(proposal))
    if proposal.status == Status.IN_REVIEW:
        return Step("CMS is reviewing this round. You will be told when it asks questions or concludes.")
    if proposal.status == Status.WITHDRAWN:
        return Step("This proposal was withdrawn. Nothing is lost; a signatory can restore it.")
    letter = reverse("proposals:decision", args=[proposal.pk])
    return Step("CMS has concluded its review.", "Read the decision", letter)


def _ready_step(proposal: Proposal, actor: Actor) -> Step:
    url = reverse("proposals:submit", args=[proposal.pk])
    if any(offer.name == "submit" for offer in workflow.available(actor, proposal)):
        return Step("Everything CMS needs is here.", "Sign and submit", url)
    return Step("Everything CMS needs is here. A signatory of your agency can submit it.", "Read it as CMS will", url)


def _asked(proposal: Proposal, state: drafts.DraftState) -> str:
    release = drafts.last_release(proposal)
    if release is None:
        return ""
    return f"CMS reopened {_count(len(release.section_keys), 'section')}. "


def _receipt(proposal: Proposal) -> tuple[str, str]:
    return "Open the receipt", reverse("proposals:receipt", args=[proposal.pk, proposal.round])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def place_of(proposal: Proposal, blocker: Blocker) -> str:
    """Return the address of the place a blocker points to."""
    if blocker.rule == CLEARANCE:
        return reverse("proposals:clearance", args=[proposal.pk])
    if not blocker.section_key or blocker.rule == CLAIM:
        return reverse("proposals:questions", args=[proposal.pk])
    url = reverse("proposals:section", args=[proposal.pk, blocker.section_key])
    return f"{url}#p-{blocker.prompt_id.replace('.', '-')}" if blocker.prompt_id else url


# --- CMS ------------------------------------------------------------------------------------------------------------


def _cms_side(actor: Actor, proposal: Proposal) -> dict[str, object]:
    """CMS reads the newest round it may see, never the draft."""
    number = reviews.newest_round(actor, proposal)
    if number is None:
        raise Http404
    frozen = reviews.FrozenRound(actor, proposal, number)
    questions = discussion.question_counts(proposal)
    rows = {item.key: _cms_row(item, proposal, questions) for item in frozen.sections}
    groups = [
        Group(part, tuple(rows[section.id] for section in part.sections if section.id in rows), ())
        for part in frozen.toolkit.parts
    ]
    return {
        **_common(actor, proposal),
        "groups": [group for group in groups if group.rows],
        "submission": frozen.submission,
        "step": _cms_step(actor, proposal, frozen.submission),
        "handed": handovers.standing(proposal, timezone.now()),
        "may_undo": any(offer.name in UNDOES for offer in workflow.available(actor, proposal)),
    }


def _cms_row(item: reviews.ReviewedSection, proposal: Proposal, questions: dict[str, tuple[int, int]]) -> Row:
    asked, waiting = questions.get(item.key, (0, 0))
    return Row(
        section=item.definition,
        url=reverse("proposals:review", args=[proposal.pk, item.key]),
        mark="read",
        progress=item.progress,
        asked=asked,
        waiting=waiting,
    )


def _cms_step(actor: Actor, proposal: Proposal, submission: Submission) -> Step:
    first = reverse("proposals:review", args=[proposal.pk, access.toolkit_of(proposal).sections[0].id])
    if proposal.status == Status.SUBMITTED:
        sentence = f"Round {submission.round} has arrived. Begin the review to ask questions."
        begin = next((button for button in buttons(actor, proposal) if button.name == "begin_review"), None)
        return Step(sentence, begin.label, begin.url) if begin else Step(sentence, "Read the proposal", first)
    if proposal.status == Status.IN_REVIEW:
        return Step(f"Round {submission.round} is under review.", "Review the next section", first)
    if proposal.status in OPEN:
        name = proposal.agency.short_name
        return Step(f"{name} is working on round {proposal.round}. You see round {submission.round}.", "Read it", first)
    if proposal.status == Status.CONCLUDED:
        return Step("The review is concluded.", "Read the decision", reverse("proposals:decision", args=[proposal.pk]))
    return Step("The state withdrew this proposal.", "Read the last round", first)
