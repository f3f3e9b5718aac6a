"""Pages that other tests of query counts leave out cost a constant, the same for one row and for three.

The lists and the large pages stand beside their own tests: overview, section, submit, home and list in
`tests/proposals/drafting`, the review in `tests/proposals/reviewing/test_queries.py`, packets in `tests/exports`,
people and account in `tests/accounts`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from icm_portal.accounts.models import Role, Side, User
from proposals.actions.deciding import draft_decision
from proposals.actions.default_reviewers import set_default_reviewers
from proposals.actions.discussing import Place, change_draft, change_note, write_note
from proposals.actions.pausing import pause, resume
from proposals.actions.reviewing import assign, begin_review
from proposals.actions.standing import reopen_thread, resolve_thread
from proposals.models import Comment, Division, Thread
from proposals.status import Outcome
from tests.worlds import NOW, PASSWORD, World, fresh, make_actor, make_team, signed_in

PROMPTS = ("es.overview.model", "es.overview.goals", "es.overview.current")
COUNTS = {
    "proposals:receipt": 6,
    "proposals:decision, announced": 6,
    "proposals:decision, drafting": 7,
    "proposals:announce": 8,
    "proposals:reopen": 9,
    "proposals:pause": 5,
    "proposals:sent_mail": 12,
    "proposals:assign": 9,
    "proposals:default_reviewers": 7,
    "proposals:default_reviewers_of": 8,
    "proposals:divisions": 5,
    "proposals:division": 5,
    "proposals:comment": 6,
    "proposals:verdict": 8,
    "proposals:review_findings": 7,
    "proposals:draft_comment": 7,
    "proposals:draft_wordings": 8,
    "proposals:drop_draft": 7,
    "proposals:merge_drafts": 6,
    "proposals:note_ask": 6,
    "proposals:note_wordings": 7,
    "proposals:thread_status": 9,
    "proposals:release_preview": 10,
    "proposals:letter": 8,
    "proposals:questions_csv": 13,
    "proposals:reply": 12,
    "proposals:transition": 5,
    "proposals:readiness": 7,
    "proposals:findings": 6,
    "proposals:new": 5,
    "proposals:details": 5,
    "proposals:glossary": 4,
    "proposals:calendar": 5,
    "proposals:mail": 5,
    "proposals:prompts": 8,
    "accounts:session": 3,
    "proposals:example": 4,
    "exports:summary": 10,
    "exports:summary_length": 5,
    "proposals:administration": 3,
    "proposals:correcting": 7,
    "proposals:correct_comment": 8,
    "proposals:correct_step": 7,
    "proposals:correct_agency": 10,
    "accounts:invite": 4,
    "accounts:membership": 5,
    "accounts:end_membership": 5,
    "accounts:facts": 4,
    "accounts:target": 4,
}


def review(world: World, rows: int) -> Iterator[tuple[str, Client, str]]:
    """Yield CMS's pages on a proposal with so many drafted questions and reviewers."""
    proposal = world.in_review()
    for prompt_id in PROMPTS[:rows]:
        world.ask(proposal, prompt_id, "Why?")
    draft_decision(actor=world.cms.lead, proposal=proposal, outcome=Outcome.READY, letter="Please file.", now=NOW)
    for number in range(rows):
        reviewer = make_actor(world.cms.agency, Role.REVIEWER, name=f"Reviewer {number}")
        assign(actor=world.cms.lead, proposal=proposal, reviewer=reviewer.user, now=NOW)
    lead, approver = signed_in(world.cms.lead), signed_in(world.cms.approver)
    draft = fresh(proposal).draft_comments.first()
    assert draft
    yield "proposals:receipt", lead, reverse("proposals:receipt", args=[proposal.pk, 1])
    yield "proposals:decision, drafting", lead, reverse("proposals:decision", args=[proposal.pk])
    yield "proposals:announce", approver, reverse("proposals:announce", args=[proposal.pk])
    yield "proposals:pause", lead, reverse("proposals:pause", args=[proposal.pk])
    by_default = {("quality", str(row.reviewer_id)): row.reviewer for row in fresh(proposal).assignments.all()}
    set_default_reviewers(actor=world.cms.lead, agency=world.ohio.agency, chosen=by_default, now=NOW)
    yield "proposals:default_reviewers", lead, reverse("proposals:default_reviewers")
    yield "proposals:default_reviewers_of", lead, reverse("proposals:default_reviewers_of", args=["OH"])
    for number in range(rows):
        Division.objects.create(key=f"more-{number}", name=f"More {number}", order=9 + number)
    yield "proposals:divisions", lead, reverse("proposals:divisions")
    yield "proposals:division", lead, reverse("proposals:division", args=["payment"])
    yield "proposals:assign", lead, reverse("proposals:assign", args=[proposal.pk])
    yield "proposals:comment", lead, reverse("proposals:comment", args=[proposal.pk]) + "?section=es.overview"
    yield "proposals:review_findings", lead, reverse("proposals:review_findings", args=[proposal.pk, "es.overview"])
    yield "proposals:verdict", lead, reverse("proposals:verdict", args=[proposal.pk, "es.overview"])
    note = write_note(actor=world.cms.lead, proposal=proposal, place=Place(), body="0", now=NOW)
    for number in range(1, rows + 1):
        change_note(actor=world.cms.lead, note=note, body=str(number), now=NOW)
        change_draft(actor=world.cms.lead, draft=draft, kind=draft.kind, body=str(number), now=NOW)
    yield "proposals:note_ask", lead, reverse("proposals:note_ask", args=[proposal.pk, note.pk])
    yield "proposals:note_wordings", lead, reverse("proposals:note_wordings", args=[proposal.pk, note.pk])
    yield "proposals:draft_wordings", lead, reverse("proposals:draft_wordings", args=[proposal.pk, draft.pk])
    yield "proposals:drop_draft", lead, reverse("proposals:drop_draft", args=[proposal.pk, draft.pk])
    for words in range(rows):
        world.ask(proposal, "es.overview.authorities", f"Who, {words}?")
        world.ask(proposal, "es.overview.authorities", f"Why, {words}?")
    merge = reverse("proposals:merge_drafts", args=[proposal.pk])
    yield "proposals:merge_drafts", lead, f"{merge}?section=es.overview&prompt=es.overview.authorities"
    yield "proposals:draft_comment", lead, reverse("proposals:draft_comment", args=[proposal.pk, draft.pk])
    keys = [str(pk) for pk in fresh(proposal).draft_comments.values_list("pk", flat=True)]
    chosen = {"include": keys, "known": keys, "sections": ["es.overview"], "due_on": "2099-01-31"}
    assert lead.post(reverse("proposals:release", args=[proposal.pk]), chosen).status_code == 302
    yield "proposals:release_preview", lead, reverse("proposals:release_preview", args=[proposal.pk])


def both_sides(world: World, rows: int) -> Iterator[tuple[str, Client, str]]:
    """Yield pages of a concluded proposal, and of one with so many questions waiting for replies."""
    concluded, asked = world.concluded(), world.in_review(title="Asked")
    for prompt_id in PROMPTS[:rows]:
        world.ask(asked, prompt_id, "Why?")
    world.release(asked, ["es.overview"])
    thread = Thread.objects.filter(proposal=asked)[0]
    state, approver = signed_in(world.ohio.signatory), signed_in(world.cms.approver)
    yield "proposals:decision, announced", state, reverse("proposals:decision", args=[concluded.pk])
    yield "proposals:reopen", approver, reverse("proposals:reopen", args=[concluded.pk])
    yield "proposals:letter", state, reverse("proposals:letter", args=[asked.pk, 1])
    yield "proposals:questions_csv", state, reverse("proposals:questions_csv", args=[asked.pk])
    yield "proposals:reply", state, reverse("proposals:reply", args=[asked.pk, thread.pk])
    again = world.answered(title="Again")
    begin_review(actor=world.cms.lead, proposal=again, now=NOW)
    answered = Thread.objects.get(proposal=again)
    for number in range(rows):
        paused = again if number == 0 else resume(actor=world.cms.lead, proposal=again, now=NOW)
        pause(actor=world.cms.lead, proposal=paused, reason="Because.", now=NOW)
        resolve_thread(actor=world.cms.lead, thread=answered, reason="Fine.", now=NOW)
        reopen_thread(actor=world.cms.lead, thread=answered, reason="Not fine.", now=NOW)
    yield "proposals:thread_status", approver, reverse("proposals:thread_status", args=[again.pk, answered.pk])
    yield "proposals:sent_mail", signed_in(world.cms.lead), reverse("proposals:sent_mail", args=[again.pk])
    yield "proposals:transition", state, reverse("proposals:transition", args=[asked.pk, "withdraw"])
    yield "proposals:readiness", state, reverse("proposals:readiness", args=[asked.pk])
    yield "proposals:findings", state, reverse("proposals:findings", args=[asked.pk, "es.overview"])


def of_agency(world: World, rows: int) -> Iterator[tuple[str, Client, str]]:
    """Yield pages of an agency with so many more proposals and people."""
    for number in range(rows):
        world.draft(title=f"Another {number}")
        make_actor(world.ohio.agency, Role.EDITOR, name=f"Editor {number}")
    lead, pk = signed_in(world.ohio.team_lead), world.ohio.editor.membership.pk
    yield "proposals:new", lead, reverse("proposals:new")
    yield "proposals:details", lead, reverse("proposals:details", args=[world.draft(title="This one").pk])
    yield "proposals:glossary", lead, reverse("proposals:glossary")
    yield "proposals:mail", lead, reverse("proposals:mail")
    yield "proposals:calendar", lead, reverse("proposals:calendar")
    yield "proposals:example", lead, reverse("proposals:example", args=["es.overview.goals"])
    yield "exports:summary", lead, reverse("exports:summary", args=[world.draft(title="Printed").pk])
    yield "exports:summary_length", lead, reverse("exports:summary_length", args=[world.draft(title="Measured").pk])
    wrong = world.in_review(title="To be put right")
    asked = world.ask(wrong, "es.overview.model", "Why?")
    world.release(wrong, ["es.overview"])
    for number in range(rows):
        Comment.objects.create(
            thread=Thread.objects.get(proposal=wrong), author=asked.author, agency=asked.agency, words=str(number),
            round=1, at=NOW,
        )  # fmt: skip
    comment = Comment.objects.filter(thread__proposal=wrong).first()
    assert comment
    admin = signed_in(User.objects.create_user(email="admin@example.org", password=PASSWORD, name="A", is_staff=True))
    yield "proposals:administration", admin, reverse("proposals:administration")
    yield "proposals:correcting", admin, reverse("proposals:correcting", args=[wrong.pk]) + "?question=1"
    yield "proposals:correct_comment", admin, reverse("proposals:correct_comment", args=[wrong.pk, comment.pk])
    team = make_team("NV", "Nevada", Side.STATE, (Role.EDITOR,))
    stuck = world.draft(team, "Nobody can sign it")
    for number in range(rows):
        make_actor(team.agency, Role.EDITOR, name=f"Editor of Nevada {number}")
    yield "proposals:correct_step", admin, reverse("proposals:correct_step", args=[stuck.pk, "withdraw"])
    yield "proposals:correct_agency", admin, reverse("proposals:correct_agency", args=[wrong.pk]) + "?agency=TX"
    ids = "&".join(f"id={prompt_id}" for prompt_id in PROMPTS[:rows])
    here = reverse("proposals:prompts", args=[world.draft(title="This too").pk, "es.overview"])
    yield "proposals:prompts", lead, f"{here}?{ids}"
    yield "accounts:session", lead, reverse("accounts:session")
    yield "accounts:invite", lead, reverse("accounts:invite")
    yield "accounts:membership", lead, reverse("accounts:membership", args=[pk])
    yield "accounts:end_membership", lead, reverse("accounts:end_membership", args=[pk])
    yield "accounts:facts", lead, reverse("accounts:facts")
    yield "accounts:target", lead, reverse("accounts:target")


def queries(client: Client, address: str) -> int:
    """Open a page twice, so that caches of the process are warm, and count the second time."""
    assert client.get(address).status_code == 200, address
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


@pytest.mark.parametrize("rows", [1, 3])
def test_each_page_costs_the_same_for_one_row_and_for_three(world: World, rows: int) -> None:
    pages = [*review(world, rows), *both_sides(world, rows), *of_agency(world, rows)]
    assert {name: queries(client, address) for name, client, address in pages} == COUNTS
