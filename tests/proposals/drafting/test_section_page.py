"""The section editor over HTTP: saving, merging, conflicts, locks, row buttons, bad input."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from icm_portal.accounts.actor import Actor
from proposals.models import Proposal, Section
from tests.proposals.drafting.editor import MODEL, address, fields_of, stored
from tests.proposals.forms.pages import posted
from tests.worlds import World, answer, fresh, narrative_answer, signed_in


def test_what_is_typed_is_saved_and_the_next_section_follows(world: World) -> None:
    proposal = world.draft()
    client = signed_in(world.ohio.editor)
    data = fields_of(client, address(proposal))
    data |= {f"{MODEL}-narrative": ["One.\r\n\r\nTwo."], f"{MODEL}-model_types": ["health_home"], "then": ["next"]}
    response = client.post(address(proposal), data)
    assert response.status_code == 302
    assert response["Location"] == address(proposal, "es.program")
    assert stored(proposal) == {
        "disposition": "answered",
        "fields": {"model_types": ["health_home"], "narrative": "<p>One.</p><p>Two.</p>"},
    }


def test_saving_an_untouched_page_changes_nothing(world: World) -> None:
    proposal = world.complete_draft()
    client = signed_in(world.ohio.editor)
    before = Section.objects.get(proposal=proposal, key="es.overview").revision
    assert client.post(address(proposal), fields_of(client, address(proposal))).status_code == 302
    assert Section.objects.get(proposal=proposal, key="es.overview").revision == before


def test_an_unreadable_answer_stays_on_the_page_and_the_others_are_saved(world: World) -> None:
    proposal = world.draft()
    client = signed_in(world.ohio.editor)
    url = address(proposal, "es.program")
    data = fields_of(client, url)
    data |= {
        "es-program-population-estimated_people": ["about sixty thousand"],
        "es-program-providers-narrative": ["Clinics."],
    }
    response = client.post(url, data)
    page = response.content.decode()
    assert response.status_code == 422
    assert posted(page)["es-program-population-estimated_people"] == ["about sixty thousand"]
    assert 'href="#id_es-program-population-estimated_people"' in page
    assert stored(proposal, "es.program.providers", "es.program") == {
        "disposition": "answered",
        "fields": {"narrative": "<p>Clinics.</p>"},
    }
    again = posted(page)
    again["es-program-population-estimated_people"] = ["60,000"]
    assert client.post(url, again).status_code == 302
    saved = stored(proposal, "es.program.population", "es.program")
    assert saved["fields"] == {"estimated_people": 60000}


def conflicting(world: World, proposal: Proposal) -> tuple[Client, dict[str, list[str]]]:
    """An editor's page, typed into, while the signatory saves the same prompt."""
    client = signed_in(world.ohio.editor)
    data = fields_of(client, address(proposal))
    data |= {f"{MODEL}-narrative": ["Mine."], "es-overview-goals-narrative": ["My goals."]}
    answer(proposal, world.ohio.signatory, "es.overview.model", narrative_answer("Theirs."))
    return client, data


def test_a_conflict_shows_both_texts_and_carries_everything_typed(world: World) -> None:
    proposal = world.draft()
    client, data = conflicting(world, proposal)
    response = client.post(address(proposal), data)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Theirs." in page
    assert "Mine." in page
    carried = posted(page, "")
    assert carried["es-overview-goals-narrative"] == ["My goals."]
    assert carried["keep-es-overview-model"] == ["mine"]


@pytest.mark.parametrize(
    ("choice", "kept"), [("mine", "<p>Mine.</p>"), ("theirs", "<p>Theirs.</p>"), ("edit", "<p>Theirs.</p>")]
)
def test_a_conflict_is_settled_as_chosen_and_the_rest_is_saved(world: World, choice: str, kept: str) -> None:
    proposal = world.draft()
    client, data = conflicting(world, proposal)
    carried = posted(client.post(address(proposal), data).content.decode(), "")
    carried["keep-es-overview-model"] = [choice]
    response = client.post(address(proposal), carried)
    assert stored(proposal)["fields"]["narrative"] == kept
    assert stored(proposal, "es.overview.goals")["fields"] == {"narrative": "<p>My goals.</p>"}
    if choice == "edit":
        again = posted(response.content.decode())
        assert again[f"{MODEL}-narrative"] == ["Mine."]
        assert client.post(address(proposal), again).status_code == 302
        assert stored(proposal)["fields"]["narrative"] == "<p>Mine.</p>"
    else:
        assert response.status_code == 302


GOALS = "es-overview-goals"


def goals(text: str) -> dict[str, Any]:
    """An answered `es.overview.goals`."""
    return {"disposition": "answered", "fields": {"narrative": f"<p>{text}</p>"}}


@pytest.mark.parametrize("choice", ["mine", "theirs", "edit"])
def test_a_settled_conflict_leaves_the_other_answers_of_a_colleague_alone(world: World, choice: str) -> None:
    proposal = world.draft()
    client = signed_in(world.ohio.editor)
    data = fields_of(client, address(proposal)) | {f"{MODEL}-narrative": ["Mine."]}
    answer(proposal, world.ohio.signatory, "es.overview.model", narrative_answer("Theirs."))
    answer(proposal, world.ohio.signatory, "es.overview.goals", goals("Their goals."))
    carried = posted(client.post(address(proposal), data).content.decode(), "")
    response = client.post(address(proposal), carried | {f"keep-{MODEL}": [choice]})
    assert stored(proposal, "es.overview.goals") == goals("Their goals.")
    if choice == "edit":
        assert client.post(address(proposal), posted(response.content.decode())).status_code == 302
        assert stored(proposal, "es.overview.goals") == goals("Their goals.")
    assert stored(proposal)["fields"]["narrative"] == ("<p>Theirs.</p>" if choice == "theirs" else "<p>Mine.</p>")


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_a_choice_stands_when_another_answer_turns_out_to_be_in_conflict(world: World, choice: str) -> None:
    proposal = world.draft()
    client, data = conflicting(world, proposal)
    carried = posted(client.post(address(proposal), data).content.decode(), "")
    answer(proposal, world.ohio.signatory, "es.overview.goals", goals("Their goals."))
    again = client.post(address(proposal), carried | {f"keep-{MODEL}": [choice]})
    assert again.status_code == 409
    response = client.post(address(proposal), posted(again.content.decode(), "") | {f"keep-{GOALS}": ["theirs"]})
    assert response.status_code == 302
    assert stored(proposal)["fields"]["narrative"] == ("<p>Theirs.</p>" if choice == "theirs" else "<p>Mine.</p>")
    assert stored(proposal, "es.overview.goals") == goals("Their goals.")


def test_a_third_version_saved_while_two_are_compared_is_a_conflict_again(world: World) -> None:
    proposal = world.draft()
    client, data = conflicting(world, proposal)
    carried = posted(client.post(address(proposal), data).content.decode(), "")
    answer(proposal, world.ohio.signatory, "es.overview.model", narrative_answer("Theirs, once more."))
    response = client.post(address(proposal), carried)
    assert response.status_code == 409
    assert "Theirs, once more." in response.content.decode()
    assert stored(proposal) == narrative_answer("Theirs, once more.")


def test_an_unreadable_answer_that_is_corrected_meets_the_newer_one_of_a_colleague(world: World) -> None:
    proposal = world.draft()
    client = signed_in(world.ohio.editor)
    url = address(proposal, "es.program")
    people = "es-program-population-estimated_people"
    data = fields_of(client, url) | {people: ["about sixty thousand"]}
    theirs = {"disposition": "answered", "fields": {"estimated_people": 48000}}
    answer(proposal, world.ohio.signatory, "es.program.population", theirs)
    answer(proposal, world.ohio.signatory, "es.program.providers", goals("Their clinics."))
    again = posted(client.post(url, data).content.decode())
    assert again["es-program-providers-narrative"] == ["Their clinics."]
    response = client.post(url, again | {people: ["60,000"]})
    assert response.status_code == 409
    assert stored(proposal, "es.program.population", "es.program") == theirs
    assert client.post(url, posted(response.content.decode(), "")).status_code == 302
    assert stored(proposal, "es.program.population", "es.program")["fields"] == {"estimated_people": 60000}
    assert stored(proposal, "es.program.providers", "es.program") == goals("Their clinics.")


@pytest.mark.parametrize("base", ["", "-1", "99", "x", "\x00"])
def test_an_unknown_revision_of_one_answer_saves_nothing_and_says_so(world: World, base: str) -> None:
    proposal = world.draft()
    client = signed_in(world.ohio.editor)
    data = fields_of(client, address(proposal)) | {f"{MODEL}-_base": [base], f"{MODEL}-narrative": ["Text."]}
    response = client.post(address(proposal), data)
    assert response.status_code == 409
    assert stored(proposal) is None


def test_a_stale_page_cannot_change_a_submitted_round_and_shows_what_was_typed(world: World) -> None:
    proposal = world.complete_draft()
    client = signed_in(world.ohio.editor)
    data = fields_of(client, address(proposal))
    data |= {f"{MODEL}-_disposition": ["answered"], f"{MODEL}-narrative": ["Too late, but mine."]}
    Proposal.objects.filter(pk=proposal.pk).update(status="submitted")
    response = client.post(address(proposal), data)
    assert response.status_code == 409
    assert "Too late, but mine." in response.content.decode()
    assert stored(proposal)["disposition"] == "na"


@pytest.mark.parametrize("revision", ["", "-1", "99", "x", "9" * 30, "\x00"])
def test_an_unknown_revision_saves_nothing_and_says_so(world: World, revision: str) -> None:
    proposal = world.draft()
    client = signed_in(world.ohio.editor)
    data = fields_of(client, address(proposal)) | {"base_revision": [revision], f"{MODEL}-narrative": ["Text."]}
    response = client.post(address(proposal), data)
    assert response.status_code == 409
    assert "Not saved" in response.content.decode()
    assert stored(proposal) is None


def test_row_buttons_save_and_come_back_to_the_table(world: World) -> None:
    proposal = world.draft()
    client = signed_in(world.ohio.editor)
    url = address(proposal, "pr")
    data = fields_of(client, url)
    row = data["pr-identity-contacts-order"][0]
    data |= {f"pr-identity-contacts-{row}-name": ["Ana"], "pr-identity-contacts-ADD": ["1"]}
    response = client.post(url, data)
    assert response["Location"] == f"{url}?add=pr.identity:contacts#id_pr-identity-contacts-table"
    order = fields_of(client, response["Location"].partition("#")[0])["pr-identity-contacts-order"][0].split(",")
    assert order[0] == row
    assert len(order) == 2


@pytest.mark.parametrize("role", ["viewer", "editor", "signatory", "team_lead"])
def test_who_may_write_gets_a_form_and_a_viewer_reads_why_not(world: World, role: str) -> None:
    proposal = world.complete_draft()
    actor: Actor = getattr(world.ohio, role)
    page = signed_in(actor).get(address(proposal)).content.decode()
    assert ('<form id="answers"' in page) == (role != "viewer")
    assert ("Your role reads answers" in page) == (role == "viewer")


def test_strangers_and_cms_never_see_a_draft(world: World) -> None:
    proposal = world.submitted()
    for actor in (world.texas.editor, world.cms.lead):
        client = signed_in(actor)
        assert client.get(address(proposal)).status_code == 404
        assert client.post(address(proposal), {"base_revision": "1"}).status_code == 404


def test_unknown_sections_do_not_exist(world: World) -> None:
    client = signed_in(world.ohio.editor)
    assert client.get(address(world.draft(), "no.such")).status_code == 404


def test_only_reopened_sections_can_be_changed(world: World) -> None:
    proposal = world.questioned()
    client = signed_in(world.ohio.editor)
    assert '<form id="answers"' in client.get(address(proposal)).content.decode()
    locked = client.get(address(proposal, "es.program")).content.decode()
    assert '<form id="answers"' not in locked
    assert "CMS did not reopen this section for round 2." in locked


@pytest.mark.parametrize("value", ["x" * 3_000_000, "<script>alert(1)</script>", "a\x00b", "no_such_code", "\u202e"])
def test_hostile_values_in_every_control_never_break_the_page(world: World, value: str) -> None:
    proposal = world.draft()
    client = signed_in(world.ohio.editor)
    url = address(proposal, "pr")
    page = fields_of(client, url)
    data = {name: ["1"] if "_shown" in name else [value] for name in page}
    response = client.post(url, data | {"base_revision": ["0"], "person": page["person"]})
    assert response.status_code in {302, 400, 422}
    assert "<script>alert" not in client.get(url).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_whatever_it_holds(
    world: World, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        proposal = world.in_review(title=f"Program {number}")
        for count in range(rows):
            world.ask(proposal, "es.overview.model", f"Question {count}?")
        world.release(proposal, ["es.overview"])
    client = signed_in(world.ohio.editor)
    client.get(address(fresh(proposal)))
    with django_assert_num_queries(17):
        client.get(address(proposal))
