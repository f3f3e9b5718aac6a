"""`manage.py readiness`: the contract of its JSON, the day it counts from, and what it says about wrong input."""

from __future__ import annotations

import json
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries

from proposals.models import Event, Proposal
from proposals.sample_file import SAMPLES
from tests.toolkit.readiness.samples import AS_OF
from tests.toolkit.test_samples import sample
from tests.worlds import World, answer
from toolkit.loading import load
from toolkit.readiness.checking import check


def run(*words: str | Path) -> str:
    """Run the command and return what it prints."""
    out = StringIO()
    call_command("readiness", *map(str, words), stdout=out)
    return out.getvalue()


def found(*words: str | Path) -> list[dict[str, Any]]:
    """Run the command with --json and return what it prints."""
    rows: list[dict[str, Any]] = json.loads(run(*words, "--json"))
    return rows


def refused(*words: str | Path) -> str:
    """Run the command, which must fail, and return its sentence."""
    with pytest.raises(CommandError) as failed:
        run(*words)
    return str(failed.value)


def one_sample(folder: Path, answers: dict[str, Any], **about: Any) -> Path:
    """Write a file with one sample."""
    path = folder / "one.yaml"
    entry = {"sample": {"id": "one", "title": "One", **about}, "answers": answers}
    path.write_text(yaml.safe_dump({"samples": [entry]}), encoding="utf-8")
    return path


def test_the_complete_sample_prints_an_empty_list() -> None:
    assert found("--file", SAMPLES, "--sample", "sample-1") == []


def test_the_draft_prints_rule_severity_message_and_prompts_in_the_order_of_the_content() -> None:
    rows = found("--file", SAMPLES, "--sample", "sample-2")
    expected = check(load(), sample("sample-2"), as_of=AS_OF, es_pages=None)
    assert rows == [
        {"rule": f.rule, "severity": f.severity.value, "message": f.message, "prompts": list(f.prompt_ids)}
        for f in expected
    ]
    assert rows[1] == {
        "rule": "RC-021",
        "severity": "warning",
        "message": "The goals do not cover all three aims.",
        "prompts": ["es.overview.goals"],
    }


def test_the_day_is_the_one_given_else_the_samples(tmp_path: Path) -> None:
    nyk = {"qs.goals": {"disposition": "nyk", "reason": "data", "plan": "Study", "expected": "2026-12-01"}}
    late = {"rule": "RC-005", "severity": "warning", "prompts": ["qs.goals"]}
    late["message"] = "The date promised for a not-yet-known answer has passed."
    path = one_sample(tmp_path, nyk, as_of="2026-12-01")
    assert late not in found("--file", path)
    assert late in found("--file", path, "--as-of", "2026-12-02")
    assert late in found("--file", one_sample(tmp_path, {"qs.goals": {**nyk["qs.goals"], "expected": "2000-01-01"}}))


def test_a_persons_list_says_what_to_do_and_where() -> None:
    lines = run("--file", SAMPLES, "--sample", "sample-2").splitlines()
    assert lines[0] == (
        "Lakemont Health Home for Adults with Serious Mental Illness, 2026-12-01. error: 7, warning: 13, info: 3."
    )
    place = lines.index("RC-024 warning: An infrastructure gap has no remedy or no owner.")
    assert lines[place + 1 : place + 3] == [
        "  Add both. (ICM Toolkit Part 1 Facilitating Circumstances item 2)",
        "  es.context.gaps",
    ]


def test_a_proposal_is_found_by_number_and_id_and_nothing_is_written(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    proposal = world.draft()
    world.complete_draft(world.texas)
    assert proposal.number == "OH-ICM-0001"
    events = Event.objects.count()
    by_number = found("--proposal", "oh-icm-0001")
    assert [row["rule"] for row in by_number] == ["RC-001", "RC-047"]
    assert by_number == found("--proposal", str(proposal.pk))
    assert Event.objects.count() == events
    with django_assert_num_queries(2):
        found("--proposal", "OH-ICM-0001")


def test_today_is_the_states_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half past three in the morning by UTC on December 2 is still December 1 in Ohio."""
    proposal = world.complete_draft()
    promised = {"disposition": "nyk", "reason": "data", "plan": "Study", "owner": "", "expected": "2026-12-01"}
    answer(proposal, world.ohio.editor, "qs.goals", promised)
    at = {"03:30": False, "05:30": True}
    for clock, late in at.items():
        monkeypatch.setattr("django.utils.timezone.now", lambda clock=clock: moment(clock))
        assert ("RC-005" in {row["rule"] for row in found("--proposal", proposal.number)}) is late


def moment(clock: str) -> datetime:
    """A moment of December 2, 2026, by UTC."""
    return datetime.fromisoformat(f"2026-12-02T{clock}:00+00:00")


@override_settings(READINESS_SETTLEMENT_MONTHS=12, READINESS_REBASING_YEARS=2)
def test_limits_come_from_the_settings(tmp_path: Path) -> None:
    answers = {
        "ap.overview.reconcile_when": {"fields": {"months_after": 13}},
        "pm.ss.rebasing.plan": {"fields": {"after_years": 3}},
    }
    rows = {row["rule"]: row["message"] for row in found("--file", one_sample(tmp_path, answers))}
    assert rows["RC-160"] == "The benchmark is not rebased for more than two years."
    assert "RC-189" in rows


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--file", "nowhere.yaml"), "nowhere.yaml: There is no such file."),
        (("--file", "."), ".: There is no such file."),
        (("--file", str(SAMPLES)), f"{SAMPLES}: It holds several samples; name one with --sample: sample-1, sample-2."),
        (("--file", str(SAMPLES), "--sample", "x"), f"{SAMPLES}: It holds no sample “x”, but: sample-1, sample-2."),
        (("--file", str(SAMPLES), "--as-of", "soon"), "--as-of: “soon” is no day; write it like 2026-12-01."),
        (("--file", str(SAMPLES), "--as-of", "20261201"), "--as-of: “20261201” is no day; write it like 2026-12-01."),
        (("--proposal", "X", "--sample", "sample-1"), "--sample names a sample of a --file."),
        ((), "Error: one of the arguments --proposal --file is required"),
        (
            ("--proposal", "X", "--file", "y"),
            "Error: argument --file: not allowed with argument --proposal",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    assert refused(*words) == sentence


def test_a_proposal_that_does_not_exist_is_named(db: None) -> None:
    assert refused("--proposal", "NL-ICM-0404") == "There is no proposal NL-ICM-0404."
    assert Proposal.objects.count() == 0


def test_answers_that_cannot_be_read_are_named_with_their_place(tmp_path: Path) -> None:
    path = one_sample(tmp_path, {"pr.nothing": {}, "qs.goals": {"disposition": "maybe"}})
    assert refused("--file", path).splitlines() == [
        f"{path}: one: pr.nothing: Toolkit 2026.1 has no prompt of this name.",
        f"{path}: one: qs.goals.disposition: Choose one of “Answer”, “Not applicable” or “Not yet known”.",
    ]
    path = one_sample(tmp_path, {}, as_of="next week")
    assert refused("--file", path) == f"{path}: samples[0].sample.as_of: must be a day, such as 2026-12-01."
