"""What CMS does with its own words: point a colleague to them, ask the state from them, change them, give reasons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from icm_portal.accounts.models import Role
from proposals.actions.discussing import Place, write_note
from proposals.actions.reviewing import begin_review
from proposals.models import DraftComment, Event, Note, Notification, Proposal, StandingReason, Thread, Wording
from tests.worlds import NOW, World, fresh, make_actor, signed_in

MODEL = "es.overview.model"


def url(name: str, proposal: Proposal, *keys: object) -> str:
    return reverse(f"proposals:{name}", args=[proposal.pk, *keys])


@pytest.fixture
def proposal(world: World) -> Proposal:
    """In its second round with CMS, its question answered."""
    proposal = world.answered()
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW)
    return fresh(proposal)


@pytest.fixture
def note(world: World, proposal: Proposal) -> Note:
    """A note of CMS's reviewer on a passage."""
    place = Place("es.overview", MODEL)
    return write_note(
        actor=world.cms.reviewer, proposal=proposal, place=place, body="Which adults?", quote="for adults", now=NOW
    )


# --- telling colleagues ---------------------------------------------------------------------------------------------


def test_a_colleague_is_told_of_a_note_and_finds_it(world: World, proposal: Proposal) -> None:
    sent = {"section": "es.overview", "about": MODEL, "body": "Look.", "tell": [str(world.cms.lead.user.pk)]}
    assert signed_in(world.cms.reviewer).post(url("note", proposal), sent).status_code == 302
    notice = Notification.objects.get(event__verb="note_told")
    assert notice.recipient == world.cms.lead.user
    page = signed_in(world.cms.lead).get(reverse("proposals:notifications")).content.decode()
    assert "CMS reviewer pointed a colleague to an internal note in" in " ".join(page.split())
    assert f"{url('note', proposal)}#note-{Note.objects.get().pk}" in page


def test_nobody_is_told_who_could_not_read_it(world: World, proposal: Proposal) -> None:
    limited = make_actor(world.ohio.agency, Role.EDITOR, name="Limited", section_ids=["qs"])
    editor = signed_in(world.ohio.signatory)
    for told in (limited, world.ohio.viewer, world.texas.editor, world.cms.lead):
        sent = {"section": "es.overview", "about": MODEL, "body": "Look here.", "tell": [str(told.user.pk)]}
        response = editor.post(url("note", proposal), sent)
        assert (response.status_code, "Look here." in response.content.decode()) == (422, True)
    assert (Note.objects.count(), Notification.objects.filter(event__verb="note_told").count()) == (0, 0)
    sent = {"section": "qs", "about": "qs", "body": "Look here.", "tell": [str(limited.user.pk)]}
    assert editor.post(url("note", proposal), sent).status_code == 302
    assert Notification.objects.get(event__verb="note_told").recipient == limited.user


# --- from a note to a question --------------------------------------------------------------------------------------


def test_a_note_becomes_a_question_by_a_deed_of_its_own_and_stays(world: World, proposal: Proposal, note: Note) -> None:
    client = signed_in(world.cms.lead)
    page = client.get(url("note_ask", proposal, note.pk)).content.decode()
    assert ("The note stays as it is." in page, ">\nWhich adults?</textarea>" in page) == (True, True)
    sent = {"kind": "question", "body": "Which adults do you mean?"}
    assert client.post(url("note_ask", proposal, note.pk), sent).status_code == 302
    draft = DraftComment.objects.get()
    assert (draft.body, draft.prompt_id, draft.quote) == ("<p>Which adults do you mean?</p>", MODEL, "for adults")
    assert (draft.author, Note.objects.get().body) == (world.cms.lead.user, "<p>Which adults?</p>")
    assert Event.objects.get(verb="note_asked").object_id == str(draft.pk)
    assert "from an internal note" in client.get(url("review", proposal, "es.overview")).content.decode()
    world.release(proposal, ["es.overview"])
    seen = signed_in(world.ohio.editor).get(url("questions", proposal)).content.decode()
    assert ("Which adults do you mean?" in seen, "internal note" in seen) == (True, False)


def test_only_reviewers_on_their_turn_ask_from_a_note(world: World, proposal: Proposal, note: Note) -> None:
    page, sent = url("note_ask", proposal, note.pk), {"kind": "question", "body": "Half an hour of work."}
    assert signed_in(world.ohio.editor).post(page, sent).status_code == 404
    assert signed_in(world.cms.observer).post(page, sent).status_code == 403
    world.ask(proposal, MODEL, "Why?")
    world.release(proposal, ["es.overview"])
    late = signed_in(world.cms.reviewer).post(page, sent)
    assert (late.status_code, "Half an hour of work." in late.content.decode()) == (409, True)


# --- earlier wordings -----------------------------------------------------------------------------------------------


def test_a_changed_note_shows_how_it_read_before(world: World, proposal: Proposal, note: Note) -> None:
    author, colleague = signed_in(world.cms.reviewer), signed_in(world.cms.observer)
    assert "earlier wordings" not in colleague.get(url("note", proposal)).content.decode()
    author.post(url("note_change", proposal, note.pk), {"body": "Which grown people?"})
    author.post(url("note_change", proposal, note.pk), {"body": "Which grown people?"})
    assert url("note_wordings", proposal, note.pk) in colleague.get(url("note", proposal)).content.decode()
    page = colleague.get(url("note_wordings", proposal, note.pk)).content.decode()
    assert ("Which adults?" in page, "Which grown people?" in page, "Before (1)" in page) == (True, True, True)
    assert signed_in(world.ohio.editor).get(url("note_wordings", proposal, note.pk)).status_code == 404
    author.post(url("note_change", proposal, note.pk), {"delete": "yes"})
    assert Wording.objects.count() == 0


def test_a_changed_draft_shows_how_it_read_before_also_to_cms_alone(world: World, proposal: Proposal) -> None:
    draft = world.ask(proposal, MODEL, "Why?")
    reviewer = signed_in(world.cms.reviewer)
    reviewer.post(url("draft_comment", proposal, draft.pk), {"kind": "change", "body": "Because of what?"})
    page = reviewer.get(url("draft_wordings", proposal, draft.pk)).content.decode()
    assert ("Why?" in page, "Because of what?" in page) == (True, True)
    world.release(proposal, ["es.overview"])
    gone = reviewer.get(url("draft_wordings", proposal, draft.pk)).content.decode()
    assert ("This draft was sent or dropped." in gone, "Why?" in gone) == (True, True)
    for stranger in (world.ohio.editor, world.texas.editor):
        assert signed_in(stranger).get(url("draft_wordings", proposal, draft.pk)).status_code == 404


def test_a_reply_keeps_a_colleagues_words_and_no_line_for_each_save(world: World) -> None:
    proposal = world.questioned()
    page = url("reply", proposal, Thread.objects.get(proposal=proposal).pk)
    for body in ("It is", "It is a health", "It is a health home."):
        assert signed_in(world.ohio.editor).post(page, {"body": body}).status_code == 302
    assert Wording.objects.count() == 0
    DraftComment.objects.update(updated_at=NOW - timedelta(days=1))
    assert signed_in(world.ohio.signatory).post(page, {"body": "It is an ACO."}).status_code == 302
    assert Wording.objects.get().body == "<p>It is a health home.</p>"


# --- reasons --------------------------------------------------------------------------------------------------------


def test_a_thread_is_resolved_and_opened_again_with_reasons_that_stay_inside_cms(
    world: World, proposal: Proposal
) -> None:
    thread = Thread.objects.get(proposal=proposal)
    page, client = url("thread_status", proposal, thread.pk), signed_in(world.cms.reviewer)
    assert client.post(page, {"status": "resolved", "body": "The actuary agrees."}).status_code == 302
    refused = client.post(page, {"status": "answered", "body": " "})
    assert refused.status_code == 422
    assert "Say in a sentence why it is open again." in refused.content.decode()
    assert client.post(page, {"status": "answered", "body": "The numbers do not add up."}).status_code == 302
    thread.refresh_from_db()
    assert (thread.status, StandingReason.objects.count()) == ("answered", 2)
    seen = client.get(url("review", proposal, "es.overview")).content.decode()
    assert ("The actuary agrees." in seen, "The numbers do not add up." in seen) == (True, True)
    ohio = signed_in(world.ohio.editor)
    for name in ("activity", "questions"):
        found = ohio.get(url(name, proposal)).content.decode()
        assert ("The actuary agrees." in found, "do not add up" in found) == (False, False)
    assert "opened a question again" in ohio.get(url("activity", proposal)).content.decode()


def test_a_reason_that_comes_late_is_not_thrown_away(world: World, proposal: Proposal) -> None:
    thread = Thread.objects.get(proposal=proposal)
    world.ask(proposal, MODEL, "Why?")
    world.release(proposal, ["es.overview"])
    sent = {"status": "resolved", "body": "Half an hour of work."}
    late = signed_in(world.cms.reviewer).post(url("thread_status", proposal, thread.pk), sent)
    assert (late.status_code, "Half an hour of work." in late.content.decode()) == (409, True)


def test_from_the_box_beside_a_prompt_a_colleague_is_chosen_on_the_next_page(world: World) -> None:
    proposal = world.draft()
    client = signed_in(world.ohio.editor)
    page = client.get(reverse("proposals:section", args=[proposal.pk, "es.overview"])).content.decode()
    back = reverse("proposals:section", args=[proposal.pk, "es.overview"])
    address = f"{url('note', proposal)}?next={back}"
    sent = {"section": "es.overview", "about": MODEL, "body": "Look at this."}
    asked = client.post(address, {**sent, "pick": "yes"})
    before = Note.objects.count()
    text = asked.content.decode()
    saved = client.post(address, {**sent, "tell": [str(world.ohio.signatory.user.pk)]})

    assert "Choose a colleague to tell" in page
    assert (asked.status_code, before, "Look at this." in text) == (200, 0, True)
    assert '<details class="fold" open><summary>Tell a colleague</summary>' in text
    assert (saved.status_code, saved["Location"], Note.objects.get().body) == (302, back, "<p>Look at this.</p>")
    assert Notification.objects.get(event__verb="note_told").recipient == world.ohio.signatory.user
