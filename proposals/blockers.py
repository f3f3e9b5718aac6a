"""What must be done before a transition, as sentences with the place to do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from proposals.models import Proposal
from proposals.queries import claims
from proposals.queries.access import toolkit_of
from proposals.queries.clearance import clearance_of
from proposals.queries.discussion import unanswered
from proposals.queries.drafts import all_answers
from proposals.snapshot import merged
from proposals.status import Status
from toolkit.completeness import submission_blockers

#: Not a rule of the toolkit: a state asks this of itself, or not.
CLEARANCE = "clearance"
#: What the reply to a question says was changed for it.
CLAIM = "claim"


@dataclass(frozen=True)
class Blocker:
    """One sentence that says what is missing, and where: a section, a prompt in it, or neither."""

    message: str
    section_key: str = ""
    prompt_id: str = ""
    rule: str = ""


def none(_proposal: Proposal) -> Iterator[Blocker]:
    """Nothing stands in the way."""
    return iter(())


def of_submission(proposal: Proposal) -> Iterator[Blocker]:
    """Yield the findings that keep a draft from being submitted: RC-001, RC-002, RC-003, RC-008, and open questions.

    Sign-offs inside the state are among them only where the state's own rule says so.
    """
    toolkit = toolkit_of(proposal)
    for finding in submission_blockers(toolkit, merged(all_answers(proposal))):
        prompt_id = finding.place.prompt_id
        yield Blocker(finding.message, toolkit.prompt(prompt_id).section_id, prompt_id, finding.rule)
    if proposal.status == Status.CHANGES_REQUESTED:
        for thread in unanswered(proposal):
            yield Blocker(f"Q{thread.number} has no reply yet.", thread.section_key, thread.prompt_id)
        yield from _of_claims(proposal)
    if proposal.agency.needs_clearance:
        yield from _of_clearance(proposal)


def _of_claims(proposal: Proposal) -> Iterator[Blocker]:
    toolkit, replies = toolkit_of(proposal), claims.drafted_replies(proposal)
    for thread in claims.unclaimed(replies):
        words = f"Q{thread.number}: choose the answers you changed for it, or say why none changed."
        yield Blocker(words, thread.section_key, thread.prompt_id, CLAIM)
    for thread, prompt_id in claims.untrue(proposal, replies):
        words = f"Q{thread.number} names “{toolkit.prompt(prompt_id).label}”, which reads as it did when CMS asked."
        yield Blocker(words, thread.section_key, thread.prompt_id, CLAIM)


def _of_clearance(proposal: Proposal) -> Iterator[Blocker]:
    clearance = clearance_of(proposal)
    for sign_off in clearance.sign_offs:
        if count := clearance.missing.get(sign_off.pk):
            where = "1 section" if count == 1 else f"{count} sections"
            yield Blocker(f"The sign-off “{sign_off.name}” is missing in {where}.", rule=CLEARANCE)


def of_undoing(proposal: Proposal) -> Iterator[Blocker]:
    """Yield a sentence when there is nothing of CMS that nobody of the state has opened."""
    if proposal.unopened_at is None:
        name = proposal.agency.short_name
        yield Blocker(f"This can no longer be taken back: somebody in {name} has opened it, or it moved on.")


def of_conclusion(proposal: Proposal) -> Iterator[Blocker]:
    """Yield a sentence while no decision on the submission under review has been drafted."""
    drafted = proposal.decisions.filter(
        submission__round=proposal.round, submission__recall__isnull=True, announced_at__isnull=True
    )
    if not drafted.exists():
        yield Blocker("Draft the outcome and the letter first.")
