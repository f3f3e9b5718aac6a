"""Hundreds of questions, drafts and notes: each page shows a bounded part, and says where the rest is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from proposals.actions.reviewing import begin_review
from proposals.models import Comment, DraftComment, Note, Proposal, Round, Thread
from proposals.status import Status
from tests.worlds import NOW, World, fresh, signed_in

MANY = 300


def address(name: str, proposal: Proposal, query: str = "") -> str:
    """The address of a page of a proposal; of a review, that of its first section."""
    keys = ["es.overview"] if name == "review" else []
    return reverse(f"proposals:{name}", args=[proposal.pk, *keys]) + query


def ask_many(world: World, proposal: Proposal, section_key: str) -> None:
    """Release many questions on one section as part of the last round."""
    release = Round.objects.get(proposal=proposal)
    threads = Thread.objects.bulk_create(
        Thread(proposal=proposal, round=release, number=2 + number, kind="question", section_key=section_key)
        for number in range(MANY)
    )
    reviewer = world.cms.reviewer
    Comment.objects.bulk_create(
        Comment(thread=thread, author=reviewer.user, agency=reviewer.agency, words="<p>Why?</p>", round=1, at=NOW)
        for thread in threads
    )


def draft_many(world: World, proposal: Proposal, section_key: str) -> None:
    """Draft many comments on one section."""
    author = world.cms.reviewer
    DraftComment.objects.bulk_create(
        DraftComment(
            proposal=proposal,
            agency=author.agency,
            author=author.user,
            section_key=section_key,
            body=f"<p>Draft {number}.</p>",
            updated_at=NOW + timedelta(minutes=number),
        )
        for number in range(MANY)
    )


def note_many(world: World, proposal: Proposal, section_key: str) -> None:
    """Write many notes on one section."""
    author = world.cms.reviewer
    Note.objects.bulk_create(
        Note(
            proposal=proposal,
            agency=author.agency,
            author=author.user,
            section_key=section_key,
            body=f"<p>Note {number}.</p>",
            at=NOW + timedelta(minutes=number),
        )
        for number in range(MANY)
    )


def cost(client: Client, url: str) -> tuple[int, int, int]:
    """Open a page twice, so that caches of the process are warm; return queries, rows read and bytes of the second."""
    client.get(url)
    read: list[object] = []

    def note_row(instance: object, **_more: object) -> None:
        read.append(instance)

    for model in (Thread, Comment, DraftComment, Note):
        post_init.connect(note_row, sender=model)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    for model in (Thread, Comment, DraftComment, Note):
        post_init.disconnect(note_row, sender=model)
    assert response.status_code == 200
    return len(captured), len(read), len(response.content)


@pytest.fixture
def lead(world: World) -> Client:
    """The CMS lead's browser."""
    return signed_in(world.cms.lead)


@pytest.fixture
def proposal(world: World) -> Proposal:
    """In its second round of review, with one question on `es.overview.model`."""
    proposal = world.answered()
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW)
    return fresh(proposal)


@pytest.mark.parametrize("name", ["review", "review_start"])
def test_a_section_costs_the_same_whatever_was_said_elsewhere(
    world: World, lead: Client, proposal: Proposal, name: str
) -> None:
    queries, rows, size = cost(lead, address(name, proposal))
    ask_many(world, proposal, "qs")
    draft_many(world, proposal, "qs")
    note_many(world, proposal, "qs")
    after, read, grown = cost(lead, address(name, proposal))
    assert (after, read) == (queries, rows)
    assert grown < size * 1.1


def test_the_navigation_still_counts_every_question(world: World, lead: Client, proposal: Proposal) -> None:
    ask_many(world, proposal, "qs")
    page = lead.get(address("review", proposal)).context["page"]
    counts = [line.questions for part in page.nav.parts for line in part.sections if line.questions]
    assert counts == [1, MANY]


def test_the_questions_of_a_round_are_paged(world: World, lead: Client, proposal: Proposal) -> None:
    ask_many(world, proposal, "qs")
    first, last = (lead.get(address("questions", proposal, f"?page={number}")) for number in (1, 16))
    assert [row.card.number for row in first.context["page"].rows] == [f"Q{number}" for number in range(1, 21)]
    assert [row.card.number for row in last.context["page"].rows] == ["Q301"]
    assert "1 to 20 of 301" in first.content.decode()
    assert [change.prompt.id for change in last.context["page"].unasked] == []


def test_notes_are_paged_from_the_newest_on(world: World, lead: Client, proposal: Proposal) -> None:
    note_many(world, proposal, "es.overview")
    response = lead.get(address("note", proposal))
    assert [card.body for card in response.context["notes"]][:2] == ["<p>Note 299.</p>", "<p>Note 298.</p>"]
    assert len(response.context["notes"]) == 50
    assert "1 to 50 of 300" in response.content.decode()


def test_the_newest_notes_stand_beside_the_answers(world: World, lead: Client, proposal: Proposal) -> None:
    note_many(world, proposal, "es.overview")
    response = lead.get(address("review", proposal))
    found = [card.body for card in response.context["page"].composer.notes]
    assert found == [f"<p>Note {number}.</p>" for number in range(280, 300)]
    assert "Internal notes (the newest 20)" in response.content.decode()


def test_many_drafts_are_paged_and_all_of_them_go_out(world: World, lead: Client, proposal: Proposal) -> None:
    draft_many(world, proposal, "es.overview")
    first = lead.get(address("release", proposal))
    shown = [str(draft.pk) for draft in first.context["page"].shown]
    assert (len(shown), "Comments 1 to 50 of 300." in first.content.decode()) == (50, True)
    due = (timezone.localdate() + timedelta(days=20)).isoformat()
    sent = {"known": shown, "include": shown[1:], "sections": ["es.overview"], "due_on": due, "cover_text": "Hello."}
    response = lead.post(address("release", proposal), {**sent, "go": "page-2"})
    assert response.headers["Location"] == address("release", proposal, "?page=2")
    second = lead.get(address("release", proposal, "?page=2"))
    further = [str(draft.pk) for draft in second.context["page"].shown]
    assert (set(shown) & set(further), "Hello." in second.content.decode()) == (set(), True)
    sent |= {"known": further, "include": further[1:]}
    assert lead.post(address("release", proposal, "?page=2"), sent).headers["Location"] == address(
        "release_preview", proposal
    )
    preview = lead.get(address("release_preview", proposal, "?page=6"))
    cards = preview.context["page"].as_the_state
    assert [card.number for card in cards] == [f"Q{number}" for number in range(252, 300)]
    lead.post(address("release_preview", proposal), {"seen": preview.context["page"].fingerprint})
    assert fresh(proposal).status == Status.CHANGES_REQUESTED
    assert {str(pk) for pk in DraftComment.objects.values_list("pk", flat=True)} == {shown[0], further[0]}
    assert Thread.objects.filter(proposal=proposal).count() == 1 + MANY - 2


def test_a_page_that_is_no_number_leads_back_to_the_round(lead: Client, proposal: Proposal) -> None:
    response = lead.post(address("release", proposal), {"go": "page-x?"})
    assert response.headers["Location"] == address("release", proposal)
