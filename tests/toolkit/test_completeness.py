"""Blockers of submitting, newly applicable prompts, and progress."""

from __future__ import annotations

from typing import Any

import pytest

from toolkit.answers import Answer, Answers
from toolkit.completeness import newly_applicable, submission_blockers
from toolkit.loading import load
from toolkit.progress import Progress, section_progress, total


def of(prompt_id: str, answers: Answers) -> list[tuple[str, str, str]]:
    found = submission_blockers(load(), answers)
    return [(f.rule, f.place.field_key, f.message) for f in found if f.place.prompt_id == prompt_id]


def answered(**fields: Any) -> Answer:
    return {"disposition": "answered", "fields": fields}


def test_an_empty_proposal_lacks_every_core_prompt_that_applies() -> None:
    found = submission_blockers(load(), {})
    assert [f.place.prompt_id for f in found] == [
        p.id for p in load().prompts if p.is_core and p.applies_when.is_always
    ]
    assert {(f.rule, f.severity) for f in found} == {("RC-001", "error")}
    assert found[0].message == "“Who is proposing what” has no answer. Answer it, or mark it with a reason or a plan."


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        ({"disposition": "na", "reason": "", "note": "", "fields": {}}, ["RC-002"]),
        ({"disposition": "na", "reason": "other", "note": "", "fields": {}}, []),
        ({"disposition": "nyk", "reason": "", "plan": "", "owner": "", "expected": "", "fields": {}}, ["RC-003"]),
        ({"disposition": "nyk", "reason": "", "plan": "ask", "owner": "", "expected": "", "fields": {}}, []),
    ],
)
def test_a_mark_needs_its_reason_or_plan(answer: Answer, rule: list[str]) -> None:
    for prompt_id in ("qs.goals", "qs.alignment"):  # a core and an optional prompt
        assert [r for r, _, _ in of(prompt_id, {prompt_id: answer})] == rule


def test_an_answered_prompt_needs_its_required_fields() -> None:
    assert of("es.overview.model", {"es.overview.model": answered(model_types=["aco"])}) == [
        ("RC-008", "narrative", "“The model in brief” lacks the required field “Summary of the model”.")
    ]
    assert of("pr.context", {"pr.context": answered(tribes_present=False)}) == []


def test_rows_need_their_required_columns() -> None:
    rows = [{"aim": "better_care", "goal": "g"}, {"aim": "better_care"}, {"goal": "g"}, {"by": "2027-01-01"}]
    answers = {"es.overview.goals": answered(goals=rows, narrative="<p>x</p>")}
    assert of("es.overview.goals", answers) == [
        ("RC-008", "goals", "“Program goals under the three aims” lacks “Aim” in rows 3, 4 of “Goals by aim”."),
        ("RC-008", "goals", "“Program goals under the three aims” lacks “Goal” in rows 2, 4 of “Goals by aim”."),
    ]
    one = {"es.overview.goals": answered(goals=rows[:2], narrative="<p>x</p>")}
    assert of("es.overview.goals", one)[0][2].endswith("lacks “Goal” in row 2 of “Goals by aim”.")


def test_prompts_that_do_not_apply_do_not_count() -> None:
    incomplete = {"pm.ss.overview": answered(cycles=2)}
    assert of("pm.ss.overview", incomplete) == []
    switch = {"pm.overview.method": answered(shared_savings=True)}
    assert [r for r, _, _ in of("pm.ss.overview", {**incomplete, **switch})] == ["RC-008"]
    assert [r for r, _, _ in of("pm.ss.calc.method", switch)] == ["RC-001"]


def test_prompts_that_apply_since_a_change_are_named() -> None:
    before = {"pm.overview.method": answered(shared_savings=True, uses_global=True)}
    after = {"pm.overview.method": answered(shared_savings=True, tiered=True)}
    assert newly_applicable(load(), before, after) == {"pm.overview.tiers"}
    assert newly_applicable(load(), after, after) == frozenset()


def test_progress_counts_dispositions_of_prompts_that_apply() -> None:
    section = load().section("pm.overview")
    codes = {"pm.overview.method": "answered", "pm.overview.rates": "nyk", "pm.overview.trigger": "na"}
    progress = section_progress(section, codes, lambda prompt: prompt.id != "pm.overview.global")
    assert progress == Progress(total=4, answered=1, na=1, nyk=1, open=1)
    assert (progress.done, progress.percent, progress.is_complete) == (3, 75, False)


def test_progress_adds_up() -> None:
    parts = [Progress(4, 1, 1, 1, 1), Progress(2, 2, 0, 0, 0)]
    assert total(parts) == Progress(6, 3, 1, 1, 1)
    assert total([]) == Progress()
    assert (Progress().percent, Progress().is_complete) == (100, True)
