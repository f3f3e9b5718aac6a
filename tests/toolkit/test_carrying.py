"""What can be carried from prompt to prompt: only into blanks, and only what fits."""

from __future__ import annotations

import pytest

from proposals.examples import example_answers
from toolkit.answers import Answer
from toolkit.carrying import CARRIED, carried, from_earlier, sources_of
from toolkit.display import Fact
from toolkit.loading import load


def without(*refs: str) -> dict[str, Answer]:
    """Sample 1 with some fields blank."""
    answers = {key: {**answer, "fields": dict(answer.get("fields", {}))} for key, answer in example_answers().items()}
    for ref in refs:
        prompt_id, _, key = ref.partition(":")
        del answers[prompt_id]["fields"][key]
    return answers


def test_every_pair_names_fields_that_exist_and_fit() -> None:
    for source, target in CARRIED:
        (source_id, _, source_key), (target_id, _, key) = source.partition(":"), target.partition(":")
        from_spec, to_spec = load().prompt(source_id).field(source_key), load().prompt(target_id).field(key)
        assert from_spec.kind.name == to_spec.kind.name, (source, target)
        assert from_spec.options is to_spec.options or to_spec.options is None, (source, target)


@pytest.mark.parametrize("pair", [pair for pair in CARRIED if not pair[1].startswith("pm.ss.attribution")])
def test_a_blank_field_is_offered_what_was_said_elsewhere(pair: tuple[str, str]) -> None:
    source, target = pair
    prompt = load().prompt(target.partition(":")[0])
    answers = without(target)
    offer = carried(load(), prompt, answers)
    assert offer is not None
    assert set(offer.fields) == {target.partition(":")[2]}
    assert offer.source == f"“{load().prompt(source.partition(':')[0]).label}”"
    assert len(offer.displays) == 1


def test_a_table_keeps_the_columns_both_have() -> None:
    prompt = load().prompt("pm.ss.baseline.exclusions")
    offer = carried(load(), prompt, without("pm.ss.baseline.exclusions:items"))
    excluded = example_answers()["pm.ss.scope"]["fields"]["excluded"]
    assert offer
    assert [set(row) for row in offer.fields["items"]] == [{"_row", "service"}] * len(excluded)


def test_what_is_answered_is_left_alone_and_nothing_is_made_of_nothing() -> None:
    toolkit = load()
    for prompt in toolkit.prompts:
        offer = carried(toolkit, prompt, example_answers())
        assert offer is None or not set(offer.fields) & set(example_answers()[prompt.id]["fields"])
        assert carried(toolkit, prompt, {}) is None


def test_an_earlier_proposal_offers_the_facts_of_a_state() -> None:
    prompt = load().prompt("pr.context")
    earlier = {"pr.context": {"disposition": "answered", "fields": {"tribes_present": True, "fmap": 64.5}}}
    offer = from_earlier(prompt, {"pr.context": {"disposition": "answered", "fields": {"fmap": 70.0}}}, earlier, "NL-1")
    assert offer
    assert (dict(offer.fields), offer.source) == ({"tribes_present": True}, "NL-1")
    assert offer.displays == (Fact(prompt.field("tribes_present").label, "Yes"),)
    assert from_earlier(prompt, earlier, earlier, "NL-1") is None


def test_sections_are_read_only_where_something_could_be_carried() -> None:
    assert sources_of(load(), load().section("es.program").prompts) == {"pm.overview"}
    assert sources_of(load(), load().section("vb").prompts) == frozenset()
