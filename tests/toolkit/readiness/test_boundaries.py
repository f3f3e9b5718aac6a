"""Where rules begin and end to find something, and the helpers behind them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.toolkit.readiness.samples import changed, findings, fires, texts
from toolkit.answers import Answers
from toolkit.findings import Place
from toolkit.loading import load
from toolkit.readiness.checking import check
from toolkit.readiness.limits import Limits

NYK = {"disposition": "nyk", "reason": "data", "plan": "Study"}
EXISTING, TARGETING = "es.overview.authorities:existing", "pd.providers.targeting:basis"
OFF = {"pm.overview.method:shared_savings": False}
MILESTONES = "pd.timeline.plan:milestones"
#: Shares and weights of a third each.
THIRDS = [{"label": f"BY{year}", "weight": 33.33} for year in (1, 2, 3)]


def months_after(months: int) -> dict[str, Any]:
    return {"ap.overview.reconcile_when": {"disposition": "answered", "fields": {"months_after": months}}}


@pytest.mark.parametrize(
    ("rule", "changes", "expected"),
    [
        # the promise of a not-yet-known answer: kept until its day, due before the start
        ("RC-005", {"qs.goals": {**NYK, "expected": "2026-12-01"}}, False),
        ("RC-005", {"qs.goals": {**NYK, "expected": "2026-11-30"}}, True),
        ("RC-006", {"qs.goals": {**NYK, "expected": "2027-12-31"}}, False),
        # two to three pages
        ("RC-020", {"@es_pages": 2}, False),
        ("RC-020", {"@es_pages": 3.0}, False),
        ("RC-020", {"@es_pages": 1.9}, True),
        ("RC-020", {"@es_pages": 3.1}, True),
        # a fifth more or less
        ("RC-023", {"pm.ss.population:people": 72000}, False),
        ("RC-023", {"pm.ss.population:people": 47999}, True),
        # an authority that ends on the first day does its work until then
        ("RC-026", {"es.overview.authorities:existing[1].ends": "2028-01-01"}, False),
        # an existing authority counts unless it is replaced
        ("RC-031", {TARGETING: ["selective"], EXISTING: [{"authority": "1915b", "relation": "amend"}]}, False),
        ("RC-031", {TARGETING: ["selective"], EXISTING: [{"authority": "1915b", "relation": "replace"}]}, True),
        # mandatory for one group; for all of a program that has no protected group; for all where none is named
        ("RC-032", {"pd.participants.enrollment:by_group": [{"group": "children", "basis": "mandatory"}]}, True),
        ("RC-033", {"pd.participants.enrollment:by_group": [{"group": "children", "basis": "mandatory"}]}, False),
        ("RC-033", {"pd.participants.enrollment:basis": "mandatory", "es.program.population:groups": ["parents"]}, False),
        ("RC-033", {"pd.participants.enrollment:basis": "mandatory", "es.program.population:groups": []}, True),
        ("RC-043", {"mc.incentive": {"disposition": "answered", "fields": {"used": True, "max_percent": 105}}}, False),
        # a contract needs no filing
        ("RC-083", {"pr.authority:sought": ["contract_strategy"], "pd.timeline.plan:dependencies": []}, False),
        # days between filing and start
        ("RC-081", {f"{MILESTONES}[3].date": "2027-10-03"}, False),
        ("RC-081", {f"{MILESTONES}[3].date": "2027-10-04"}, True),
        ("RC-082", {"pr.authority:sought": ["fai"], f"{MILESTONES}[3].date": "2027-04-06"}, False),
        ("RC-082", {"pr.authority:sought": ["fai"], f"{MILESTONES}[11].date": None}, False),
        ("RC-084", {"pd.timeline.plan:dependencies[0].expected": "2027-10-15"}, False),
        ("RC-084", {"pd.timeline.plan:dependencies[0].affects": "M99"}, False),
        # dates that are not given break no order
        ("RC-080", {f"{MILESTONES}[5].date": None}, False),
        ("RC-107", {"qs.point_of_care:feedback": [{"report": "R", "frequency": "realtime"}]}, False),
        ("RC-107", {"qs.point_of_care:feedback": [{"report": "R"}]}, True),
        # half is no majority, and half is not most
        ("RC-104", {"qs.metrics:measures": [{"use": "p4p", "endorsed": True}, {"use": "gate"}]}, False),
        ("RC-144", {"pm.ss.population:people": 48000}, False),
        ("RC-145", {"pm.ss.target:target_people": 44117}, False),
        ("RC-145", {"pm.ss.target:target_people": 10, "pm.ss.target:cv": None}, False),
        ("RC-145", {"pm.ss.target:target_people": 10, "pm.ss.target:design": "control_group"}, False),
        ("RC-146", {"pm.ss.riskadj.protections:details": [], "pm.ss.riskadj.protections:msr": 4.78}, True),
        ("RC-146", {"pm.ss.riskadj.protections:details": [], "pm.ss.riskadj.protections:msr": 4.79}, False),
        ("RC-146", {"pm.ss.riskadj.protections:details": [], "pm.overview.method:risk_track": "two_sided"}, False),
        ("RC-147", {"pm.ss.baseline.method:base_years": THIRDS}, False),
        ("RC-147", {"pm.ss.baseline.method:base_years[1].weight": 29.98}, True),
        ("RC-148", {"pm.ss.baseline.method:base_years[0].start": "2024-01-02"}, False),
        ("RC-148", {"pm.ss.baseline.method:base_years[0].start": "2024-01-03"}, True),
        ("RC-150", {"pm.ss.scope:excluded": [], "pm.ss.costshift.controls:tracks_excluded": False}, False),
        ("RC-156", {"pm.ss.calc.share:tiers[1].from": 61}, True),
        ("RC-156", {"pm.ss.calc.share:tiers[1].from": 59}, True),
        ("RC-156", {"pm.ss.calc.share:tiers[3].losses": 41}, True),
        ("RC-156", {"pm.ss.calc.share:tiers[3].to": 80}, True),
        ("RC-156", {"pm.ss.calc.share:tiers[1].savings": None}, False),
        ("RC-159", {"pm.ss.payments:settlements[0].run_out_months": 6}, False),
        ("RC-160", {"pm.ss.rebasing.plan:after_years": 5}, False),
        ("RC-163", {"pm.ss.nfs:sources[0].source": "other_agency"}, False),
        ("RC-187", {
            "ap.quality.payment_effect": {"disposition": "answered", "fields": {"period_from": "2028-01-01"}},
            "ap.recon.m5_service_period": {"disposition": "answered", "fields": {"to": "2028-12-31"}},
        }, False),
        ("RC-189", months_after(20), False),
        ("RC-189", months_after(21), True),
    ],
)  # fmt: skip
def test_a_rule_begins_and_ends_here(rule: str, changes: dict[str, Any], expected: object) -> None:
    assert fires(rule, changes) is expected


def test_the_day_of_the_check_decides_what_has_passed() -> None:
    changes = {"qs.goals": {**NYK, "expected": "2027-03-01"}}
    assert [fires("RC-005", changes, as_of=day) for day in (date(2027, 3, 1), date(2027, 3, 2))] == [False, True]


@pytest.mark.parametrize(
    ("rule", "changes", "limits", "words"),
    [
        ("RC-007", {"qs.goals": NYK, "qs.metrics": NYK}, Limits(unknown_percent=2), "More than 2% of the core"),
        (
            "RC-082", {"pr.authority:sought": ["fai"], f"{MILESTONES}[3].date": "2027-04-01"},
            Limits(demonstration_months=12),
            "A demonstration rarely passes in under 12 months.",
        ),
        (
            "RC-160", {"pm.ss.rebasing.plan:after_years": 2}, Limits(rebasing_years=1),
            "The benchmark is not rebased for more than one year.",
        ),
        ("RC-189", months_after(14), Limits(settlement_months=13), "Reconciliation would end close to"),
    ],
)  # fmt: skip
def test_limits_are_the_callers_and_the_words_follow(
    rule: str, changes: dict[str, Any], limits: Limits, words: str
) -> None:
    assert not fires(rule, changes)
    assert findings(changed(changes), limits=limits)[rule].message.startswith(words)


def test_the_usual_limits_read_as_the_content_does() -> None:
    assert Limits().fill(load().rule("RC-007").message).startswith("More than a quarter of the core prompts")
    assert Limits().fill(load().rule("RC-082").message) == "A demonstration rarely passes in under nine months."
    assert Limits().fill(load().rule("RC-160").message) == "The benchmark is not rebased for more than five years."
    assert Limits().fill(load().rule("RC-160").source).endswith("; five years is the portal's own limit")


def test_an_empty_proposal_lacks_only_answers_and_an_authority() -> None:
    found = check(load(), {}, as_of=date(2026, 12, 1), es_pages=None)
    assert [finding.rule for finding in found] == ["RC-001", "RC-047"]
    core = [p.id for p in load().prompts if p.is_core and p.applies_when.is_always]
    assert list(found[0].prompt_ids) == core


def test_what_is_hidden_is_found_and_marked() -> None:
    """With savings no longer shared, answers about them are left over: one finding says so, others are not live."""
    answers = changed({**OFF, "pm.ss.rebasing.plan:after_years": 7, "pm.ss.scope:excluded[0].tracked": False})
    found = findings(answers)
    assert found["RC-009"].is_live
    assert texts(found["RC-009"], answers)[:2] == ["pm.overview.method:shared_savings", "pm.ss.overview"]
    assert [rule for rule, finding in found.items() if not finding.is_live] == ["RC-150", "RC-160"]


def test_a_hidden_field_is_not_live_either() -> None:
    assert not findings(changed({"pm.ss.calc.share:tiered": False, "pm.ss.calc.share:tiers[3].savings": 1}))[
        "RC-156"
    ].is_live


def test_a_hidden_prompt_that_was_answered_needs_no_switch_to_be_named() -> None:
    answers: Answers = {"pm.ss.calc.share": {"disposition": "answered", "fields": {"loss_share": 10}}}
    found = findings(answers)["RC-009"]
    assert texts(found, answers) == ["pm.overview.method:shared_savings", "pm.ss.calc.share"]


def test_a_supplement_that_is_off_is_found_by_its_switch() -> None:
    changes = {"pr.authority:sought": ["1905t", "438.6c"]}
    found = findings(changed(changes))
    assert found["RC-042"].places == (Place("pr.scope", "supplements"), Place("mc.directed", "tests"))
