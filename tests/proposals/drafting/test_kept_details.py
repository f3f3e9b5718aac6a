"""A plan, or a reason why a prompt does not apply, is found again by whoever answers it and goes back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from proposals.models import Section
from proposals.queries.clearance import Standing
from proposals.views.taking import with_offer
from tests.proposals.clearance.scenes import asked, cell, say
from tests.proposals.drafting.editor import MODEL, address, fields_of, stored
from tests.proposals.drafting.test_autosave import autosave, outcomes, sent
from tests.proposals.forms.pages import posted
from tests.worlds import World, answer, hand_over, narrative_answer, not_applicable, settle, signed_in
from toolkit.answers import clean_answer
from toolkit.carrying import Offer
from toolkit.loading import load

PLAN = {"reason": "", "plan": "Ask the actuary.", "owner": "Ana", "expected": "2027-05-01"}
PROMPT = "es.overview.model"


@pytest.mark.parametrize("narrative", ["", "A health home."])
def test_a_plan_comes_back_when_the_prompt_is_not_yet_known_again(world: World, narrative: str) -> None:
    proposal, client = world.draft(), signed_in(world.ohio.editor)
    answer(proposal, world.ohio.editor, PROMPT, {"disposition": "nyk", **PLAN})
    data = fields_of(client, address(proposal))
    data |= {f"{MODEL}-_disposition": ["answered"], f"{MODEL}-narrative": [narrative]}
    assert client.post(address(proposal), data).status_code == 302
    section = Section.objects.get(proposal=proposal, key="es.overview")
    assert section.dispositions == ({PROMPT: "answered"} if narrative else {})
    assert section.answers[PROMPT]["kept"] == {"nyk": PLAN}

    again = fields_of(client, address(proposal))
    assert again[f"{MODEL}-_nyk_plan"] == ["Ask the actuary."]
    assert client.post(address(proposal), again | {f"{MODEL}-_disposition": ["nyk"]}).status_code == 302

    fields = {"narrative": f"<p>{narrative}</p>"} if narrative else {}
    assert stored(proposal) == {"disposition": "nyk", **PLAN, "fields": fields}


def test_a_reason_and_a_plan_are_both_kept_under_an_answer(world: World) -> None:
    proposal, client = world.draft(), signed_in(world.ohio.editor)
    answer(proposal, world.ohio.editor, PROMPT, not_applicable("Ours is another."))
    for standing, typed in (("nyk", {"_nyk_plan": ["Ask."]}), ("answered", {"narrative": ["Known now."]})):
        data = fields_of(client, address(proposal)) | {f"{MODEL}-{name}": value for name, value in typed.items()}
        assert client.post(address(proposal), data | {f"{MODEL}-_disposition": [standing]}).status_code == 302
    assert stored(proposal)["kept"] == {
        "na": {"reason": "not_in_model", "note": "Ours is another."},
        "nyk": {"reason": "", "plan": "Ask.", "owner": "", "expected": ""},
    }


def test_what_is_only_kept_is_not_handed_over(world: World) -> None:
    proposal = world.draft()
    settle(proposal, world.ohio.editor)
    answer(proposal, world.ohio.editor, PROMPT, {**narrative_answer("Known."), "kept": {"nyk": PLAN}})
    submission = hand_over(proposal, world.ohio.signatory)
    assert "Ask the actuary." not in str(submission.content)
    assert submission.content["answers"]["es.overview"][PROMPT]["fields"]["narrative"] == "<p>Known.</p>"


def test_an_offer_is_an_answer_and_keeps_the_plan_that_stood_there(world: World) -> None:
    prompt = load().prompt(PROMPT)
    kept = clean_answer(prompt, {"disposition": "answered", "kept": {"nyk": PLAN}})
    offer = Offer(prompt, {"narrative": "<p>Offered.</p>"}, "elsewhere")
    assert with_offer(kept, offer) == {
        "disposition": "answered", "kept": {"nyk": PLAN}, "fields": {"narrative": "<p>Offered.</p>"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"_nyk_plan": "Ask the actuary. " * 120}, "“Plan” has"),
        ({"_nyk_plan": "Ask.", "_nyk_expected": "in spring"}, "“Expected date”"),
    ],
)
def test_a_plan_that_cannot_be_read_is_not_dropped_by_answering(
    world: World, typed: dict[str, str], sentence: str
) -> None:
    proposal = world.draft()
    response = autosave(world.ohio.editor, proposal, sent(MODEL, 0, narrative="Known now.", **typed))
    told = response.json()["prompts"][PROMPT]
    [problem] = told["problems"]
    assert (told["outcome"], problem["target"]) == ("unreadable", f"p-{MODEL}")
    assert (sentence in problem["message"], "choose that to mend" in problem["message"]) == (True, True)
    assert stored(proposal) is None


def test_a_signature_and_the_history_do_not_mind_what_is_only_kept(world: World) -> None:
    proposal, editor = world.draft(), world.ohio.editor
    finance = asked(world, proposal, world.ohio.signatory)
    answer(proposal, editor, PROMPT, narrative_answer("Signed."))
    say(world.ohio.signatory, finance, "es.overview")
    answer(proposal, editor, PROMPT, {"disposition": "nyk", **PLAN, "fields": narrative_answer("Signed.")["fields"]})
    assert cell(proposal, finance).standing == Standing.STALE

    answer(proposal, editor, PROMPT, {**narrative_answer("Signed."), "kept": {"nyk": PLAN}})

    assert cell(proposal, finance).standing == Standing.SIGNED
    page = signed_in(editor).get(reverse("proposals:history", args=[proposal.pk, "es.overview"]), {"since": "1"})
    assert "It reads as it did then." in page.content.decode()


def test_a_colleague_who_edits_another_field_keeps_the_plan_and_meets_no_conflict(world: World) -> None:
    proposal = world.draft()
    answer(proposal, world.ohio.editor, PROMPT, narrative_answer("Known."))
    answer(proposal, world.ohio.editor, PROMPT, {**narrative_answer("Known."), "kept": {"nyk": PLAN}})
    response = autosave(world.ohio.signatory, proposal, sent(MODEL, 1, narrative="Known well.", _nyk_plan=""))
    assert outcomes(response) == {PROMPT: "stored"}
    assert (stored(proposal)["kept"], stored(proposal)["fields"]["narrative"]) == ({"nyk": PLAN}, "<p>Known well.</p>")


def test_whoever_decides_for_the_own_answer_has_it_and_the_plan_of_the_other_is_kept(world: World) -> None:
    proposal, client = world.draft(), signed_in(world.ohio.editor)
    answer(proposal, world.ohio.editor, PROMPT, narrative_answer("Old."))
    data = fields_of(client, address(proposal)) | {f"{MODEL}-narrative": ["Mine."]}
    answer(proposal, world.ohio.signatory, PROMPT, {**narrative_answer("Old."), "disposition": "nyk", **PLAN})
    page = client.post(address(proposal), data)
    assert page.status_code == 409
    assert client.post(address(proposal), posted(page.content.decode(), "")).status_code == 302
    assert stored(proposal) == {**narrative_answer("Mine."), "kept": {"nyk": PLAN}}
