"""Conditions: the four forms, guards, and what the browser gets."""

from __future__ import annotations

from typing import Any

import pytest

from toolkit.building import resolve_conditions
from toolkit.conditions import ALWAYS, ConditionError, parse
from toolkit.errors import DefinitionError
from toolkit.loading import load


def prompt(prompt_id: str, applies_when: str = "always", **fields: str) -> dict[str, Any]:
    return {
        "id": prompt_id,
        "applies_when": applies_when,
        "fields": [{"key": key, "show_when": text} for key, text in fields.items()],
    }


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("always", None, True),
        ("x is yes", True, True),
        ("x is yes", False, False),
        ("x is yes", None, False),
        ("x is yes", 1, False),
        ("x is no", False, True),
        ("x is no", None, False),
        ("x in (a, b)", "b", True),
        ("x in (a, b)", "c", False),
        ("x in (a)", None, False),
        ("x has a or b", ["c", "b"], True),
        ("x has a or b", ["c"], False),
        ("x has a", None, False),
        ("x has 1115a", ["1115a"], True),
    ],
)
def test_a_condition_holds_for_fitting_values(text: str, value: object, *, holds: bool) -> None:
    assert parse(text, "p.q").holds({"p.q:x": value}.get) is holds


def test_a_field_belongs_to_the_prompt_named_or_to_the_own_one() -> None:
    assert parse("x is yes", "p.q").refs == ("p.q:x",)
    assert parse("a.b:x is yes", "p.q").refs == ("a.b:x",)
    assert parse("a.b:x is yes", "p.q").prompt_ids == ("a.b",)
    assert parse("always", "p.q") is ALWAYS


@pytest.mark.parametrize(
    "text", ["", "never", "x is maybe", "x in a, b", "x in ()", "x has", "x is yes or no", "x == 1"]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ConditionError, match="is no condition"):
        parse(text, "p.q")


def test_a_hidden_switch_switches_nothing() -> None:
    resolve = resolve_conditions(
        [
            prompt("a.a", on="always", track="on is yes"),
            prompt("b.b", "a.a:track in (two)", deep="always"),
            prompt("c.c", "b.b:deep is yes"),
        ]
    )
    assert resolve("b.b").as_json() == [
        {"ref": "a.a:on", "op": "is", "values": [True]},
        {"ref": "a.a:track", "op": "in", "values": ["two"]},
    ]
    assert resolve("c.c").refs == ("a.a:on", "a.a:track", "b.b:deep")
    assert resolve("a.a:track").refs == ("a.a:on",)
    values = {"a.a:on": False, "a.a:track": "two"}
    assert resolve("b.b").holds(values.get) is False
    assert resolve("b.b").holds({**values, "a.a:on": True}.get) is True


def resolve_all(prompts: list[dict[str, Any]]) -> None:
    resolve = resolve_conditions(prompts)
    for p in prompts:
        for name in (p["id"], *(f"{p['id']}:{f['key']}" for f in p["fields"])):
            resolve(name)


def test_a_circle_of_conditions_is_refused() -> None:
    for prompts in (
        [prompt("a.a", "b.b:x is yes", y="always"), prompt("b.b", "a.a:y is yes", x="always")],
        [prompt("a.a", "a.a:x is yes", x="always")],
        [prompt("a.a", x="y is yes", y="x is yes")],
    ):
        with pytest.raises(DefinitionError, match="depends on itself"):
            resolve_all(prompts)


def test_the_content_guards_two_sided_risk_by_shared_savings() -> None:
    condition = load().prompt("pm.ss.risk.authority").applies_when
    assert condition.refs == ("pm.overview.method:shared_savings", "pm.overview.method:risk_track")
    assert condition.text == "pm.overview.method:risk_track in (two_sided, phased, choice_of_track)"
    assert load().prompt("es.overview.model").applies_when.as_json() == []


def test_the_content_looks_across_prompts() -> None:
    field = load().prompt("pd.stakeholders.input").field("tribal_details")
    assert field.show_when.as_json() == [{"ref": "pr.context:tribes_present", "op": "is", "values": [True]}]
