"""What a reviewer checks: complete, in its place, traced to its source, and never changed unseen."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from toolkit import source
from toolkit.loading import CURRENT_VERSION, load

CRITERIA = [criterion for section in load().sections for criterion in section.criteria]


def test_every_section_but_the_profile_has_three_to_eight_points() -> None:
    counts = {section.id: len(section.criteria) for section in load().sections}
    assert counts.pop("pr") == 0
    assert len(counts) == 30
    assert {section: count for section, count in counts.items() if not 3 <= count <= 8} == {}


def test_every_prompt_has_a_point_in_its_own_section() -> None:
    for section in load().sections:
        named = {name for criterion in section.criteria for name in criterion.prompt_ids}
        assert named == (set() if section.id == "pr" else {prompt.id for prompt in section.prompts})


def test_points_are_numbered_in_order_and_no_two_say_the_same() -> None:
    ids = [criterion.id for criterion in CRITERIA]
    assert ids == sorted(set(ids))
    assert len({criterion.text for criterion in CRITERIA}) == len(ids) == 178


def test_a_point_that_names_an_item_of_the_toolkit_is_about_the_prompt_of_that_item() -> None:
    cited = {
        (criterion.id, place)
        for criterion in CRITERIA
        for place in criterion.source.split("; ")
        if place.startswith("ICM Toolkit, ") and not place.endswith(("instructions", "footnote 1"))
    }
    right = {
        (criterion.id, prompt.source.text)
        for criterion in CRITERIA
        for prompt in map(load().prompt, criterion.prompt_ids)
        if prompt.source
    }
    assert cited - right == set()
    assert {place for _, place in cited} == {p.source.text for p in load().prompts if p.covers and p.source}


def test_a_point_is_loaded_as_written_and_cannot_be_changed() -> None:
    point = load().section("pd.participants").criteria[5]
    assert (point.id, point.text) == (
        "CR-046",
        "Does the process keep one person from being attributed to two providers at the same time?",
    )
    assert (point.source, point.prompt_ids) == (
        "SMD 20-004, Additional pathways, Attribution, item 4",
        ("pd.participants.attribution",),
    )
    with pytest.raises(FrozenInstanceError):
        point.text = "Is it?"  # type: ignore[misc]


def test_a_changed_point_changes_its_own_hash_and_not_that_of_what_is_asked() -> None:
    raw = source.read(CURRENT_VERSION)
    before = source.hashes(raw)
    raw.criteria[0]["points"][0]["text"] = "Is it?"
    after = source.hashes(raw)
    assert {name for name in before if before[name] != after[name]} == {"reviewed"}
