"""A remark of CMS points to a passage or a row of the frozen answer, and says later what became of it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from proposals.actions.discussing import Claimed, draft_reply
from proposals.actions.reviewing import begin_review
from proposals.models import DraftComment, Note, Proposal, Thread
from tests.worlds import NOW, World, answer, fresh, hand_over, narrative_answer, signed_in
from toolkit.answers import Answer

PLAN, MODEL = "pd.timeline.plan", "es.overview.model"
ROW = f"{PLAN}#0000000a"


def plan(title: str) -> Answer:
    """A plan with one milestone besides another."""
    rows = [{"_row": "0000000b", "title": "Report"}, {"_row": "0000000a", "title": title}]
    return {"disposition": "answered", "fields": {"milestones": rows}}


@pytest.fixture
def proposal(world: World) -> Proposal:
    """In review, with a narrative and two milestones."""
    proposal = world.complete_draft()
    answer(proposal, world.ohio.editor, MODEL, narrative_answer("Care for all adults. It begins in May."))
    answer(proposal, world.ohio.editor, PLAN, plan("Launch"))
    hand_over(proposal, world.ohio.signatory)
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW)
    return fresh(proposal)


@pytest.fixture
def reviewer(world: World) -> Client:
    """The browser of CMS's reviewer."""
    return signed_in(world.cms.reviewer)


def url(name: str, proposal: Proposal, *keys: object) -> str:
    return reverse(f"proposals:{name}", args=[proposal.pk, *keys])


def ask(client: Client, proposal: Proposal, section: str, about: str, quote: str = "") -> int:
    sent = {"section": section, "about": about, "kind": "question", "quote": quote, "body": "What is meant?"}
    return client.post(url("comment", proposal), sent).status_code


def test_a_quote_is_kept_as_it_stands_in_the_frozen_text(reviewer: Client, proposal: Proposal) -> None:
    assert ask(reviewer, proposal, "es.overview", MODEL, "  all\n adults.  It ") == 302
    assert DraftComment.objects.get().quote == "all adults. It"


def test_a_quote_that_does_not_stand_there_is_refused_in_one_sentence_and_nothing_is_lost(
    world: World, reviewer: Client, proposal: Proposal
) -> None:
    answer_of_the_draft = "all children"
    sent = {"section": "es.overview", "about": MODEL, "kind": "change", "quote": answer_of_the_draft, "body": "Why so?"}
    for name in ("comment", "note"):
        response = reviewer.post(url(name, proposal), sent)
        text = response.content.decode()
        assert response.status_code == 422
        assert "These words do not stand there in the round under review." in text
        assert ("all children" in text, "Why so?" in text) == (True, True)
    assert (DraftComment.objects.count(), Note.objects.count()) == (0, 0)


def test_a_row_is_chosen_by_its_name(world: World, reviewer: Client, proposal: Proposal) -> None:
    page = reviewer.get(url("review", proposal, "pd.timeline")).content.decode()
    assert f'<option value="{ROW}">1. Row 2: Launch</option>' in page
    assert ask(reviewer, proposal, "pd.timeline", ROW) == 302
    draft = DraftComment.objects.get()
    assert (draft.prompt_id, draft.row_id, draft.row_words) == (PLAN, "0000000a", "Milestone: Launch")
    assert ask(reviewer, proposal, "pd.timeline", f"{PLAN}#ffffffff") == 422


def test_a_note_keeps_its_passage_and_a_state_is_asked_for_none(
    world: World, reviewer: Client, proposal: Proposal
) -> None:
    sent = {"section": "pd.timeline", "about": ROW, "quote": "Launch", "body": "Late."}
    assert reviewer.post(url("note", proposal), sent).status_code == 302
    note = Note.objects.get()
    assert (note.quote, note.row_id) == ("Launch", "0000000a")
    editor = signed_in(world.ohio.editor)
    assert editor.post(url("note", proposal), {**sent, "about": PLAN}).status_code == 302
    own = Note.objects.get(agency=world.ohio.agency)
    assert (own.quote, own.row_id) == ("", "")
    assert "Passage you mean" not in editor.get(url("note", proposal)).content.decode()


@pytest.fixture
def asked(world: World, reviewer: Client, proposal: Proposal) -> Proposal:
    """Back with the state: one question on a passage, one on a row."""
    ask(reviewer, proposal, "es.overview", MODEL, "all adults")
    ask(reviewer, proposal, "pd.timeline", ROW)
    world.release(proposal, ["es.overview", "pd.timeline"])
    return fresh(proposal)


def test_the_state_sees_whether_the_words_still_stand_there(world: World, asked: Proposal) -> None:
    editor = signed_in(world.ohio.editor)

    def seen(section: str) -> str:
        return editor.get(url("section", asked, section)).content.decode()

    assert "Still in the text" in seen("es.overview")
    assert "Still in the text" in seen("pd.timeline")
    answer(asked, world.ohio.editor, MODEL, narrative_answer("Care for every grown person."))
    answer(asked, world.ohio.editor, PLAN, plan("Begin"))
    assert ("The text has changed since." in seen("es.overview"), "all adults" in seen("es.overview")) == (True, True)
    assert "The text has changed since." in seen("pd.timeline")
    gone: Answer = {"disposition": "answered", "fields": {"milestones": [{"_row": "0000000b", "title": "Report"}]}}
    answer(asked, world.ohio.editor, PLAN, gone)
    assert ("The row is gone." in seen("pd.timeline"), "Milestone: Launch" in seen("pd.timeline")) == (True, True)


def test_cms_sees_it_in_the_next_round(world: World, reviewer: Client, asked: Proposal) -> None:
    answer(asked, world.ohio.editor, MODEL, narrative_answer("Care for every grown person."))
    for thread in Thread.objects.filter(proposal=asked):
        draft_reply(
            actor=world.ohio.editor, thread=thread, body="See there.", now=NOW, claimed=Claimed(no_change="It stands.")
        )
    hand_over(asked, world.ohio.signatory, summary="Answered.")
    assert "The text has changed since." in reviewer.get(url("review", asked, "es.overview")).content.decode()
    assert "Still in the text" in reviewer.get(url("review", asked, "pd.timeline")).content.decode()
    matrix = reviewer.get(url("questions", asked)).content.decode()
    assert (matrix.count("The text has changed since."), matrix.count("Still in the text")) == (1, 1)
