"""Saving while people type, over HTTP: merging, own tabs, conflicts, what cannot be read, closed doors, strangers."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.kept import person_mark
from proposals.actions.discussing import draft_reply
from proposals.models import Proposal, Section, SectionRevision, Thread
from tests.proposals.drafting.editor import MODEL, address, fields_of, stored
from tests.worlds import NOT_CHANGED, NOW, World, answer, hand_over, narrative_answer, signed_in

GOALS, CURRENT = "es-overview-goals", "es-overview-current"


def sent(prefix: str, base: int, **fields: Any) -> dict[str, Any]:
    """One prompt as the page's script sends it."""
    names = {"shown": "_shown", "disposition": "_disposition"}
    values = {"shown": "1", "disposition": "answered", **fields}
    return {f"{prefix}-_base": str(base), **{f"{prefix}-{names.get(key, key)}": value for key, value in values.items()}}


def autosave(
    actor: Actor, proposal: Proposal, *prompts: dict[str, Any], section: str = "es.overview", **more: Any
) -> Any:
    """Send prompts the way the script does; return the answer."""
    bases = [int(value) for prompt in prompts for name, value in prompt.items() if name.endswith("-_base")]
    data = {"base_revision": str(min(bases, default=0)), "person": person_mark(actor.user), **more}
    for prompt in prompts:
        data |= prompt
    return signed_in(actor).post(address(proposal, section), data, headers={"Accept": "application/json"})


def outcomes(response: HttpResponse) -> dict[str, str]:
    """What became of each prompt."""
    return {key: item["outcome"] for key, item in response.json()["prompts"].items()}  # type: ignore[attr-defined]


def test_only_what_was_sent_is_saved_and_the_answer_tells_revision_and_time(world: World) -> None:
    proposal = world.draft()
    answer(proposal, world.ohio.editor, "es.overview.current", narrative_answer("Old."))
    response = autosave(world.ohio.editor, proposal, sent(MODEL, 1, narrative="New."))
    told = response.json()
    assert (response.status_code, told["revision"], told["replies"]) == (200, 2, {})
    saved = {"outcome": "stored", "blended": False, "standing": "answered", "given": {}}
    assert told["prompts"] == {"es.overview.model": saved}
    assert 0 <= int(told["time"].split(":")[0]) < 24
    assert told["seconds"] > 0
    assert stored(proposal)["fields"] == {"narrative": "<p>New.</p>"}
    assert SectionRevision.objects.get(section__proposal=proposal, revision=2).changes.keys() == {"es.overview.model"}


def test_two_people_in_two_prompts_are_merged(world: World) -> None:
    proposal = world.draft()
    autosave(world.ohio.signatory, proposal, sent(GOALS, 0, narrative="Theirs."))
    response = autosave(world.ohio.editor, proposal, sent(MODEL, 0, narrative="Mine."))
    assert outcomes(response) == {"es.overview.model": "stored"}
    assert stored(proposal, "es.overview.goals")["fields"] == {"narrative": "<p>Theirs.</p>"}
    assert stored(proposal)["fields"] == {"narrative": "<p>Mine.</p>"}


def test_two_people_in_two_fields_of_one_prompt_are_merged_and_the_page_is_told(world: World) -> None:
    proposal = world.draft()
    autosave(world.ohio.signatory, proposal, sent(MODEL, 0, narrative="Theirs."))
    response = autosave(world.ohio.editor, proposal, sent(MODEL, 0, model_types=["health_home"], narrative=""))
    assert response.json()["prompts"]["es.overview.model"]["blended"] is True
    assert stored(proposal)["fields"] == {"model_types": ["health_home"], "narrative": "<p>Theirs.</p>"}


def test_ones_own_tabs_never_conflict_and_the_last_one_counts(world: World) -> None:
    proposal = world.draft()
    for words in ("First tab.", "Second tab.", "First tab again."):
        response = autosave(world.ohio.editor, proposal, sent(MODEL, 0, narrative=words))
        assert outcomes(response) == {"es.overview.model": "stored"}
    assert stored(proposal)["fields"] == {"narrative": "<p>First tab again.</p>"}


def test_an_older_request_of_a_page_that_arrives_late_changes_nothing(world: World) -> None:
    proposal, page, other = world.draft(), "0" * 31 + "1", "0" * 31 + "2"

    def arrives(words: str, page: str, number: int, actor: Actor = world.ohio.editor) -> Any:
        response = autosave(actor, proposal, sent(MODEL, 0, narrative=words), page=page, number=str(number))
        return outcomes(response)["es.overview.model"], stored(proposal)["fields"]["narrative"]

    assert arrives("Typed last.", page, 9) == ("stored", "<p>Typed last.</p>")
    assert arrives("Typed", page, 8) == ("overtaken", "<p>Typed last.</p>")
    assert arrives("In another tab.", other, 1) == ("stored", "<p>In another tab.</p>")
    assert arrives("Typed after all.", page, 10) == ("stored", "<p>Typed after all.</p>")
    assert arrives("A colleague's.", page, 1, world.ohio.signatory) == ("conflict", "<p>Typed after all.</p>")


def test_what_a_page_takes_back_is_taken_back_though_it_never_heard_that_it_was_stored(world: World) -> None:
    proposal, page, other = world.draft(), "0" * 31 + "1", "0" * 31 + "2"

    def arrives(words: str, page: str, number: int, base: int = 1, actor: Actor = world.ohio.editor) -> Any:
        response = autosave(actor, proposal, sent(MODEL, base, narrative=words), page=page, number=str(number))
        return outcomes(response)["es.overview.model"], stored(proposal)["fields"]["narrative"]

    assert arrives("As before.", page, 1, base=0) == ("stored", "<p>As before.</p>")
    assert arrives("Not heard of.", page, 2) == ("stored", "<p>Not heard of.</p>")
    assert arrives("As before.", other, 3) == ("stored", "<p>Not heard of.</p>")  # it never said otherwise
    assert arrives("As before.", page, 3) == ("stored", "<p>As before.</p>")

    assert arrives("A colleague's.", other, 4, base=3, actor=world.ohio.signatory) == (
        "stored",
        "<p>A colleague's.</p>",
    )
    assert arrives("As before.", page, 4) == ("stored", "<p>A colleague's.</p>")


def test_a_late_request_still_saves_the_answers_no_later_one_held(world: World) -> None:
    proposal, page = world.draft(), "0" * 32
    autosave(world.ohio.editor, proposal, sent(MODEL, 0, narrative="Typed last."), page=page, number="2")
    both = (sent(MODEL, 0, narrative="Typed"), sent(GOALS, 0, narrative="Goals."))
    response = autosave(world.ohio.editor, proposal, *both, page=page, number="1")
    assert outcomes(response) == {"es.overview.model": "overtaken", "es.overview.goals": "stored"}
    assert stored(proposal)["fields"] == {"narrative": "<p>Typed last.</p>"}
    assert stored(proposal, "es.overview.goals")["fields"] == {"narrative": "<p>Goals.</p>"}


@pytest.mark.parametrize(("page", "number"), [("no page", "1"), ("0" * 32, "-1"), ("0" * 32, "x"), ("", "")])
def test_a_page_that_cannot_be_read_is_no_reason_to_lose_words(world: World, page: str, number: str) -> None:
    proposal = world.draft()
    response = autosave(world.ohio.editor, proposal, sent(MODEL, 0, narrative="Words."), page=page, number=number)
    assert outcomes(response) == {"es.overview.model": "stored"}


def test_the_page_is_told_which_references_its_milestones_got(world: World) -> None:
    name, row, other = "pd-timeline-plan", "aaaaaaaa", "bbbbbbbb"
    cells = {f"milestones-{row}-title": "Contract", f"milestones-{row}-ref": "", f"milestones-{other}-title": "Start"}
    plan = sent(name, 0, **{"milestones-order": f"{row},{other}", f"milestones-{other}-ref": "S"}, **cells)
    told = autosave(world.ohio.editor, world.draft(), plan, section="pd.timeline").json()["prompts"]
    assert told["pd.timeline.plan"]["given"] == {f"{name}-milestones-{row}-ref": "M1"}


def test_a_conflict_shows_both_texts_and_keeps_no_other_answer_from_being_saved(world: World) -> None:
    proposal = world.draft()
    autosave(world.ohio.signatory, proposal, sent(MODEL, 0, narrative="The words of theirs."))
    response = autosave(
        world.ohio.editor, proposal, sent(MODEL, 0, narrative="The words of mine."), sent(GOALS, 0, narrative="Goals.")
    )
    told = response.json()["prompts"]
    assert outcomes(response) == {"es.overview.model": "conflict", "es.overview.goals": "stored"}
    assert told["es.overview.model"]["name"] == world.ohio.signatory.user.name
    assert 'data-clash="1"' in told["es.overview.model"]["html"]
    assert "The words of theirs." in told["es.overview.model"]["html"]
    assert "The words of mine." in told["es.overview.model"]["html"]
    assert "<del>" in told["es.overview.model"]["html"]
    assert stored(proposal)["fields"] == {"narrative": "<p>The words of theirs.</p>"}
    assert stored(proposal, "es.overview.goals")["fields"] == {"narrative": "<p>Goals.</p>"}


def test_whoever_decides_for_the_own_words_is_saved_over_those_seen_and_over_no_newer_ones(world: World) -> None:
    proposal = world.draft()
    autosave(world.ohio.signatory, proposal, sent(MODEL, 0, narrative="Theirs."))
    mine = sent(MODEL, 0, narrative="Mine.", _over="1")
    autosave(world.ohio.signatory, proposal, sent(MODEL, 1, narrative="Theirs, once more."))
    assert outcomes(autosave(world.ohio.editor, proposal, mine)) == {"es.overview.model": "conflict"}
    mine |= {f"{MODEL}-_over": "2"}
    assert outcomes(autosave(world.ohio.editor, proposal, mine)) == {"es.overview.model": "stored"}
    assert stored(proposal)["fields"] == {"narrative": "<p>Mine.</p>"}


def test_what_cannot_be_read_is_told_in_sentences_and_the_rest_is_saved(world: World) -> None:
    proposal = world.draft()
    people, providers = "es-program-population", "es-program-providers"
    response = autosave(
        world.ohio.editor, proposal, sent(people, 0, estimated_people="about sixty"), sent(providers, 0, narrative="Clinics."),
        section="es.program",
    )  # fmt: skip
    told = response.json()["prompts"]
    assert told["es.program.providers"]["outcome"] == "stored"
    [problem] = told["es.program.population"]["problems"]
    assert told["es.program.population"]["outcome"] == "unreadable"
    assert problem["target"] == f"id_{people}-estimated_people"
    assert problem["message"].endswith(".")
    assert stored(proposal, "es.program.population", "es.program") is None


@pytest.mark.parametrize("base", ["-1", "99", "x", ""])
def test_a_revision_that_never_was_is_refused_with_a_sentence(world: World, base: str) -> None:
    data = sent(MODEL, 0, narrative="Words.") | {f"{MODEL}-_base": base}
    proposal = world.draft()
    client = signed_in(world.ohio.editor)
    data |= {"base_revision": "0", "person": person_mark(world.ohio.editor.user)}
    response = client.post(address(proposal), data, headers={"Accept": "application/json"})
    assert response.status_code == 409
    assert response.json()["reason"] == "This page does not match what is stored. Open the section again."
    assert stored(proposal) is None


def test_a_closed_section_says_why_and_saves_nothing(world: World) -> None:
    proposal = world.submitted()
    response = autosave(world.ohio.editor, proposal, sent(MODEL, 1, narrative="Late."))
    assert (response.status_code, response.json()["refused"]) == (409, "closed")
    assert response.json()["reason"].startswith("The proposal is “submitted”")
    assert stored(proposal)["disposition"] == "na"


def test_strangers_cannot_save_and_learn_nothing(world: World) -> None:
    proposal = world.draft()
    for actor in (world.texas.editor, world.cms.lead):
        assert autosave(actor, proposal, sent(MODEL, 0, narrative="Mine.")).status_code == 404
    response = autosave(world.ohio.viewer, proposal, sent(MODEL, 0, narrative="Mine."))
    assert (response.status_code, response.json()["refused"]) == (409, "closed")
    assert Client().post(address(proposal), headers={"Accept": "application/json"}).status_code == 302
    assert Section.objects.get(proposal=proposal, key="es.overview").revision == 0


def test_a_page_left_open_by_somebody_else_saves_nothing_in_the_name_of_whoever_signs_in_next(world: World) -> None:
    proposal = world.draft()
    page_of = {"person": person_mark(world.ohio.editor.user)}
    response = autosave(world.ohio.signatory, proposal, sent(MODEL, 0, narrative="Mine."), **page_of)
    assert (response.status_code, response.json()["refused"]) == (409, "person")
    assert stored(proposal) is None


def test_a_reply_is_saved_as_it_is_typed_and_never_over_a_colleagues(world: World) -> None:
    proposal = world.questioned()
    thread = Thread.objects.get(proposal=proposal)
    page = fields_of(signed_in(world.ohio.editor), address(proposal))
    box = {f"seen-{thread.pk}": page[f"seen-{thread.pk}"][0]}
    told = autosave(world.ohio.editor, proposal, box, **{f"reply-{thread.pk}": "A health"}).json()
    assert told["prompts"] == {}
    assert told["replies"][str(thread.pk)]["outcome"] == "stored"
    again = {f"seen-{thread.pk}": told["replies"][str(thread.pk)]["seen"]}
    told = autosave(world.ohio.editor, proposal, again, **{f"reply-{thread.pk}": "A health home."}).json()
    assert told["replies"][str(thread.pk)]["outcome"] == "stored"
    told = autosave(world.ohio.signatory, proposal, box, **{f"reply-{thread.pk}": "No idea."}).json()
    assert told["replies"][str(thread.pk)]["outcome"] == "refused"
    assert world.ohio.editor.user.name in told["replies"][str(thread.pk)]["reason"]
    assert thread.drafts.get().body == "<p>A health home.</p>"


def test_a_kept_copy_is_compared_with_what_this_person_stored_and_nothing_is_saved(world: World) -> None:
    proposal = world.draft()
    mine, other = sent(MODEL, 0, narrative="Mine."), sent(MODEL, 0, narrative="Never arrived.")
    autosave(world.ohio.editor, proposal, mine)
    autosave(world.ohio.signatory, proposal, sent(MODEL, 1, narrative="Theirs."))
    found = [
        autosave(actor, proposal, copy, only_compare="1").json()["stored"]
        for actor, copy in ((world.ohio.editor, mine), (world.ohio.editor, other), (world.ohio.signatory, mine))
    ]
    assert found == [["es.overview.model"], [], []]
    assert Section.objects.get(proposal=proposal, key="es.overview").revision == 2


def test_a_kept_reply_is_compared_with_the_draft_and_with_what_went_out(world: World) -> None:
    proposal = world.questioned()
    thread = Thread.objects.get(proposal=proposal)

    def compared(words: str, actor: Actor = world.ohio.editor) -> list[str]:
        found: list[str] = autosave(actor, proposal, only_compare="1", **{f"reply-{thread.pk}": words}).json()["stored"]
        return found

    assert compared("It is a health home.") == []
    draft_reply(actor=world.ohio.editor, thread=thread, body="It is a health home.", claimed=NOT_CHANGED, now=NOW)
    assert compared("It is a health home.") == [str(thread.pk)]
    hand_over(proposal, world.ohio.signatory, summary="We named it.")
    assert compared("It is a health home.") == [str(thread.pk)]
    assert compared("Which model is it exactly?") == []


@pytest.mark.parametrize("colleagues", [1, 3])
def test_a_save_costs_the_same_whatever_colleagues_saved_meanwhile(world: World, colleagues: int) -> None:
    proposal = world.draft()
    for number in range(colleagues):
        autosave(world.ohio.signatory, proposal, sent(GOALS, number, narrative=f"Goal {number}."))
    client = signed_in(world.ohio.editor)
    data = {"base_revision": "0", "person": person_mark(world.ohio.editor.user), **sent(MODEL, 0, narrative="Mine.")}
    with CaptureQueriesContext(connection) as queries:
        assert client.post(address(proposal), data, headers={"Accept": "application/json"}).status_code == 200
    assert len(queries) == 14


# --- who is signed in, and the keys of kept copies --------------------------------------------------------------------


def session_of(actor: Actor) -> dict[str, Any]:
    response = signed_in(actor).get(reverse("accounts:session"))
    assert response["Cache-Control"] == "no-store"
    found: dict[str, Any] = response.json()
    return found


def test_the_keys_of_kept_copies_are_each_persons_own_and_stay_when_they_sign_in_again(world: World) -> None:
    people = [session_of(actor) for actor in world.everybody]
    assert len({key for person in people for key in person["keys"].values()}) == 3 * len(people)
    assert len({person["person"] for person in people}) == len(people)
    assert [session_of(actor)["keys"] for actor in world.everybody] == [person["keys"] for person in people]


def test_nobody_is_given_a_key_without_signing_in() -> None:
    assert Client().get(reverse("accounts:session")).status_code == 302
