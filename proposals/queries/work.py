"""Reads for "my work": single things that wait for a person, and progress of several drafts at once.

Each function takes proposals that an access query has already found, and reads a constant number of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils.dateparse import parse_date
from django.utils.text import Truncator

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Side
from proposals.models import Assignment, Comment, Proposal, Section, Thread
from proposals.policy import CMS_LEADS
from proposals.queries.access import toolkit_of
from proposals.queries.clearance import asked_of
from proposals.snapshot import merged
from proposals.status import CMS_TURN, NEEDS_REPLY, STATE_WRITES, Status, ThreadStatus
from toolkit.answers import Answer, Disposition, applies
from toolkit.progress import Progress, section_progress
from toolkit.richtext import to_text

#: Work lists show this many lines; the rest is a link away.
SHOWN = 50
ONE_LINE = 120


@dataclass(frozen=True)
class Task:
    """One thing that waits for the reader: what, where, since when and until when."""

    label: str
    detail: str
    proposal: Proposal
    since: datetime
    due_on: date | None
    section_key: str = ""
    prompt_id: str = ""
    sign_off: UUID | None = None


def progress_of(found: Iterable[Proposal]) -> dict[UUID, Progress]:
    """Return the progress of several drafts in two queries, without reading their narratives."""
    by_id = {proposal.pk: proposal for proposal in found}
    switches: dict[UUID, dict[str, dict[str, Answer]]] = {pk: {} for pk in by_id}
    keys = {key for proposal in by_id.values() for key in toolkit_of(proposal).switch_section_ids}
    rows = Section.objects.filter(proposal__in=by_id)
    for pk, key, answers in rows.filter(key__in=keys).values_list("proposal_id", "key", "answers"):
        switches[pk][key] = answers
    total = {pk: Progress() for pk in by_id}
    flat = {pk: merged(answers) for pk, answers in switches.items()}
    for pk, key, dispositions in rows.values_list("proposal_id", "key", "dispositions"):
        definition = toolkit_of(by_id[pk]).section(key)
        total[pk] += section_progress(definition, dispositions, lambda prompt, pk=pk: applies(prompt, flat[pk]))  # type: ignore[misc]
    return total


def question_totals(found: Sequence[Proposal]) -> dict[UUID, tuple[int, int]]:
    """Return for each proposal how many questions CMS asked last and how many of them have a reply drafted.

    A thread counts by CMS's newest words in it: asked again, an older question is one of the last round. Words that an
    administrator removed ask nothing.
    """
    said = Comment.objects.filter(thread=OuterRef("pk"), agency__side=Side.CMS, hidden_at__isnull=True)
    from_cms = said.order_by("-at", "-pk")
    rows = (
        Thread.objects.filter(proposal__in=found, kind__in=NEEDS_REPLY)
        .annotate(last_asked=Subquery(from_cms.values("round")[:1]))
        .filter(last_asked=F("proposal__round") - 1)
        .values_list("proposal_id")
        .annotate(
            asked=Count("pk", distinct=True),
            replied=Count("pk", distinct=True, filter=Q(drafts__agency=F("proposal__agency"))),
        )
    )
    return {pk: (asked, replied) for pk, asked, replied in rows}


def tasks(actor: Actor, found: Sequence[Proposal]) -> list[Task]:
    """Return what waits for the actor in the given proposals: late first, then by due date, then the longest wait."""
    made = _state_tasks(actor, found) if actor.is_state else _cms_tasks(actor, found)
    return sorted(made, key=lambda task: (task.due_on or date.max, task.since))[:SHOWN]


def _state_tasks(actor: Actor, found: Sequence[Proposal]) -> list[Task]:
    mine = [proposal for proposal in found if proposal.status in STATE_WRITES]
    return [*_open_questions(actor, mine), *_expected_answers(mine), *_sign_offs(actor, mine)]


def _sign_offs(actor: Actor, mine: Sequence[Proposal]) -> list[Task]:
    """Return the sign-offs the actor is asked for and has not given for what stands there now."""
    found = []
    for clearance in asked_of(actor, mine):
        for sign_off, missing in clearance.counts:
            if missing:
                label = f"Sign-off “{sign_off.name}”"
                detail = "1 section to sign" if missing == 1 else f"{missing} sections to sign"
                task = Task(label, detail, clearance.proposal, sign_off.asked_at, clearance.proposal.due_on)
                found.append(replace(task, sign_off=sign_off.pk))
    return found


def _open_questions(actor: Actor, mine: Sequence[Proposal]) -> list[Task]:
    """Return the questions without a reply; of those that nobody of the state has opened only that they are there."""
    returned = [proposal for proposal in mine if proposal.status == Status.CHANGES_REQUESTED]
    unopened = [_unopened_task(proposal) for proposal in returned if proposal.unopened_at]
    asked = [proposal for proposal in returned if not proposal.unopened_at]
    if not asked:
        return unopened
    by_id = {proposal.pk: proposal for proposal in asked}
    threads = list(
        Thread.objects.filter(proposal__in=asked, status=ThreadStatus.OPEN, kind__in=NEEDS_REPLY)
        .exclude(drafts__agency=actor.agency)
        .select_related("round")
        .order_by("number")[:SHOWN]
    )
    last_words = {
        comment.thread_id: comment.body
        for comment in Comment.objects.filter(thread__in=threads)
        .order_by("at", "pk")
        .only("thread_id", "words", "hidden_at")
    }
    return unopened + [
        _question_task(thread, by_id[thread.proposal_id], last_words.get(thread.pk, "")) for thread in threads
    ]


def _unopened_task(proposal: Proposal) -> Task:
    label = f"CMS asks for changes to round {proposal.round - 1}"
    detail = "Nobody in your agency has opened it yet"
    return Task(label, detail, proposal, proposal.turn_since, proposal.due_on)


def _question_task(thread: Thread, proposal: Proposal, body: str) -> Task:
    words = " ".join(to_text(body).split())
    return Task(
        label=f"Q{thread.number}: {Truncator(words).chars(ONE_LINE, truncate='…')}",
        detail=_place(proposal, thread.section_key, thread.prompt_id),
        proposal=proposal,
        since=proposal.turn_since,
        due_on=proposal.due_on,
        section_key=thread.section_key,
        prompt_id=thread.prompt_id,
    )


def _expected_answers(mine: Sequence[Proposal]) -> list[Task]:
    """Return the answers "not yet known" for which the state has given a date."""
    by_id = {proposal.pk: proposal for proposal in mine}
    rows = Section.objects.filter(proposal__in=mine).values_list("pk", "dispositions")
    waiting = [pk for pk, dispositions in rows if Disposition.NYK in dispositions.values()]
    made = []
    for section in Section.objects.filter(pk__in=waiting).only("proposal_id", "key", "answers", "updated_at"):
        for prompt_id, answer in section.answers.items():
            expected = parse_date(answer.get("expected") or "") if answer["disposition"] == Disposition.NYK else None
            if expected:
                proposal = by_id[section.proposal_id]
                place = _place(proposal, section.key, prompt_id)
                label = "Answer expected for “not yet known”"
                made.append(Task(label, place, proposal, section.updated_at, expected, section.key, prompt_id))
    return made


def _place(proposal: Proposal, section_key: str, prompt_id: str) -> str:
    toolkit = toolkit_of(proposal)
    if prompt_id:
        return toolkit.prompt(prompt_id).label
    return toolkit.section(section_key).title if section_key else "The whole proposal"


def _cms_tasks(actor: Actor, found: Sequence[Proposal]) -> list[Task]:
    """Return the reviews that wait for the actor: their own, and for leads also those nobody has taken."""
    theirs = [proposal for proposal in found if proposal.status in CMS_TURN]
    assigned = set(
        Assignment.objects.filter(proposal__in=theirs, reviewer=actor.user).values_list("proposal_id", flat=True)
    )
    leads = actor.role in CMS_LEADS
    made = []
    for proposal in theirs:
        mine = proposal.lead_reviewer_id == actor.user.pk or proposal.pk in assigned
        if mine or (leads and proposal.lead_reviewer_id is None):
            begins = proposal.status == Status.SUBMITTED
            label = f"Begin the review of round {proposal.round}" if begins else f"Review round {proposal.round}"
            detail = proposal.agency.name if mine else f"{proposal.agency.name}. Nobody leads this review yet"
            made.append(Task(label, detail, proposal, proposal.turn_since, proposal.due_on))
    return made
