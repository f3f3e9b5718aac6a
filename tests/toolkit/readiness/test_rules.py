"""Every rule fires on its vector, says where, and is silent on the complete sample; the draft has what it should."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.toolkit.readiness.samples import ALL_VECTORS, AS_OF, changed, findings, texts, vectors
from tests.toolkit.test_samples import SAMPLES, sample
from toolkit import readiness
from toolkit.findings import Place
from toolkit.loading import load
from toolkit.readiness.checking import check, registered
from toolkit.readiness.registry import rule
from toolkit.types import ROW

REF = re.compile(r"[a-z]{2}\.[a-z0-9_.]+:[a-z0-9_]+")


def vector_ids(found: list[dict[str, Any]]) -> list[str]:
    return [vector["rule"] for vector in found]


def test_every_rule_has_a_function_and_every_function_a_rule() -> None:
    assert registered() == {rule.id for rule in load().rules}
    assert len(load().rules) == 138


def test_every_rule_has_a_vector() -> None:
    assert sorted(vector_ids(ALL_VECTORS)) == sorted(rule.id for rule in load().rules)


@pytest.mark.parametrize("vector", ALL_VECTORS, ids=vector_ids(ALL_VECTORS))
def test_a_rule_fires_on_its_vector(vector: dict[str, Any]) -> None:
    found = findings(changed(vector["set"]), es_pages=vector["set"].get("@es_pages"))[vector["rule"]]
    said = load().rule(vector["rule"])
    assert found.severity == said.severity
    assert "{" not in found.message + found.fix + found.source
    assert found.is_live or vector["rule"] in HIDDEN


#: Their vectors answer prompts of supplements that are off.
HIDDEN = {
    "RC-043", "RC-044", "RC-182", "RC-183", "RC-184", "RC-185", "RC-186", "RC-187", "RC-188", "RC-189", "RC-190",
    "RC-191", "RC-192", "RC-193", "RC-194",
}  # fmt: skip


@pytest.mark.parametrize("vector", vectors("own_vectors.yaml"), ids=vector_ids(vectors("own_vectors.yaml")))
def test_a_rule_says_where(vector: dict[str, Any]) -> None:
    answers = changed(vector["set"])
    assert texts(findings(answers)[vector["rule"]], answers) == vector["at"]


@pytest.mark.parametrize("vector", ALL_VECTORS, ids=vector_ids(ALL_VECTORS))
def test_every_place_exists(vector: dict[str, Any]) -> None:
    answers = changed(vector["set"])
    for finding in findings(answers).values():
        assert len(set(finding.places)) == len(finding.places) > 0
        for place in finding.places:
            assert_exists(place, answers)


def assert_exists(place: Place, answers: Any) -> None:
    field = load().prompt(place.prompt_id).field(place.field_key) if place.field_key else None
    if place.row:
        assert field
        assert field.columns
        assert place.row in [row[ROW] for row in answers[place.prompt_id]["fields"][place.field_key]]


def test_the_complete_sample_has_no_finding() -> None:
    assert check(load(), sample("sample-1"), as_of=AS_OF, es_pages=None) == ()
    assert check(load(), sample("sample-1"), as_of=AS_OF, es_pages=3.0) == ()


def test_the_draft_has_exactly_the_expected_findings() -> None:
    content = yaml.safe_load(SAMPLES.read_text(encoding="utf-8"))
    [expected] = [s["expected_findings"] for s in content["samples"] if s["sample"]["id"] == "sample-2"]
    found = check(load(), sample("sample-2"), as_of=AS_OF, es_pages=None)
    assert [{"rule": f.rule, "severity": f.severity} for f in found] == expected
    assert all(finding.is_live for finding in found)


def test_every_reference_in_the_rules_names_a_field() -> None:
    known = {f"{p.id}:{f.key}" for p in load().prompts for f in p.fields}
    named = set()
    for file in sorted(Path(readiness.__file__).parent.glob("*.py")):
        strings = (node.value for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Constant))
        named |= {text for text in strings if isinstance(text, str) and REF.fullmatch(text)}
    assert named - known == set()
    assert len(named) > 100


def test_a_number_cannot_be_used_twice() -> None:
    def rc_030(_read: object) -> tuple[()]:
        return ()

    with pytest.raises(ValueError, match="RC-030 has two functions"):
        rule(rc_030)
