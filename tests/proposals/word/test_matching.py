"""Headings find their prompts by words, always the same ones."""

from __future__ import annotations

import pytest

from proposals.word.matching import propose, targets
from proposals.word.names import bookmark_of_field, field_of_bookmark
from proposals.word.pieces import Piece
from toolkit.loading import CURRENT_VERSION


def best(heading: str, *path: str) -> str:
    (found,) = propose([Piece(heading, 2, path, "")], CURRENT_VERSION)
    return found


def test_every_label_finds_its_own_prompt() -> None:
    known = targets(CURRENT_VERSION)
    assert {key: best(target.prompt.label, target.section) for key, target in known.items()} == {
        key: key for key in known
    }


@pytest.mark.parametrize(
    ("heading", "prompt_id"),
    [
        ("2.1 Overview of the model", "es.overview.model"),
        ("Program Goals", "es.overview.goals"),
        ("Care management entities", "pd.providers.cme"),
        ("State oversight", "pd.oversight.functions"),
        ("Timeline", "pd.timeline.plan"),
        ("Quality Strategy", "qs.goals"),
        ("PERFORMANCE MEASURES", "qs.metrics"),
        ("Shared savings methodology", "pm.ss.overview"),
        ("Infrastructure gaps", "es.context.gaps"),
        ("Budget neutrality", "dm.neutrality"),
        ("Background", ""),
        ("References", ""),
        ("Zebra crossing rules", ""),
        ("", ""),
    ],
)
def test_headings_of_states_find_their_prompts_or_none(heading: str, prompt_id: str) -> None:
    assert best(heading) == prompt_id


def test_a_heading_that_says_nothing_goes_with_the_one_above() -> None:
    pieces = [
        Piece("", 0, (), ""), Piece("Program goals", 1, (), ""), Piece("Zebras", 2, ("Program goals",), ""),
        Piece("Crossings", 3, ("Program goals", "Zebras"), ""), Piece("Zebras", 1, (), ""),
        Piece("Comments in the file", 1, (), "", beside=True),
    ]  # fmt: skip
    goals = "es.overview.goals"
    assert propose(pieces, CURRENT_VERSION) == ["", goals, goals, goals, "", ""]


def test_our_own_files_name_their_prompts() -> None:
    known = targets(CURRENT_VERSION)
    names = {bookmark_of_field(key): key for key in known}
    assert len(names) == len(known)
    assert {field_of_bookmark(name, known): name for name in names} == {key: name for name, key in names.items()}
    piece = Piece("Anything", 1, (), "", (bookmark_of_field("qs.goals"),))
    assert propose([piece], CURRENT_VERSION) == ["qs.goals"]
    assert field_of_bookmark("_Toc12345", known) is None
