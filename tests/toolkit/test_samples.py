"""Both sample proposals against the definitions: they read cleanly and count as the content says."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import proposals
from tests.toolkit.json_schema import violations
from toolkit.answers import Answers, applies, clean_answer, display_answer, disposition, lookup, same
from toolkit.completeness import submission_blockers
from toolkit.display import Narrative
from toolkit.loading import load
from toolkit.progress import section_progress, total
from toolkit.richtext import to_text
from toolkit.schema import answer_schema

SAMPLES = Path(proposals.__file__).parent / "samples" / "sample-proposals.yaml"
NAMES = ("sample-1", "sample-2")


@cache
def raw_sample(name: str) -> dict[str, Any]:
    content = yaml.safe_load(SAMPLES.read_text(encoding="utf-8"))
    return next(s["answers"] for s in content["samples"] if s["sample"]["id"] == name)


@cache
def sample(name: str) -> Answers:
    cleaned = {key: clean_answer(load().prompt(key), raw) for key, raw in raw_sample(name).items()}
    return {key: answer for key, answer in cleaned.items() if answer is not None}


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_reads_cleanly_and_stays_as_it_is(name: str) -> None:
    for key, answer in sample(name).items():
        prompt = load().prompt(key)
        assert clean_answer(prompt, answer) == answer
        assert same(prompt, answer, clean_answer(prompt, raw_sample(name)[key]))


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_fits_its_schema(name: str) -> None:
    for key, answer in sample(name).items():
        assert violations(answer_schema(load().prompt(key)), answer) == []


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("sample-1", {"answered": 62, "hidden": 1}),
        ("sample-2", {"answered": 23, "nyk": 6, "blank": 7, "hidden": 27}),
    ],
)
def test_the_items_of_the_toolkit_count_as_the_content_says(name: str, counts: dict[str, int]) -> None:
    answers = sample(name)
    items = [p for p in load().prompts if p.section_id.split(".")[0] in ("es", "pd", "qs", "pm")]
    assert Counter(disposition(answers.get(p.id)).value if applies(p, answers) else "hidden" for p in items) == counts


@pytest.mark.parametrize(("name", "done", "expected"), [("sample-1", 73, 73), ("sample-2", 32, 40)])
def test_progress_counts_every_prompt_that_applies(name: str, done: int, expected: int) -> None:
    answers = sample(name)
    codes = {key: disposition(answer).value for key, answer in answers.items()}
    progress = total(section_progress(s, codes, lambda p: applies(p, answers)) for s in load().sections)
    assert (progress.done, progress.total) == (done, expected)


def test_the_complete_sample_can_be_submitted() -> None:
    assert submission_blockers(load(), sample("sample-1")) == ()


def test_the_draft_lacks_its_blank_core_prompts() -> None:
    found = submission_blockers(load(), sample("sample-2"))
    assert [(f.rule, f.place.prompt_id) for f in found] == [
        ("RC-001", "pd.stakeholders.input"),
        ("RC-001", "pd.oversight.evaluation"),
        ("RC-001", "pd.oversight.functions"),
        ("RC-001", "qs.transformation"),
        ("RC-001", "qs.service_assurance"),
        ("RC-001", "qs.effectiveness"),
    ]


def test_every_word_of_a_narrative_is_displayed_once() -> None:
    for name in NAMES:
        for key, raw in raw_sample(name).items():
            story = raw.get("fields", {}).get("narrative")
            if story and lookup(sample(name))(f"{key}:narrative") and applies(load().prompt(key), sample(name)):
                [shown] = [
                    d
                    for d in display_answer(load().prompt(key), sample(name))
                    if isinstance(d, Narrative) and to_text(d.html).split() == story.split()
                ]
                assert shown.html.startswith("<p>")
