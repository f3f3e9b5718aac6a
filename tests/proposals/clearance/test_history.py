"""The history of a section: folded by day and person, compared word by word, brought back as a new edit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Role
from proposals.actions.sections import save_section
from proposals.models import Proposal, Section, SectionRevision
from proposals.queries.at_revision import answers_at
from proposals.queries.section_history import Narrowed, items, lines
from tests.proposals.clearance.scenes import MODEL, OVERVIEW
from tests.worlds import NOW, World, hand_over, make_actor, narrative_answer, not_applicable, signed_in

GOALS = "es.overview.goals"


def wrote(actor: Actor, proposal: Proposal, minutes: float, words: str, prompt_id: str = MODEL) -> None:
    """Somebody saves an answer so many minutes after the beginning."""
    section = stored(proposal)
    value = narrative_answer(words) if prompt_id == MODEL else not_applicable(words)
    save_section(
        actor=actor, section=section, base_revision=section.revision, changes={prompt_id: value},
        now=NOW + timedelta(minutes=minutes),
    )  # fmt: skip


def stored(proposal: Proposal) -> Section:
    return Section.objects.get(proposal=proposal, key=OVERVIEW)


def url(name: str, proposal: Proposal, **query: object) -> str:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(f"proposals:{name}", args=[proposal.pk, OVERVIEW]) + (f"?{asked}" if asked else "")


def shown(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def sittings(proposal: Proposal, wanted: Narrowed = Narrowed()) -> list[tuple[int, int]]:  # noqa: B008 - frozen
    """Who wrote, and the revision of each line, newest first."""
    section, found = stored(proposal), list(lines(stored(proposal), wanted))
    return [(item.author_id, line[2]) for item, line in zip(items(section, wanted, found, {}), found, strict=True)]


def back(seen: int) -> dict[str, object]:
    """What the page posts to bring back the text from before the second save, when it showed so many."""
    return {"prompt": MODEL, "revision": 2, "base_revision": seen}


def narrative(proposal: Proposal) -> Any:
    return stored(proposal).answers[MODEL]["fields"]["narrative"]


def test_saves_of_one_person_within_ten_minutes_are_one_sitting(world: World) -> None:
    proposal = world.draft()
    editor, signatory = world.ohio.editor, world.ohio.signatory
    for minutes, actor in ((0, editor), (8, editor), (16, editor), (17, signatory), (18, editor), (40, editor)):
        wrote(actor, proposal, minutes, f"After {minutes} minutes.")
    assert sittings(proposal) == [
        (editor.user.pk, 6), (editor.user.pk, 5), (signatory.user.pk, 4), (editor.user.pk, 1),
    ]  # fmt: skip
    assert sittings(proposal, Narrowed(author_id=signatory.user.pk)) == [(signatory.user.pk, 4)]


def test_every_save_can_be_seen_by_itself_and_brought_back(world: World) -> None:
    proposal = world.draft()
    for minutes in range(3):
        wrote(world.ohio.editor, proposal, minutes, f"Text word{minutes}w.")
    client = signed_in(world.ohio.editor)
    folded, every = shown(client, url("history", proposal)), shown(client, url("history", proposal, saves="every"))
    assert ("word1w" in folded, "word1w" in every) == (False, True)
    assert (folded.count("Bring back"), every.count("Bring back")) == (0, 2)
    assert [revision for _, revision in sittings(proposal, Narrowed(folds=False))] == [3, 2, 1]


def test_a_night_between_two_saves_ends_a_sitting(world: World) -> None:
    proposal = world.draft()
    in_ohio = datetime(2027, 1, 16, tzinfo=ZoneInfo("America/New_York"))
    midnight = (in_ohio - NOW) / timedelta(minutes=1)
    for minutes in (midnight - 1, midnight + 1):
        wrote(world.ohio.editor, proposal, minutes, f"{minutes}")
    assert [revision for _, revision in sittings(proposal)] == [2, 1]


def test_the_page_tells_who_changed_what_from_the_first_text_of_a_sitting_to_the_last(world: World) -> None:
    proposal = world.draft()
    wrote(world.ohio.editor, proposal, 0, "A home for adults.")
    wrote(world.ohio.editor, proposal, 60, "A home for many adults.")
    wrote(world.ohio.editor, proposal, 62, "A home for most adults.")
    wrote(world.ohio.signatory, proposal, 90, "Not ours.", GOALS)
    page = shown(signed_in(world.ohio.viewer), url("history", proposal))
    assert page.index("Ohio signatory</h3>") < page.index("Ohio editor</h3>")
    assert '<ins><span class="usa-sr-only">added: </span>most ' in page
    assert "many" not in page
    assert "Bring back" not in page
    only = shown(signed_in(world.ohio.editor), url("history", proposal, prompt=GOALS))
    assert ("Not ours." in only, "most" in only) == (True, False)
    theirs = shown(signed_in(world.ohio.editor), url("history", proposal, who=world.ohio.signatory.user.pk))
    assert ("Not ours." in theirs, "most" in theirs) == (True, False)


def test_answers_are_known_as_they_stood_at_any_revision(world: World) -> None:
    proposal = world.draft()
    for number, words in enumerate(("One.", "Two.", "Three.")):
        wrote(world.ohio.editor, proposal, number, words)
    wrote(world.ohio.editor, proposal, 5, "Later.", GOALS)
    texts = [
        {key: answer.get("note") or answer["fields"]["narrative"] for key, answer in answers_at(stored(proposal), n).items()}
        for n in range(5)
    ]  # fmt: skip
    assert texts == [
        {}, {MODEL: "<p>One.</p>"}, {MODEL: "<p>Two.</p>"}, {MODEL: "<p>Three.</p>"},
        {MODEL: "<p>Three.</p>", GOALS: "Later."},
    ]  # fmt: skip


def test_what_changed_since_a_revision_is_compared_with_now(world: World) -> None:
    proposal = world.draft()
    wrote(world.ohio.editor, proposal, 0, "A home for adults.")
    wrote(world.ohio.editor, proposal, 60, "A home for children.")
    client = signed_in(world.ohio.editor)
    page = shown(client, url("history", proposal, since=1))
    assert "What changed since 15 January 2027" in page
    assert '<ins><span class="usa-sr-only">added: </span>children</ins>' in page
    assert "What changed since the beginning" in shown(client, url("history", proposal, since=0))
    assert "It reads as it did then." in shown(client, url("history", proposal, since=2))
    for odd in ("3", "-1", "x", "9" * 20):
        assert client.get(url("history", proposal, since=odd)).status_code == 404


def test_an_earlier_text_comes_back_as_a_new_edit(world: World) -> None:
    proposal = world.draft()
    wrote(world.ohio.signatory, proposal, 0, "The first text.")
    wrote(world.ohio.editor, proposal, 60, "The second text.")
    client = signed_in(world.ohio.editor)
    address = url("bring_back", proposal, prompt=MODEL, revision=2)
    assert address.replace("&", "&amp;") in shown(client, url("history", proposal))
    page = shown(client, address)
    assert 'name="base_revision" value="2"' in page

    response = client.post(url("bring_back", proposal), back(2))

    section = reverse("proposals:section", args=[proposal.pk, OVERVIEW])
    assert response["Location"] == f"{section}#p-es-overview-model"
    assert narrative(proposal) == "<p>The first text.</p>"
    newest = SectionRevision.objects.get(section=stored(proposal), revision=3)
    assert (newest.author, newest.changes[MODEL]["before"]["fields"]["narrative"]) == (
        world.ohio.editor.user, "<p>The second text.</p>",
    )  # fmt: skip
    assert "reads like that already" in shown(client, address)


def test_a_colleagues_newer_text_is_told_before_anything_is_brought_back(world: World) -> None:
    proposal = world.draft()
    for number, words in enumerate(("First.", "Second.")):
        wrote(world.ohio.editor, proposal, number * 60, words)
    client = signed_in(world.ohio.editor)
    wrote(world.ohio.signatory, proposal, 200, "Newer words of a colleague.")

    response = client.post(url("bring_back", proposal), back(2))

    page = response.content.decode()
    assert (response.status_code, "Ohio signatory changed this answer at" in page) == (409, True)
    assert ("colleague" in page, 'name="base_revision" value="3"' in page) == (True, True)
    assert narrative(proposal) == "<p>Newer words of a colleague.</p>"
    assert client.post(url("bring_back", proposal), back(3)).status_code == 302
    assert narrative(proposal) == "<p>First.</p>"


def test_nothing_comes_back_into_a_section_that_is_closed(world: World) -> None:
    proposal = world.complete_draft()
    client = signed_in(world.ohio.editor)
    wrote(world.ohio.editor, proposal, 60, "The second text.")
    assert signed_in(world.ohio.viewer).post(url("bring_back", proposal), back(2)).status_code == 409
    hand_over(proposal, world.ohio.signatory)
    response = client.post(url("bring_back", proposal), back(2))
    assert (response.status_code, "cannot be changed now" in response.content.decode()) == (409, True)
    assert "Bring back" not in shown(client, url("history", proposal))
    assert narrative(proposal) == "<p>The second text.</p>"


def test_unknown_texts_are_not_found_and_an_unknown_base_is_refused(world: World) -> None:
    proposal = world.draft()
    wrote(world.ohio.editor, proposal, 0, "First.")
    wrote(world.ohio.editor, proposal, 60, "Second.")
    client = signed_in(world.ohio.editor)
    asked: list[dict[str, object]] = [{"prompt": MODEL}, {"revision": 2}, {"prompt": GOALS, "revision": 2}, {"prompt": MODEL, "revision": 1},
             {"prompt": "qs.link", "revision": 2}, {"prompt": MODEL, "revision": 9}]  # fmt: skip
    assert {client.get(url("bring_back", proposal, **query)).status_code for query in asked} == {404}
    for odd in ("", "x", "9", "9" * 30):
        assert client.post(url("bring_back", proposal), {**back(2), "base_revision": odd}).status_code == 409
    assert narrative(proposal) == "<p>Second.</p>"


def test_history_stays_inside_the_state_and_within_a_limit(world: World) -> None:
    proposal = world.in_review()
    for actor in (world.texas.editor, world.cms.lead):
        assert signed_in(actor).get(url("history", proposal)).status_code == 404
        assert signed_in(actor).get(url("bring_back", proposal, prompt=MODEL, revision=1)).status_code == 404
    limited = signed_in(make_actor(world.ohio.agency, Role.EDITOR, name="Actuary", section_ids=["qs"]))
    assert limited.get(url("history", proposal)).status_code == 403
    assert limited.get(url("bring_back", proposal, prompt=MODEL, revision=1)).status_code == 403
    assert limited.get(reverse("proposals:history", args=[proposal.pk, "qs"])).status_code == 200
    assert "History of this section" not in shown(limited, reverse("proposals:section", args=[proposal.pk, OVERVIEW]))
    assert limited.get(reverse("proposals:history", args=[proposal.pk, "nowhere"])).status_code == 404


def test_a_section_nobody_wrote_in_has_no_history(world: World) -> None:
    proposal = world.draft()
    assert "Nobody has written in this section yet." in shown(signed_in(world.ohio.editor), url("history", proposal))


def test_long_histories_come_in_pages(world: World) -> None:
    proposal = world.draft()
    for number in range(17):
        wrote(world.ohio.editor, proposal, number * 60, f"Text word{number}w.")
    client = signed_in(world.ohio.editor)
    first, second = (shown(client, url("history", proposal, page=page)) for page in (1, 2))
    assert ("word16w" in first, "word16w" in second, "word0w" in second) == (True, False, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same_for_one_row_and_for_three(world: World, rows: int) -> None:
    proposal = world.draft()
    for number in range(rows + 1):
        wrote(
            world.ohio.people[Role.EDITOR if number % 2 else Role.SIGNATORY], proposal, number * 60, f"Text {number}."
        )
    client, counts = signed_in(world.ohio.editor), {}
    for name, query in (("history", {"since": 1}), ("bring_back", {"prompt": MODEL, "revision": rows + 1})):
        address = url(name, proposal, **query)
        shown(client, address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counts[name] = len(captured)
    assert counts == {"history": 15, "bring_back": 9}
