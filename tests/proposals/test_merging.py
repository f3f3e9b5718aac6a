"""Two versions of one answer become one: by field, by row and by cell, and only the same piece clashes."""

from __future__ import annotations

from typing import Any

import pytest

from proposals.merging import STANDING, changed, merge
from toolkit.answers import Answer
from toolkit.loading import load

PEOPLE = load().prompt("pr.identity")
MODEL = load().prompt("es.overview.model")
A, B, C, D = "0000000a", "0000000b", "0000000c", "0000000d"


def row(row_id: str, name: str, **cells: str) -> dict[str, str]:
    return {"_row": row_id, "name": name, **cells}


def contacts(*rows: dict[str, str]) -> Answer:
    return {"disposition": "answered", "fields": {"contacts": list(rows)}} if rows else {}


def people(base: Answer, theirs: Answer, yours: Answer) -> tuple[list[dict[str, str]], set[tuple[str, ...]]]:
    """Merge three tables of contacts; theirs was written by somebody else."""
    versions: list[Answer | None] = [version or None for version in (base, theirs, yours)]
    foreign = changed(PEOPLE, versions[0], versions[1])
    merged = merge(PEOPLE, base=versions[0], theirs=versions[1], yours=versions[2], foreign=foreign)
    return (merged.answer or {"fields": {}})["fields"].get("contacts", []), set(merged.clashes)


ANA, BEN = row(A, "Ana"), row(B, "Ben")


@pytest.mark.parametrize(
    ("base", "theirs", "yours", "merged"),
    [
        pytest.param([ANA, BEN], [row(A, "Anna"), BEN], [ANA, row(B, "Benn")], [row(A, "Anna"), row(B, "Benn")], id="rows"),
        pytest.param([ANA], [row(A, "Ana", role="Lead")], [row(A, "Ana", email="a@x.org")],
                     [row(A, "Ana", role="Lead", email="a@x.org")], id="cells of one row"),
        pytest.param([ANA], [ANA, BEN], [ANA, row(C, "Cid")], [ANA, BEN, row(C, "Cid")], id="both add at the end"),
        pytest.param([ANA], [BEN, ANA], [ANA, row(C, "Cid")], [BEN, ANA, row(C, "Cid")], id="before and after"),
        pytest.param([], [ANA], [BEN], [ANA, BEN], id="both begin the table"),
        pytest.param([ANA, BEN], [BEN], [ANA, BEN, row(C, "Cid")], [BEN, row(C, "Cid")], id="they remove, you add"),
        pytest.param([ANA, BEN], [ANA, row(B, "Benn")], [row(B, "Ben")], [row(B, "Benn")], id="you remove, they edit another"),
        pytest.param([ANA, BEN], [ANA, row(B, "Benn")], [BEN, ANA], [row(B, "Benn"), ANA], id="you move, they edit"),
        pytest.param([ANA, BEN], [BEN, ANA], [ANA, row(B, "Benn")], [row(B, "Benn"), ANA], id="they move, you edit"),
    ],
)  # fmt: skip
def test_different_rows_and_cells_are_both_kept(base: Any, theirs: Any, yours: Any, merged: Any) -> None:
    assert people(contacts(*base), contacts(*theirs), contacts(*yours)) == (merged, set())


def test_the_same_cell_clashes_and_yours_stands_for_now() -> None:
    found = people(contacts(ANA, BEN), contacts(row(A, "Anna"), BEN), contacts(row(A, "Anne"), BEN))
    assert found == ([row(A, "Anne"), BEN], {("contacts", A, "name")})


@pytest.mark.parametrize("they_remove", [True, False])
def test_a_row_that_one_removes_and_the_other_edits_is_a_clash(*, they_remove: bool) -> None:
    edited, removed = contacts(row(A, "Ana", role="Lead"), BEN), contacts(BEN)
    theirs, yours = (removed, edited) if they_remove else (edited, removed)
    rows, clashes = people(contacts(ANA, BEN), theirs, yours)
    assert (rows, ("contacts", A) in clashes) == (yours["fields"]["contacts"], True)


def test_the_same_words_of_both_are_no_clash() -> None:
    both = contacts(row(A, "Anna"))
    assert people(contacts(ANA), both, both) == ([row(A, "Anna")], set())


def model(narrative: str, **more: Any) -> Answer:
    return {"disposition": "answered", "fields": {"narrative": narrative, **more}}


def test_different_fields_of_one_prompt_are_both_kept() -> None:
    base, theirs, yours = model("Old."), model("Old.", features=["coordinated"]), model("New.")
    merged = merge(MODEL, base=base, theirs=theirs, yours=yours, foreign=changed(MODEL, base, theirs))
    assert (merged.answer, merged.clashes) == (model("New.", features=["coordinated"]), frozenset())


def test_another_disposition_clashes_with_any_change() -> None:
    base, theirs, yours = model("Old."), {"disposition": "na", "reason": "", "note": "", "fields": {}}, model("New.")
    merged = merge(MODEL, base=base, theirs=theirs, yours=yours, foreign=changed(MODEL, base, theirs))
    assert STANDING in merged.clashes
    assert merged.answer == yours


def test_one_who_empties_what_another_writes_is_told() -> None:
    base, theirs = model("Old."), model("New.")
    merged = merge(MODEL, base=base, theirs=theirs, yours=None, foreign=changed(MODEL, base, theirs))
    assert (merged.answer, bool(merged.clashes)) == (None, True)


def test_what_nobody_else_changed_never_clashes() -> None:
    merged = merge(MODEL, base=model("Old."), theirs=model("First tab."), yours=model("Second tab."), foreign=())
    assert (merged.answer, merged.clashes) == (model("Second tab."), frozenset())


def test_two_tabs_in_different_fields_keep_both() -> None:
    theirs = model("Old.", features=["coordinated"])
    merged = merge(MODEL, base=model("Old."), theirs=theirs, yours=model("New."), foreign=())
    assert merged.answer == model("New.", features=["coordinated"])


# --- what is kept of a disposition that was left is out of sight -----------------------------------------------------

PLAN = {"reason": "", "plan": "Ask.", "owner": "", "expected": ""}
KEPT = {"kept": {"nyk": PLAN}}
BLANK = {"disposition": "blank", **KEPT, "fields": {}}
OTHER = {"kept": {"nyk": {**PLAN, "plan": "Wait."}}}


def not_yet(narrative: str) -> Answer:
    return {**model(narrative), "disposition": "nyk", **PLAN}


@pytest.mark.parametrize(
    ("base", "theirs", "yours", "merged"),
    [
        pytest.param(model("Old."), {**model("Old."), **KEPT}, model("New."), {**model("New."), **KEPT}, id="they keep"),
        pytest.param(None, BLANK, model("New."), {**model("New."), **KEPT}, id="they keep under none"),
        pytest.param(None, model("New."), BLANK, {**model("New."), **KEPT}, id="you keep under none"),
        pytest.param(model("Old."), {**model("Old."), **KEPT}, None, BLANK, id="you empty what keeps"),
        pytest.param(model("Old."), {**model("Old."), **KEPT}, {**model("Old."), **OTHER}, {**model("Old."), **OTHER}, id="both"),
        pytest.param({**model("Old."), **KEPT}, {**model("Old."), **OTHER}, model("Old."), {**model("Old."), **OTHER},
                     id="you drop what they change"),
    ],
)  # fmt: skip
def test_what_is_kept_never_clashes_and_is_not_lost(base: Any, theirs: Any, yours: Any, merged: Any) -> None:
    found = merge(MODEL, base=base, theirs=theirs, yours=yours, foreign=changed(MODEL, base, theirs))
    assert (found.answer, found.clashes) == (merged, frozenset())


@pytest.mark.parametrize("seen", [False, True])
def test_whoever_answers_what_the_other_calls_not_yet_known_keeps_the_plan(*, seen: bool) -> None:
    base, theirs = model("Old."), not_yet("Old.")
    foreign = changed(MODEL, base, theirs)
    new, old = (set(), foreign) if seen else (foreign, set[Any]())
    found = merge(MODEL, base=base, theirs=theirs, yours=model("New."), foreign=new, overruled=old)
    assert (found.answer, found.clashes) == ({**model("New."), **KEPT}, frozenset({STANDING} - old))
