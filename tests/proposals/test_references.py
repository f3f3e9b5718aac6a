"""References of milestones stay with their rows, whoever saves, moves or adds beside them."""

from __future__ import annotations

from typing import Any

from proposals.forms.prompts import PromptForm
from proposals.merging import merge, pieces
from toolkit.answers import clean_answer
from toolkit.loading import load

PLAN = load().prompt("pd.timeline.plan")
A, B, C = "aaaaaaaa", "bbbbbbbb", "cccccccc"


def plan(*rows: tuple[str, str, str]) -> Any:
    """A timeline with milestones of these ids, references and titles."""
    listed = [{"_row": row, **({"ref": ref} if ref else {}), "title": title} for row, ref, title in rows]
    return clean_answer(PLAN, {"disposition": "answered", "fields": {"milestones": listed}})


def refs(answer: Any) -> list[tuple[str, str]]:
    return [(row["ref"], row["title"]) for row in answer["fields"]["milestones"]]


def test_two_people_who_each_add_a_milestone_get_two_references() -> None:
    base = plan((A, "M1", "Begin"))
    theirs, yours = plan((A, "M1", "Begin"), (B, "", "Theirs")), plan((A, "M1", "Begin"), (C, "", "Yours"))
    foreign = {piece for piece, value in pieces(PLAN, theirs).items() if pieces(PLAN, base).get(piece) != value}
    merged = merge(PLAN, base=base, theirs=theirs, yours=yours, foreign=foreign)
    assert merged.clashes == frozenset()
    assert sorted(refs(merged.answer)) == [("M1", "Begin"), ("M2", "Theirs"), ("M3", "Yours")]
    assert clean_answer(PLAN, merged.answer or {}) == merged.answer


def test_a_page_that_does_not_know_a_reference_yet_keeps_it_when_rows_move() -> None:
    stored = plan((A, "", "First"), (B, "", "Second"))
    assert refs(stored) == [("M1", "First"), ("M2", "Second")]
    name = "pd-timeline-plan"
    data = {
        f"{name}-_shown": "1", f"{name}-_disposition": "answered", f"{name}-milestones-order": f"{B},{A}",
        f"{name}-milestones-{A}-title": "First", f"{name}-milestones-{B}-title": "Second",
    }  # fmt: skip
    form = PromptForm(PLAN, stored, data)
    assert form.is_valid()
    assert refs(form.answer) == [("M2", "Second"), ("M1", "First")]
