"""Notes inside an agency: beside the prompts of a section, changed and deleted by who wrote them, within a limit."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Role
from proposals import policy
from proposals.actions.discussing import Place, change_note, delete_note, write_note
from proposals.models import Event, Note, Proposal
from tests.proposals.clearance.scenes import MODEL, OVERVIEW
from tests.worlds import NOW, World, make_actor, signed_in


def noted(actor: Actor, proposal: Proposal, body: str, place: Place | None = None) -> Note:
    """Somebody writes a note, on the model in brief unless told otherwise."""
    return write_note(actor=actor, proposal=proposal, place=place or Place(OVERVIEW, MODEL), body=body, now=NOW)


def section(client: Client, proposal: Proposal, key: str = OVERVIEW) -> str:
    response = client.get(reverse("proposals:section", args=[proposal.pk, key]))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def change(proposal: Proposal, note: Note) -> str:
    return reverse("proposals:note_change", args=[proposal.pk, note.pk])


def test_notes_stand_folded_beside_their_prompt_with_a_count(world: World) -> None:
    proposal = world.draft()
    mine = noted(world.ohio.editor, proposal, "Ask finance first.")
    theirs = noted(world.ohio.signatory, proposal, "Finance agrees.")
    page = section(signed_in(world.ohio.editor), proposal)
    assert "Notes inside Ohio (2)" in page
    assert page.count("Notes inside Ohio (0)") > 0
    assert page.index("Ask finance first.") < page.index("Finance agrees.")
    assert (change(proposal, mine) in page, change(proposal, theirs) in page) == (True, False)


def test_a_note_is_written_beside_the_prompt_and_comes_back_to_it(world: World) -> None:
    proposal = world.draft()
    client = signed_in(world.ohio.editor)
    page = client.get(reverse("proposals:section", args=[proposal.pk, OVERVIEW])).content.decode()
    back = reverse("proposals:section", args=[proposal.pk, OVERVIEW]) + "#p-es-overview-model"
    action = f"{reverse('proposals:note', args=[proposal.pk])}?section={OVERVIEW}&amp;about={MODEL}"
    assert f'action="{action}' in page
    sent = {"section": OVERVIEW, "about": MODEL, "body": "Ask finance first."}
    address = f"{reverse('proposals:note', args=[proposal.pk])}?next={back.replace('#', '%23')}"
    assert client.post(address, sent)["Location"] == back
    assert (Note.objects.get().prompt_id, Note.objects.get().body) == (MODEL, "<p>Ask finance first.</p>")


def test_a_section_in_review_still_takes_notes_and_a_viewer_only_reads_them(world: World) -> None:
    proposal = world.in_review()
    noted(world.ohio.editor, proposal, "While we wait.")
    page = section(signed_in(world.ohio.editor), proposal)
    assert ("While we wait." in page, "Save the note" in page) == (True, True)
    page = section(signed_in(world.ohio.viewer), proposal)
    assert ("While we wait." in page, "Save the note" in page) == (True, False)


@pytest.mark.parametrize("side", ["ohio", "cms"])
def test_who_wrote_a_note_changes_and_deletes_it(world: World, side: str) -> None:
    proposal = world.in_review()
    actor = world.ohio.editor if side == "ohio" else world.cms.reviewer
    note, client = noted(actor, proposal, "First words."), signed_in(actor)
    address = change(proposal, note)
    assert "First words." in client.get(address).content.decode()
    assert client.post(address, {"body": "Other words."}).status_code == 302
    note.refresh_from_db()
    assert (note.body, note.edited_at is not None) == ("<p>Other words.</p>", True)
    listed = client.get(reverse("proposals:note", args=[proposal.pk])).content.decode()
    assert (">edited<" in listed, address in listed) == (True, True)
    assert client.post(address, {"delete": "yes"}).status_code == 302
    assert not Note.objects.exists()
    verbs = Event.objects.filter(proposal=proposal).order_by("-pk").values_list("verb", flat=True)
    assert list(verbs[:3]) == ["note_deleted", "note_changed", "note_added"]


def test_a_note_left_without_words_is_not_changed(world: World) -> None:
    proposal = world.draft()
    note, client = noted(world.ohio.editor, proposal, "First words."), signed_in(world.ohio.editor)
    assert client.post(change(proposal, note), {"body": " "}).status_code == 422
    assert client.post(change(proposal, note), {"body": "x" * 20_001}).status_code == 422
    note.refresh_from_db()
    assert (note.body, note.edited_at) == ("<p>First words.</p>", None)


def test_nobody_else_changes_a_note(world: World) -> None:
    proposal = world.in_review()
    note = noted(world.ohio.editor, proposal, "First words.")
    for actor in world.everybody:
        if actor.user == world.ohio.editor.user:
            continue
        status = signed_in(actor).get(change(proposal, note)).status_code
        assert status == (403 if actor.agency == world.ohio.agency else 404), actor
        with pytest.raises(PermissionDenied):
            change_note(actor=actor, note=note, body="Mine now.", now=NOW)
        with pytest.raises(PermissionDenied):
            delete_note(actor=actor, note=note, now=NOW)
    assert Note.objects.get().body == "<p>First words.</p>"


def test_a_limited_member_reads_and_writes_notes_on_their_sections_only(world: World) -> None:
    proposal = world.draft()
    actuary = make_actor(world.ohio.agency, Role.EDITOR, name="Actuary", section_ids=["qs"])
    noted(world.ohio.editor, proposal, "words-on-quality", Place("qs"))
    noted(world.ohio.editor, proposal, "words-elsewhere", Place(OVERVIEW))
    noted(world.ohio.editor, proposal, "words-on-everything", Place())
    client, address = signed_in(actuary), reverse("proposals:note", args=[proposal.pk])
    page = client.get(address).content.decode()
    assert [word in page for word in ("words-on-quality", "words-elsewhere", "words-on-everything")] == [
        True,
        False,
        False,
    ]
    assert ("Quality Strategy</option>" in page, "The whole proposal</option>" in page) == (True, False)
    assert "words-elsewhere" not in section(client, proposal)
    assert "Notes inside Ohio" not in section(client, proposal)
    for about in ("", OVERVIEW, MODEL):
        assert client.post(address, {"about": about, "section": OVERVIEW, "body": "x"}).status_code == 422
    for place in (Place(), Place(OVERVIEW)):
        with pytest.raises(PermissionDenied):
            noted(actuary, proposal, "x", place)
    assert client.post(address, {"about": "qs", "section": "qs", "body": "Fine."}).status_code == 302
    assert Note.objects.filter(author=actuary.user).get().section_key == "qs"
    listed = set(Note.objects.filter(policy.visible_notes(actuary)))
    assert listed == {note for note in Note.objects.all() if policy.can_view_note(actuary, note)}
