"""Real threads on a real database: nobody's work is lost and nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any, TypeVar

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Role
from proposals import workflow
from proposals.actions.deciding import conclude, draft_decision
from proposals.actions.discussing import change_draft
from proposals.actions.divisions import DivisionRefused, add_division
from proposals.actions.drafting import create_proposal
from proposals.actions.reviewing import CannotRelease, begin_review, request_changes
from proposals.actions.sections import SaveResult, SectionConflict, save_section
from proposals.actions.submitting import recall
from proposals.actions.undoing import undo_release
from proposals.models import (
    AnswerChange,
    Comment,
    Decision,
    Division,
    DraftComment,
    Event,
    Handover,
    Notification,
    Proposal,
    Round,
    Section,
    Submission,
)
from proposals.opening import note_opened
from tests.worlds import DUE, NOW, World, hand_over, make_actor, narrative_answer, not_applicable
from toolkit.answers import Answer
from toolkit.loading import load

#: A moment after the world was made.
LATER = NOW + timedelta(days=14)
Result = TypeVar("Result")
Refusal = (SectionConflict, workflow.TransitionRefused, PermissionDenied, CannotRelease, DivisionRefused)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """A world that other threads can see."""
    return World()


def all_at_once(jobs: Iterable[Callable[[], Result]]) -> list[Result | Exception]:
    """Run the jobs in threads that start together; return what each gave, or the refusal it got."""
    work = list(jobs)
    barrier = Barrier(len(work))

    def one(job: Callable[[], Result]) -> Result | Exception:
        try:
            barrier.wait(timeout=30)
            return job()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(one, work))


def test_sixteen_people_in_different_prompts_of_one_section_are_all_saved(committed_world: World) -> None:
    proposal = committed_world.draft()
    section = Section.objects.get(proposal=proposal, key="ap.recon")
    prompts = load().section("ap.recon").prompts
    people = [make_actor(committed_world.ohio.agency, Role.EDITOR, name=f"Writer {n}") for n in range(len(prompts))]

    found = all_at_once(
        lambda actor=actor, prompt=prompt: save_section(  # type: ignore[misc]
            actor=actor, section=section, base_revision=0, changes={prompt.id: not_applicable(actor.user.name)}, now=NOW
        )
        for actor, prompt in zip(people, prompts, strict=True)
    )

    section.refresh_from_db()
    assert all(isinstance(result, SaveResult) for result in found)
    assert section.answers == {
        prompt.id: not_applicable(actor.user.name) for actor, prompt in zip(people, prompts, strict=True)
    }
    assert sorted(section.revisions.values_list("revision", flat=True)) == list(range(1, len(prompts) + 1))


def test_fifty_people_in_one_section_each_in_a_row_of_their_own_are_all_saved(committed_world: World) -> None:
    proposal = committed_world.draft()
    section = Section.objects.get(proposal=proposal, key="pd.timeline")
    people = [make_actor(committed_world.ohio.agency, Role.EDITOR, name=f"Writer {n}") for n in range(50)]

    found = all_at_once(
        lambda number=number, actor=actor: save_section(  # type: ignore[misc]
            actor=actor, section=section, base_revision=0, now=NOW,
            changes={"pd.timeline.plan": milestone(f"{number:08x}", actor.user.name)},
        )
        for number, actor in enumerate(people)
    )  # fmt: skip

    section.refresh_from_db()
    rows = section.answers["pd.timeline.plan"]["fields"]["milestones"]
    assert sum(isinstance(result, SaveResult) for result in found) == 50
    assert sorted((row["_row"], row["title"]) for row in rows) == [
        (f"{number:08x}", actor.user.name) for number, actor in enumerate(people)
    ]
    assert sorted(section.revisions.values_list("revision", flat=True)) == list(range(1, 51))


def test_fifty_people_in_fifty_prompts_of_one_proposal_are_all_saved(committed_world: World) -> None:
    proposal = committed_world.draft()
    sections = {section.key: section for section in Section.objects.filter(proposal=proposal)}
    prompts = [prompt for prompt in load().prompts if prompt.section_id != "pr"][:50]
    people = [make_actor(committed_world.ohio.agency, Role.EDITOR, name=f"Writer {n}") for n in range(50)]

    found = all_at_once(
        lambda actor=actor, prompt=prompt: save_section(  # type: ignore[misc]
            actor=actor, section=sections[prompt.section_id], base_revision=0, now=NOW,
            changes={prompt.id: not_applicable(actor.user.name)},
        )
        for actor, prompt in zip(people, prompts, strict=True)
    )  # fmt: skip

    written = {
        key: answer
        for section in Section.objects.filter(proposal=proposal).exclude(key="pr")
        for key, answer in section.answers.items()
    }
    assert sum(isinstance(result, SaveResult) for result in found) == 50
    assert written == {
        prompt.id: not_applicable(actor.user.name) for actor, prompt in zip(people, prompts, strict=True)
    }
    changes = AnswerChange.objects.filter(section__proposal=proposal).exclude(section__key="pr")
    assert sorted(changes.values_list("prompt_id", flat=True)) == sorted(written)


def milestone(row_id: str, title: str) -> Answer:
    """A plan with one milestone."""
    return {"disposition": "answered", "fields": {"milestones": [{"_row": row_id, "title": title}]}}


def test_fifty_people_in_the_same_prompt_give_one_save_and_49_conflicts_that_hold_every_text(
    committed_world: World,
) -> None:
    proposal = committed_world.draft()
    section = Section.objects.get(proposal=proposal, key="es.overview")
    people = [make_actor(committed_world.ohio.agency, Role.EDITOR, name=f"Writer {n}") for n in range(50)]

    found = all_at_once(
        lambda actor=actor: save_section(  # type: ignore[misc]
            actor=actor,
            section=section,
            base_revision=0,
            changes={"es.overview.model": narrative_answer(f"Text of {actor.user.name}.")},
            now=NOW,
        )
        for actor in people
    )

    conflicts = [item.conflicts[0] for item in found if isinstance(item, SectionConflict)]
    section.refresh_from_db()
    stored = section.answers["es.overview.model"]
    assert (len(conflicts), section.revision) == (49, 1)
    assert all(conflict.theirs == stored for conflict in conflicts)
    texts = [
        answer["fields"]["narrative"] for answer in [stored, *(conflict.yours for conflict in conflicts)] if answer
    ]
    assert sorted(texts) == sorted(f"<p>Text of Writer {n}.</p>" for n in range(50))


def test_submit_pressed_twelve_times_at_once_makes_one_submission(committed_world: World) -> None:
    proposal = committed_world.complete_draft()

    found = all_at_once([lambda: hand_over(proposal, committed_world.ohio.signatory)] * 12)

    assert sum(isinstance(result, Submission) for result in found) == 1
    assert sum(isinstance(result, workflow.TransitionRefused) for result in found) == 11
    assert Submission.objects.count() == 1
    assert Event.objects.filter(verb="submitted").count() == 1
    assert Notification.objects.filter(event__verb="submitted").count() == 1


def test_a_review_and_a_recall_at_the_same_moment_end_in_one_of_them(committed_world: World) -> None:
    proposal = committed_world.submitted()

    found = all_at_once(
        [
            lambda: recall(actor=committed_world.ohio.signatory, proposal=proposal, reason="Typo", now=NOW),
            lambda: begin_review(actor=committed_world.cms.lead, proposal=proposal, now=NOW),
        ]
    )

    assert sum(isinstance(result, Proposal) for result in found) == 1
    assert Proposal.objects.get(pk=proposal.pk).status in {"draft", "in_review"}


def test_two_leads_who_press_release_at_once_make_one_round(committed_world: World) -> None:
    proposal, cms = committed_world.in_review(), committed_world.cms
    draft = committed_world.ask(proposal, "es.overview.model", "Which model?")
    leads = [cms.lead, make_actor(cms.agency, Role.LEAD, name="Second Lead")]

    found = all_at_once(lambda actor=actor: released(actor, proposal, draft) for actor in leads)  # type: ignore[misc]

    assert sum(isinstance(result, Round) for result in found) == 1
    assert sum(isinstance(result, workflow.TransitionRefused) for result in found) == 1
    assert (Round.objects.count(), Comment.objects.count(), DraftComment.objects.count()) == (1, 1, 0)
    told = Notification.objects.filter(event__verb="changes_requested").values_list("recipient", flat=True)
    assert len(told) == len(set(told)) == 3


def test_a_comment_written_while_the_lead_releases_goes_out_with_no_round(committed_world: World) -> None:
    proposal, cms = committed_world.in_review(), committed_world.cms
    draft = committed_world.ask(proposal, "es.overview.model", "Which model?")

    found = all_at_once(
        [
            lambda: released(cms.lead, proposal, draft),
            lambda: committed_world.ask(proposal, "es.overview.goals", "And why?"),
        ]
    )

    late = [isinstance(result, DraftComment) for result in found]
    assert isinstance(found[0], Round)
    assert (late[1], isinstance(found[1], PermissionDenied)) in {(True, False), (False, True)}
    assert [comment.body for comment in Comment.objects.all()] == ["<p>Which model?</p>"]
    assert DraftComment.objects.filter(body="<p>And why?</p>").count() == sum(late)


def test_a_question_that_is_changed_while_the_lead_releases_it_goes_out_as_the_lead_read_it_or_not_at_all(
    committed_world: World,
) -> None:
    proposal, cms = committed_world.in_review(), committed_world.cms
    read = committed_world.ask(proposal, "es.overview.model", "Which model?")
    writing = DraftComment.objects.get(pk=read.pk)

    found = all_at_once(
        [
            lambda: released(cms.lead, proposal, read),
            lambda: change_draft(actor=cms.reviewer, draft=writing, kind="question", body="Which mo", now=LATER),
        ]
    )

    out = [comment.body for comment in Comment.objects.all()]
    kept = [draft.body for draft in DraftComment.objects.all()]
    assert (out, kept) in [(["<p>Which model?</p>"], []), ([], ["<p>Which mo</p>"])]
    assert isinstance(found[0], Round if out else CannotRelease)
    assert isinstance(found[1], PermissionDenied if out else type(None))


def test_a_letter_that_is_saved_while_the_approver_announces_it_goes_out_as_it_was_read_or_not_at_all(
    committed_world: World,
) -> None:
    proposal, cms = committed_world.in_review(), committed_world.cms
    common: dict[str, Any] = {"actor": cms.lead, "proposal": proposal, "outcome": "ready"}
    draft_decision(letter="Please file.", now=NOW, **common)

    found = all_at_once(
        [
            lambda: conclude(actor=cms.approver, proposal=proposal, drafted_at=NOW, now=LATER),
            lambda: draft_decision(letter="Please fi", now=LATER, **common),
        ]
    )

    decision = Decision.objects.get()
    out = decision.announced_at is not None
    assert decision.letter == ("<p>Please file.</p>" if out else "<p>Please fi</p>")
    assert isinstance(found[0], Proposal if out else workflow.TransitionRefused)
    assert isinstance(found[1], PermissionDenied if out else Decision)


def test_of_two_people_who_open_a_release_and_a_lead_who_takes_it_back_one_side_wins(committed_world: World) -> None:
    proposal, world = committed_world.questioned(), committed_world
    soon = NOW + timedelta(days=14, minutes=5)
    stale = [Proposal.objects.select_related("agency").get(pk=proposal.pk) for _ in range(2)]

    found = all_at_once(
        [
            lambda: note_opened(proposal=stale[0], actor=world.ohio.editor, now=soon),
            lambda: undo_release(actor=world.cms.lead, proposal=proposal, reason="A mistake.", now=soon),
            lambda: note_opened(proposal=stale[1], actor=world.ohio.viewer, now=soon),
        ]
    )

    handover, moved = Handover.objects.get(), Proposal.objects.get(pk=proposal.pk)
    undone = isinstance(found[1], Proposal)
    assert undone or isinstance(found[1], workflow.Blocked)
    assert [found[0], found[2]].count(True) == (0 if undone else 1)
    assert (handover.undone_at is None, handover.opened_at is None) == (not undone, undone)
    assert (moved.status, moved.unopened_at) == ("in_review" if undone else "changes_requested", None)
    assert DraftComment.objects.count() == Comment.objects.count() ^ 1 == int(undone)


def released(actor: Actor, proposal: Proposal, draft: DraftComment) -> Round:
    """A lead releases a round that holds one comment."""
    return request_changes(
        actor=actor, proposal=proposal, drafts=[draft], section_keys=["es.overview"], due_on=DUE, cover_text="",
        now=NOW,
    )  # fmt: skip


def test_of_two_leads_who_add_the_same_division_at_once_one_is_told_that_it_is_there(committed_world: World) -> None:
    cms = committed_world.cms
    Division.objects.get_or_create(key="policy", defaults={"name": "Policy", "order": 1})
    leads = [cms.lead, make_actor(cms.agency, Role.LEAD, name="Second Lead")]

    found = all_at_once(
        lambda actor=actor: add_division(actor=actor, name="Legal", looks_at="", now=NOW)  # type: ignore[misc]
        for actor in leads
    )

    assert sorted(str(result) for result in found) == ["Legal", "There is a division called Legal already."]
    assert Division.objects.filter(name="Legal").count() == 1


def test_proposals_started_at_once_get_different_numbers(committed_world: World) -> None:
    found = all_at_once(
        lambda n=n: create_proposal(  # type: ignore[misc]
            actor=committed_world.ohio.editor, title=f"Model {n}", model_type="aco", now=NOW
        )
        for n in range(8)
    )

    numbers = sorted(item.number for item in found if isinstance(item, Proposal))
    assert numbers == [f"OH-ICM-{n:04d}" for n in range(1, 9)]
