"""Replies typed into the section editor: saved with the answers, and never over a colleague's words."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from proposals.actions.discussing import draft_reply
from proposals.models import DraftComment, Proposal, Thread
from proposals.views import replies
from tests.proposals.drafting.editor import MODEL, address, fields_of, stored
from tests.proposals.forms.pages import posted
from tests.worlds import NOW, World, signed_in


def test_a_reply_is_saved_with_the_answers_and_dropped_when_emptied(world: World) -> None:
    proposal = world.questioned()
    thread = Thread.objects.get(proposal=proposal)
    client = signed_in(world.ohio.editor)
    data = fields_of(client, address(proposal))
    assert data[f"reply-{thread.pk}"] == [""]
    client.post(address(proposal), data | {f"reply-{thread.pk}": ["A health home.\r\n\r\nFor adults."]})
    assert DraftComment.objects.get(thread=thread).body == "<p>A health home.</p><p>For adults.</p>"
    again = fields_of(client, address(proposal))
    assert again[f"reply-{thread.pk}"] == ["A health home.\r\n\r\nFor adults."]
    client.post(address(proposal), again | {f"reply-{thread.pk}": ["  "]})
    assert not DraftComment.objects.filter(thread=thread).exists()


def test_a_reply_that_is_too_long_is_kept_on_the_page(world: World) -> None:
    proposal = world.questioned()
    thread = Thread.objects.get(proposal=proposal)
    client = signed_in(world.ohio.editor)
    long = "x" * 30_000
    response = client.post(address(proposal), fields_of(client, address(proposal)) | {f"reply-{thread.pk}": [long]})
    assert response.status_code == 422
    assert posted(response.content.decode())[f"reply-{thread.pk}"] == [long]


def test_a_question_in_a_locked_section_can_be_answered(world: World) -> None:
    proposal = world.in_review()
    world.ask(proposal, "es.program.population", "How many people?")
    world.release(proposal, ["es.overview"])
    thread = Thread.objects.get(proposal=proposal)
    client = signed_in(world.ohio.editor)
    url = address(proposal, "es.program")
    assert client.post(url, {f"reply-{thread.pk}": "Sixty thousand."}).status_code == 302
    assert DraftComment.objects.get(thread=thread).body == "<p>Sixty thousand.</p>"


def asked(world: World) -> tuple[Proposal, Thread, Client, dict[str, list[str]]]:
    """A question in an open section, and the page of an editor that shows an empty reply box."""
    proposal = world.questioned()
    client = signed_in(world.ohio.editor)
    return proposal, Thread.objects.get(proposal=proposal), client, fields_of(client, address(proposal))


def reply_of_a_colleague(world: World, thread: Thread, body: str = "Their reply.") -> None:
    draft_reply(actor=world.ohio.signatory, thread=thread, body=body, now=NOW)


def test_an_untouched_reply_box_leaves_a_colleagues_newer_reply_alone(world: World) -> None:
    proposal, thread, client, data = asked(world)
    reply_of_a_colleague(world, thread)
    response = client.post(
        address(proposal), data | {f"{MODEL}-_disposition": ["answered"], f"{MODEL}-narrative": ["A."]}
    )
    assert response.status_code == 302
    assert stored(proposal)["fields"]["narrative"] == "<p>A.</p>"
    shown = fields_of(client, address(proposal))
    reply_of_a_colleague(world, thread, "Their better reply.")
    assert client.post(address(proposal), shown).status_code == 302
    assert DraftComment.objects.get(thread=thread).body == "<p>Their better reply.</p>"


def test_two_replies_to_one_question_are_both_shown_and_the_answers_are_saved(world: World) -> None:
    proposal, thread, client, data = asked(world)
    reply_of_a_colleague(world, thread)
    data |= {f"{MODEL}-_disposition": ["answered"], f"{MODEL}-narrative": ["A."], f"reply-{thread.pk}": ["My reply."]}
    response = client.post(address(proposal), data)
    page = response.content.decode()
    assert response.status_code == 409
    assert "<p>Their reply.</p>" in page
    assert posted(page)[f"reply-{thread.pk}"] == ["My reply."]
    assert stored(proposal)["fields"]["narrative"] == "<p>A.</p>"
    assert DraftComment.objects.get(thread=thread).body == "<p>Their reply.</p>"
    assert client.post(address(proposal), posted(page)).status_code == 302
    assert DraftComment.objects.get(thread=thread).body == "<p>My reply.</p>"


def test_a_reply_saved_while_another_is_being_saved_is_not_overwritten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal, thread, client, data = asked(world)

    def saved_a_moment_later(**given: Any) -> DraftComment:
        reply_of_a_colleague(world, thread)
        return draft_reply(**given)

    monkeypatch.setattr(replies, "draft_reply", saved_a_moment_later)
    response = client.post(address(proposal), data | {f"reply-{thread.pk}": ["My reply."]})
    page = response.content.decode()
    assert response.status_code == 409
    assert "<p>Their reply.</p>" in page
    assert posted(page)[f"reply-{thread.pk}"] == ["My reply."]
    assert DraftComment.objects.get(thread=thread).body == "<p>Their reply.</p>"


def test_a_colleagues_reply_cannot_be_emptied_and_nothing_else_is_lost(world: World) -> None:
    proposal, thread, client, _ = asked(world)
    reply_of_a_colleague(world, thread)
    data = fields_of(client, address(proposal))
    data |= {f"{MODEL}-_disposition": ["answered"], f"{MODEL}-narrative": ["A."], f"reply-{thread.pk}": [""]}
    response = client.post(address(proposal), data)
    assert response.status_code == 409
    assert "can drop this reply" in response.content.decode()
    assert stored(proposal)["fields"]["narrative"] == "<p>A.</p>"
    assert DraftComment.objects.get(thread=thread).body == "<p>Their reply.</p>"


def test_a_reply_without_words_is_refused_in_words(world: World) -> None:
    proposal, thread, client, data = asked(world)
    response = client.post(address(proposal), data | {f"reply-{thread.pk}": ["<b> </b>"]})
    assert response.status_code == 422
    assert "Write something first." in response.content.decode()


@pytest.mark.parametrize("fields", ["everything", "reply only"])
def test_a_reply_that_comes_too_late_is_shown_again_and_never_called_saved(world: World, fields: str) -> None:
    proposal, thread, client, data = asked(world)
    data[f"reply-{thread.pk}"] = ["Late, but mine."]
    if fields == "reply only":
        data = {name: values for name, values in data.items() if name.startswith(("reply-", "seen-", "base_"))}
    Proposal.objects.filter(pk=proposal.pk).update(status="submitted")
    response = client.post(address(proposal), data)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Late, but mine." in page
    assert "Your replies are saved" not in page
    assert "Your replies are saved" not in client.get(address(proposal)).content.decode()
    assert not DraftComment.objects.filter(thread=thread).exists()


def test_a_reply_to_a_question_resolved_meanwhile_is_shown_and_the_answers_are_saved(world: World) -> None:
    proposal, thread, client, data = asked(world)
    Thread.objects.filter(pk=thread.pk).update(status="resolved")
    data |= {f"{MODEL}-_disposition": ["answered"], f"{MODEL}-narrative": ["A."], f"reply-{thread.pk}": ["Late."]}
    response = client.post(address(proposal), data)
    assert response.status_code == 409
    assert "<p>Late.</p>" in response.content.decode()
    assert stored(proposal)["fields"]["narrative"] == "<p>A.</p>"
