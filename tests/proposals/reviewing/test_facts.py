"""The fact panel: read off structured answers, with the old value where it changed."""

from __future__ import annotations

from typing import Any

from proposals.queries.facts import fact_panel
from proposals.queries.reading import read_answer
from toolkit.loading import load


def answered(**fields: Any) -> dict[str, Any]:
    """An answer with these fields."""
    return {"disposition": "answered", "fields": fields}


ANSWERS = {
    "es.overview.model": answered(model_types=["health_home", "aco"]),
    "es.program.population": answered(estimated_people=58200, groups=["children"]),
    "pr.authority": answered(sought=["1945", "1905a"]),
    "pm.overview.method": answered(components=["ffs", "shared_savings"], shared_savings=True, risk_track="upside_only"),
    "pd.timeline.plan": answered(
        milestones=[{"kind": "go_live", "date": "2028-01-01"}, {"kind": "training", "date": "2027-10-01"}]
    ),
}


def test_every_fact_is_read_off_its_answer() -> None:
    found = {fact.label: (fact.value, fact.line) for fact in fact_panel(load(), ANSWERS, None)}
    groups = load().prompt("es.program.population").field("groups").options
    assert groups is not None
    assert found == {
        "Model": ("Health home for chronic conditions", "Accountable care organization (ACO)"),
        "Population": ("58,200 people", groups.label("children")),
        "Authorities sought": ("Section 1945 health homes", "Section 1905(a) state plan services"),
        "Payment": ("Fee-for-service claims", "Shared savings (gain); Gain only (one-sided)"),
        "Program starts": ("1 January 2028", "2 milestones planned"),
    }


def test_a_changed_fact_keeps_its_old_value() -> None:
    before = {**ANSWERS, "es.program.population": answered(estimated_people=60000, groups=["children"])}
    assert {fact.label: fact.old for fact in fact_panel(load(), ANSWERS, before) if fact.old} == {
        "Population": "60,000 people"
    }


def test_a_fact_that_was_blank_says_so() -> None:
    old = {fact.label: fact.old for fact in fact_panel(load(), ANSWERS, {})}
    assert set(old.values()) == {"blank"}
    assert {fact.value for fact in fact_panel(load(), {}, None)} == {""}


def test_an_answer_is_read_in_runs_of_facts_narratives_and_tables() -> None:
    prompt = load().prompt("pr.authority")
    fields = {
        "sought": ["1945"],
        "filings": [{"authority": "1945", "action": "New", "target_date": "2027-06-30"}],
        "narrative": "<p>By amendment.</p>",
    }
    read = read_answer(load(), prompt, {"pr.authority": answered(**fields)})
    shapes = [(len(p.facts), p.table is not None, p.narrative is not None) for p in read.pieces]
    assert shapes == [(1, False, False), (0, True, False), (0, False, True)]


def test_what_is_not_known_shows_reason_and_plan() -> None:
    prompt = load().prompt("qs.goals")
    reason = load().option_sets["nyk_reason"].options[0]
    plan = {"plan": "Ask.", "owner": "Actuary", "expected": "2027-03-01"}
    read = read_answer(
        load(), prompt, {"qs.goals": {"disposition": "nyk", "reason": reason.code, "fields": {}, **plan}}
    )
    assert (read.disposition, read.reason) == ("nyk", reason.label)
    assert read.lines == (("Plan", "Ask."), ("Owner", "Actuary"), ("Expected", "2027-03-01"))
    assert read_answer(load(), prompt, {}).is_blank
