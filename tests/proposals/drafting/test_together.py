"""Who writes in a section now, and which answers are newer than a page shows: for the state's own people only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from icm_portal.accounts import sessions
from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Role
from proposals import presence
from proposals.models import Proposal
from tests.proposals.forms.pages import posted
from tests.worlds import World, answer, make_actor, narrative_answer, not_applicable, signed_in

KEY = "es.overview"


def at(proposal: Proposal, name: str = "here", section: str = KEY) -> str:
    return reverse(f"proposals:{name}", args=[proposal.pk, section])


def beat(actor: Actor, proposal: Proposal, section: str = KEY, **more: str) -> dict[str, Any]:
    """What an open page is told."""
    found: dict[str, Any] = signed_in(actor).post(at(proposal, section=section), {"revision": "0", **more}).json()
    return found


def test_colleagues_see_each_other_by_section_and_nobody_sees_themselves(world: World) -> None:
    proposal, other = world.draft(), world.draft(title="Another")
    ohio = world.ohio
    beat(ohio.editor, proposal)
    beat(ohio.signatory, proposal, "qs")
    beat(ohio.editor, other)
    assert beat(ohio.team_lead, proposal)["people"] == {KEY: [ohio.editor.user.name], "qs": [ohio.signatory.user.name]}
    assert beat(ohio.editor, proposal)["people"] == {
        KEY: [ohio.team_lead.user.name],
        "qs": [ohio.signatory.user.name],
    }


def test_whoever_closes_the_page_is_gone_at_once_and_a_silent_page_after_a_minute(world: World) -> None:
    proposal, now = world.draft(), timezone.now()
    for actor in (world.ohio.editor, world.ohio.signatory):
        beat(actor, proposal)
    assert signed_in(world.ohio.editor).post(at(proposal), {"leaving": "1"}).status_code == 204
    assert presence.others(world.ohio.team_lead, proposal, now) == {KEY: [world.ohio.signatory.user.name]}
    assert presence.others(world.ohio.team_lead, proposal, now + timedelta(seconds=61)) == {}


def test_two_tabs_of_one_person_are_two_places_until_one_is_closed(world: World) -> None:
    proposal = world.draft()
    beat(world.ohio.editor, proposal)
    beat(world.ohio.editor, proposal, "qs")
    name = world.ohio.editor.user.name
    assert beat(world.ohio.viewer, proposal)["people"] == {KEY: [name], "qs": [name]}
    signed_in(world.ohio.editor).post(at(proposal, section="qs"), {"leaving": "1"})
    assert beat(world.ohio.viewer, proposal)["people"] == {KEY: [name]}


def test_readers_see_who_writes_and_are_not_seen(world: World) -> None:
    proposal = world.draft()
    limited = make_actor(world.ohio.agency, Role.EDITOR, name="Actuary", section_ids=["pm.ss"])
    for actor in (world.ohio.viewer, limited):
        beat(actor, proposal)
    assert beat(world.ohio.editor, proposal)["people"] == {}


def test_no_other_agency_learns_who_writes(world: World) -> None:
    proposal = world.questioned()
    beat(world.ohio.editor, proposal)
    for actor in (world.texas.editor, world.cms.lead, world.cms.reviewer):
        assert signed_in(actor).post(at(proposal), {"revision": "0"}).status_code == 404
        assert signed_in(actor).get(at(proposal, "prompts"), {"id": "es.overview.model"}).status_code == 404
        assert presence.others(actor, proposal, timezone.now()) == {}
    assert Client().post(at(proposal)).status_code == 302


def test_a_page_is_told_which_answers_are_newer_and_whose_they_are(world: World) -> None:
    proposal = world.draft()
    answer(proposal, world.ohio.editor, "es.overview.model", narrative_answer("First."))
    answer(proposal, world.ohio.signatory, "es.overview.goals", not_applicable())
    answer(proposal, world.ohio.editor, "es.overview.model", narrative_answer("Second."))
    told = beat(world.ohio.editor, proposal, revision="1")
    assert told["revision"] == 3
    assert {key: item["name"] for key, item in told["newer"].items()} == {
        "es.overview.model": "",
        "es.overview.goals": world.ohio.signatory.user.name,
    }
    assert beat(world.ohio.editor, proposal, revision="3")["newer"] == {}
    assert beat(world.ohio.editor, proposal, revision="odd")["newer"] == {}


def test_prompts_are_given_as_they_are_stored_now(world: World) -> None:
    proposal = world.draft()
    answer(proposal, world.ohio.signatory, "es.overview.model", narrative_answer("Newer."))
    told = signed_in(world.ohio.editor).get(at(proposal, "prompts"), {"id": ["es.overview.model", "qs.goals"]}).json()
    assert (told["revision"], list(told["prompts"])) == (1, ["es.overview.model"])
    fields = posted(f'<form id="answers">{told["prompts"]["es.overview.model"]}</form>')
    assert fields["es-overview-model-narrative"] == ["Newer."]


def test_a_page_that_only_tells_it_is_open_keeps_nobody_signed_in(world: World) -> None:
    client, proposal = signed_in(world.ohio.editor), world.draft()
    session = client.session
    session[sessions.RENEWED_KEY] = int(session[sessions.RENEWED_KEY]) - 3600
    session.save()
    before = client.session[sessions.RENEWED_KEY]
    told = client.post(at(proposal), {"revision": "0"}).json()
    client.get(reverse("accounts:session"))
    assert client.session[sessions.RENEWED_KEY] == before
    assert 0 < told["seconds"] <= sessions.seconds_left(client.session) + 5


@pytest.mark.parametrize("rows", [1, 3])
def test_a_heartbeat_costs_the_same_for_one_colleague_and_for_three(world: World, rows: int) -> None:
    proposal = world.draft()
    for number in range(rows):
        colleague = make_actor(world.ohio.agency, Role.EDITOR, name=f"Editor {number}")
        beat(colleague, proposal)
        answer(proposal, colleague, "es.overview.model", narrative_answer(f"{number}."))
    client = signed_in(world.ohio.editor)
    with CaptureQueriesContext(connection) as queries:
        assert client.post(at(proposal), {"revision": "0"}).status_code == 200
    assert len(queries) == 8
