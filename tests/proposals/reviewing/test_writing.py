"""Notes, drafted comments, replies and the standing of threads: what pages take, keep and refuse."""

from __future__ import annotations

import pytest
from django.urls import reverse

from icm_portal.accounts.models import Role
from proposals.actions.discussing import draft_follow_up
from proposals.actions.reviewing import begin_review
from proposals.models import DraftComment, Note, Proposal, Thread
from proposals.status import ThreadStatus
from tests.worlds import NOW, World, fresh, make_actor, signed_in


def url(name: str, proposal: Proposal, *keys: object) -> str:
    """The address of a page of a proposal."""
    return reverse(f"proposals:{name}", args=[proposal.pk, *keys])


@pytest.fixture
def proposal(world: World) -> Proposal:
    """A proposal in review."""
    return world.in_review()


def test_the_composer_writes_an_internal_note_unless_told_otherwise(world: World, proposal: Proposal) -> None:
    page = signed_in(world.cms.reviewer).get(url("review", proposal, "es.overview")).content.decode()
    assert 'data-for="note">' in page.replace("\n", "")
    assert 'data-for="ask" hidden>' in page
    asking = signed_in(world.cms.reviewer).get(url("review", proposal, "es.overview") + "?write=ask").content.decode()
    assert 'data-for="note" hidden>' in asking


def test_a_note_goes_to_its_place_and_back_to_the_page(world: World, proposal: Proposal) -> None:
    back = url("review", proposal, "es.overview")
    sent = {"section": "es.overview", "about": "es.overview.model", "body": "Compare\n\nthis."}
    response = signed_in(world.cms.reviewer).post(f"{url('note', proposal)}?next={back}", sent)
    assert (response.status_code, response.headers["Location"]) == (302, back)
    note = Note.objects.get()
    assert (note.section_key, note.prompt_id, note.body) == (
        "es.overview",
        "es.overview.model",
        "<p>Compare</p><p>this.</p>",
    )


def test_the_way_back_never_leads_to_another_site(world: World, proposal: Proposal) -> None:
    response = signed_in(world.ohio.editor).post(f"{url('note', proposal)}?next=https://evil.example/", {"body": "x"})
    assert response.headers["Location"].startswith("/proposals/")


def test_an_empty_text_is_one_sentence_and_nothing_is_stored(world: World, proposal: Proposal) -> None:
    client = signed_in(world.cms.reviewer)
    for body in ("", "   ", "<p> </p>", "<script></script>"):
        response = client.post(url("comment", proposal), {"kind": "question", "body": body})
        assert response.status_code == 422
        assert "Write something first." in response.content.decode()
    assert DraftComment.objects.count() == 0


def test_a_text_that_is_too_long_is_kept_on_the_page(world: World, proposal: Proposal) -> None:
    body = "long words " * 2000
    response = signed_in(world.cms.reviewer).post(url("note", proposal), {"body": body})
    assert response.status_code == 422
    assert "Shorten it, or split it in two." in response.content.decode()
    assert body.strip() in response.content.decode()


def test_a_place_outside_the_section_is_refused(world: World, proposal: Proposal) -> None:
    sent = {"section": "es.overview", "about": "qs.goals", "body": "x"}
    assert signed_in(world.cms.reviewer).post(url("note", proposal), sent).status_code == 422
    assert signed_in(world.cms.reviewer).post(url("note", proposal), {"section": "nowhere"}).status_code == 404


def test_a_comment_is_drafted_edited_and_dropped(world: World, proposal: Proposal) -> None:
    client = signed_in(world.cms.reviewer)
    sent = {
        "section": "es.overview",
        "about": "es.overview",
        "kind": "change",
        "quote": "Not part of this model",
        "body": "Why?",
    }
    assert client.post(url("comment", proposal), sent).status_code == 302
    draft = DraftComment.objects.get()
    assert (draft.kind, draft.quote, draft.prompt_id) == ("change", "Not part of this model", "")
    page = url("draft_comment", proposal, draft.pk)
    assert client.post(page, {"kind": "remark", "body": "Because."}).status_code == 302
    assert DraftComment.objects.values_list("kind", "body").get() == ("remark", "<p>Because.</p>")
    assert client.post(page, {"kind": "remark", "body": ""}).status_code == 422
    assert client.post(page, {"drop": "yes"}).status_code == 302
    assert DraftComment.objects.count() == 0


def test_a_draft_is_changed_by_its_author_and_by_leads_only(world: World, proposal: Proposal) -> None:
    draft = world.ask(proposal, "es.overview.model", "Why?")
    colleague = make_actor(world.cms.agency, Role.REVIEWER, name="Another Reviewer")
    assert signed_in(colleague).get(url("draft_comment", proposal, draft.pk)).status_code == 403
    assert signed_in(world.cms.lead).get(url("draft_comment", proposal, draft.pk)).status_code == 200
    assert signed_in(world.ohio.editor).get(url("draft_comment", proposal, draft.pk)).status_code == 404


def test_comments_wait_for_the_review_to_begin(world: World) -> None:
    proposal = world.submitted()
    assert signed_in(world.cms.reviewer).get(url("comment", proposal)).status_code == 403
    page = signed_in(world.cms.lead).get(url("review_start", proposal)).content.decode()
    assert "Begin the review" in page
    assert "Ask Ohio" not in page


def test_a_reply_is_drafted_by_the_state_and_a_colleague_overwrites_nothing(world: World) -> None:
    proposal = world.questioned()
    thread = Thread.objects.get(proposal=proposal)
    page = url("reply", proposal, thread.pk)
    assert signed_in(world.ohio.editor).post(page, {"body": "Mine.", "seen": ""}).status_code == 302
    response = signed_in(world.ohio.signatory).post(page, {"body": "Hers.", "seen": ""})
    text = response.content.decode()
    assert response.status_code == 409
    assert ("Mine." in text, "Hers." in text) == (True, True)
    seen = DraftComment.objects.get().updated_at.isoformat()
    assert signed_in(world.ohio.signatory).post(page, {"body": "Both.", "seen": seen}).status_code == 302
    assert DraftComment.objects.get().body == "<p>Both.</p>"


def test_cms_asks_again_in_a_thread_and_one_person_at_a_time(world: World) -> None:
    proposal = world.answered()
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW)
    thread = Thread.objects.get(proposal=proposal)
    page = url("reply", proposal, thread.pk)
    assert signed_in(world.cms.reviewer).post(page, {"body": "Since when?"}).status_code == 302
    colleague = make_actor(world.cms.agency, Role.REVIEWER, name="Another Reviewer")
    response = signed_in(colleague).post(page, {"body": "And who?"})
    assert response.status_code == 422
    assert "A colleague has already drafted the next question" in response.content.decode()
    assert "And who?" in response.content.decode()
    assert DraftComment.objects.get().body == "<p>Since when?</p>"


def test_threads_are_resolved_and_opened_again(world: World) -> None:
    proposal = world.answered()
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW)
    thread = Thread.objects.get(proposal=proposal)
    page, client = url("thread_status", proposal, thread.pk), signed_in(world.cms.reviewer)
    client.post(page, {"status": ThreadStatus.RESOLVED})
    assert Thread.objects.get().status == ThreadStatus.RESOLVED
    assert "Open Q1 again" in client.get(page).content.decode()
    client.post(page, {"status": ThreadStatus.ANSWERED, "body": "The numbers changed."})
    assert Thread.objects.get().status == ThreadStatus.ANSWERED
    assert signed_in(world.ohio.editor).post(page, {"status": ThreadStatus.RESOLVED}).status_code == 403


def test_a_drafted_follow_up_is_shown_in_its_thread_to_cms(world: World) -> None:
    proposal = world.answered()
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW)
    thread = Thread.objects.select_related("proposal").get(proposal=proposal)
    draft_follow_up(actor=world.cms.reviewer, thread=thread, body="Since when?", now=NOW)
    page = signed_in(world.cms.lead).get(url("review", fresh(proposal), "es.overview")).content.decode()
    assert "draft, not sent yet" in page
    assert "Edit the drafted question" in page


def test_a_viewer_reads_notes_and_writes_none(world: World, proposal: Proposal) -> None:
    client = signed_in(world.ohio.viewer)
    page = client.get(url("note", proposal)).content.decode()
    assert "Stays inside Ohio" not in page
    assert client.post(url("note", proposal), {"body": "x"}).status_code == 403
