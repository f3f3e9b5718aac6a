"""The system checks: sound definitions pass, each kind of mistake is told in words."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from toolkit import checks, source
from toolkit.definition_rules import problems
from toolkit.loading import CURRENT_VERSION
from toolkit.source import RawDefinition

Edit = Callable[[dict[str, Any]], object]


def sound() -> dict[str, Any]:
    options = {
        key: {"source": "s", "options": [{"code": "a", "label": "A"}]} for key in ("na_reason", "nyk_reason", "kinds")
    }
    first = {
        "id": "aa.one",
        "label": "One",
        "question": "What?",
        "help": "So.",
        "covers": ["what -> yes, rows.kind"],
        "priority": "core",
        "applies_when": "always",
        "fields": [
            {"key": "yes", "kind": "yesno", "label": "Yes"},
            {"key": "many", "kind": "multi", "options": "kinds", "label": "Many", "show_when": "yes is yes"},
            {"key": "share", "kind": "percent", "label": "Share", "min": 1, "max": 2},
            {"key": "story", "kind": "rich", "label": "Story", "guide_words": [10, 20]},
            {
                "key": "rows",
                "kind": "table",
                "label": "Rows",
                "columns": [{"key": "kind", "kind": "choice", "options": "kinds", "label": "Kind"}],
            },
        ],
    }
    second = {**copy.deepcopy(first), "id": "aa.two", "applies_when": "aa.one:many has a", "covers": []}
    part = {
        "id": "p",
        "label": "P",
        "title": "P",
        "file": "p.yaml",
        "sections": [{"id": "aa", "title": "A", "intro": "I"}],
    }
    return {
        "manifest": {"version": "1.0", "parts": [part]},
        "prompts": {"p": [first, second]},
        "option_sets": options,
        "glossary": [["Term", "Definition", "Source"], ["Second", "Definition", "Source"]],
        "forms": {"forms": {}, "never": []},
        "rules": [{"id": "g", "title": "G", "rules": [rule("RC-001")]}],
        "criteria": [{"section": "aa", "points": [criterion("CR-001")]}],
    }


def criterion(criterion_id: str, **changes: object) -> dict[str, object]:
    point = {"text": "Is it so?", "source": "SMD 20-004, Quality; ICM Toolkit, Part 1", "prompts": ["aa.one"]}
    return {"id": criterion_id, **point, **changes}


def put_criterion(raw: dict[str, Any], *points: dict[str, object]) -> None:
    raw["criteria"][0]["points"] = list(points)


def rule(rule_id: str, **changes: str) -> dict[str, str]:
    texts = {"severity": "info", "message": "After {rebasing_years}.", "fix": "Mend.", "source": "Here"}
    return {"id": rule_id, **texts, **changes}


def put_rule(raw: dict[str, Any], *rules: dict[str, str]) -> None:
    raw["rules"][0]["rules"] = list(rules)


def first(raw: dict[str, Any]) -> dict[str, Any]:
    prompt: dict[str, Any] = raw["prompts"]["p"][0]
    return prompt


def field(raw: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(f for f in first(raw)["fields"] if f["key"] == key)
    return found


def test_sound_definitions_have_no_problems() -> None:
    assert problems(RawDefinition(**sound()), "1.0") == []


BROKEN: list[tuple[Edit, str]] = [
    (lambda r: r["manifest"].update(version="2.0"), "toolkit.yaml: the version must read '1.0', like its folder."),
    (lambda r: r["manifest"]["parts"][0]["sections"].append({"id": "bb"}), "bb: the section has no prompt."),
    (lambda r: first(r).update(id="cc.one"), "cc.one: no section of its part begins its id."),
    (lambda r: first(r).update(id="aa.two"), "aa.two: this prompt id is used 2 times."),
    (lambda r: first(r).update(id="aa.One"), "aa.One: a prompt id reads like pm.ss.target."),
    (lambda r: first(r).update(label=""), "aa.one: label is missing."),
    (lambda r: first(r).update(colour="red"), "aa.one: 'colour' is no word of ours."),
    (lambda r: first(r).update(priority="high"), "aa.one: priority must be core or optional."),
    (lambda r: first(r).update(fields=[]), "aa.one: a prompt needs a field."),
    (lambda r: first(r).update(covers=["what"]), "aa.one: covers must read “what is asked -> field”."),
    (lambda r: first(r).update(covers=["what -> rows.gone"]), "aa.one: covers names rows.gone, which is no field."),
    (lambda r: field(r, "share").update(key="yes"), "yes: this field in aa.one is used 2 times."),
    (
        lambda r: field(r, "share").update(key="Share"),
        "aa.one:Share: a key is lower case letters, digits and underscores.",
    ),
    (lambda r: field(r, "share").update(kind="ratio"), "aa.one:share: there is no kind 'ratio' here."),
    (lambda r: field(r, "share").update(min=3), "aa.one:share: min is above max."),
    (lambda r: field(r, "yes").update(min=3), "aa.one:yes: only numbers have min and max."),
    (lambda r: field(r, "many").update(options="gone"), "aa.one:many: there is no option set gone."),
    (lambda r: field(r, "many").pop("options"), "aa.one:many: choice and multi have options, and nothing else has."),
    (
        lambda r: field(r, "story").update(guide_words=[20, 10]),
        "aa.one:story: guide_words must be two numbers, the smaller first.",
    ),
    (lambda r: field(r, "rows").pop("columns"), "aa.one:rows: a table has columns, and nothing else has."),
    (lambda r: field(r, "rows").update(kind="milestones"), "aa.one:rows: milestones need a column ref."),
    (lambda r: field(r, "rows")["columns"][0].update(kind="rich"), "aa.one:rows.kind: there is no kind 'rich' here."),
    (lambda r: r["option_sets"].pop("na_reason"), "option-sets.yaml: na_reason is missing."),
    (lambda r: r["option_sets"]["kinds"].update(options=[]), "kinds: the list is empty."),
    (
        lambda r: r["option_sets"]["kinds"].update(options=[{"code": 1945, "label": "x"}]),
        "kinds: the code 1945 must be quoted.",
    ),
    (
        lambda r: r["option_sets"]["kinds"].update(options=[{"code": "a", "label": "x"}] * 2),
        "a: this code in kinds is used 2 times.",
    ),
    (lambda r: r["glossary"].append(["Term", "x", "y"]), "Term: this glossary term is used 2 times."),
    (lambda r: r["glossary"].append(["T", ""]), "glossary.yaml: ['T', ''] must be term, definition and source."),
    (lambda r: r["forms"]["forms"].update(Gone=["x"]), "Gone: other forms of a term that is not in the glossary."),
    (
        lambda r: r["forms"]["forms"].update(Term=["other"], Second=["Others"]),
        "others: this form of a term is used 2 times.",
    ),
    (lambda r: put_rule(r, rule("RC-1")), "RC-1: a rule id reads like RC-030."),
    (lambda r: put_rule(r, rule("RC-001"), rule("RC-001")), "RC-001: this rule id is used 2 times."),
    (lambda r: put_rule(r, rule("RC-001", severity="bad")), "RC-001: severity must be error, warning or info."),
    (lambda r: put_rule(r, rule("RC-001", fix="")), "RC-001: fix is missing."),
    (lambda r: put_rule(r, rule("RC-001", when="x")), "RC-001: 'when' is no word of ours."),
    (lambda r: put_rule(r, rule("RC-001", message="{gone}")), "RC-001: there is no limit gone."),
    (lambda r: r["rules"][0].update(title=""), "rules.yaml, g: title is missing."),
    (lambda r: r["rules"].append(r["rules"][0]), "g: this group of rules is used 2 times."),
    (lambda r: r["criteria"].append(r["criteria"][0]), "aa: this section of criteria is used 2 times."),
    (lambda r: r["criteria"][0].update(section="bb"), "criteria.yaml: there is no section bb."),
    (lambda r: r["criteria"][0].update(points=None), "criteria.yaml, aa: points is missing."),
    (lambda r: r["criteria"][0].update(title="A"), "criteria.yaml, aa: 'title' is no word of ours."),
    (lambda r: put_criterion(r, criterion("CR-1")), "CR-1: a criterion id reads like CR-030."),
    (
        lambda r: put_criterion(r, criterion("CR-001"), criterion("CR-001")),
        "CR-001: this criterion id is used 2 times.",
    ),
    (lambda r: put_criterion(r, criterion("CR-001", text="It is so.")), "CR-001: the text must be one question."),
    (lambda r: put_criterion(r, criterion("CR-001", text="Is it? Why?")), "CR-001: the text must be one question."),
    (lambda r: put_criterion(r, criterion("CR-001", text="")), "CR-001: text is missing."),
    (lambda r: put_criterion(r, criterion("CR-001", source="")), "CR-001: source is missing."),
    (
        lambda r: put_criterion(r, criterion("CR-001", source="SMD 20-004, Quality; a colleague")),
        "CR-001: 'a colleague' must read “document, place in it”.",
    ),
    (lambda r: put_criterion(r, criterion("CR-001", weight=2)), "CR-001: 'weight' is no word of ours."),
    (lambda r: put_criterion(r, criterion("CR-001", prompts=[])), "CR-001: it must be about a prompt."),
    (
        lambda r: put_criterion(r, criterion("CR-001", prompts=["aa.one", "aa.gone"])),
        "CR-001: aa.gone is no prompt of its section.",
    ),
    (lambda r: put_criterion(r, criterion("CR-001", prompts=["aa.two"])), "aa.one: no criterion is about it."),
    (
        lambda r: first(r).update(applies_when="aa.two:gone is yes"),
        "aa.one: the condition looks at aa.two:gone, which does not exist.",
    ),
    (
        lambda r: field(r, "many").update(show_when="story is yes"),
        "aa.one:many: “is” needs a field of kind yesno; aa.one:story is rich.",
    ),
    (
        lambda r: r["prompts"]["p"][1].update(applies_when="aa.one:many has z"),
        "aa.two: aa.one:many has no option z.",
    ),
    (
        lambda r: first(r).update(applies_when="aa.two:yes is yes"),
        "aa.one: its condition depends on itself.",
    ),
]


@pytest.mark.parametrize(("edit", "problem"), BROKEN, ids=[problem for _, problem in BROKEN])
def test_each_mistake_is_told(edit: Edit, problem: str) -> None:
    raw = sound()
    edit(raw)
    assert problem in problems(RawDefinition(**raw), "1.0")


def test_a_text_that_is_no_condition_is_told() -> None:
    raw = sound()
    field(raw, "many")["show_when"] = "now and then"
    [problem] = problems(RawDefinition(**raw), "1.0")
    assert problem.startswith("aa.one:many: “now and then” is no condition; write “always”")


def test_the_versions_in_the_project_pass_the_checks() -> None:
    assert checks.check_definitions() == []
    assert run_checks(tags=["toolkit"]) == []


def test_a_changed_or_missing_version_fails_the_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "pinned_hashes", lambda: {CURRENT_VERSION: {"asked": "0"}, "2019.1": {}})
    assert [(error.id, error.obj, error.msg) for error in checks.check_definitions()] == [
        ("toolkit.E001", "toolkit 2019.1", "There is no version '2019.1' of the toolkit."),
        ("toolkit.E002", "toolkit 2026.1", "The content is not the one written in definitions/hashes.yaml."),
    ]


def test_a_version_without_a_pinned_hash_fails_the_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "pinned_hashes", dict)
    assert [error.id for error in checks.check_definitions()] == ["toolkit.E002"]


def test_a_rule_without_a_function_fails_the_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = RawDefinition(**sound())
    put_rule({"rules": raw.rules}, rule("RC-001"), rule("RC-999"))
    monkeypatch.setattr(checks, "read", lambda _version: raw)
    assert [(error.id, error.msg) for error in checks.check_definitions() if error.id == "toolkit.E003"] == [
        ("toolkit.E003", "RC-999: there is no function for this rule.")
    ]


def test_no_versions_at_all_is_no_error_of_reading(tmp_path: Path) -> None:
    assert source.versions(tmp_path) == ()
