"""`manage.py load_sample`: what it stores, and what it says about files that are wrong."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from pytest_django import Settings

from icm_portal.accounts.models import Agency, Role, Side, User
from proposals.models import Event, Proposal, Section, SectionRevision
from proposals.sample_file import SAMPLES
from proposals.status import Status
from tests.worlds import World, make_actor
from toolkit.loading import load
from toolkit.richtext import to_text


@pytest.fixture
def demo(db: None, settings: Settings, tmp_path: Path) -> None:
    """Demo mode, with a data folder of its own."""
    settings.DEMO = True
    settings.DATA_DIR = tmp_path


def run(path: Path | str, *options: str) -> list[str]:
    """Run the command and return the lines it prints."""
    out = StringIO()
    call_command("load_sample", str(path), *options, stdout=out)
    return out.getvalue().splitlines()


def refused(path: Path | str, *options: str) -> list[str]:
    """Run the command, which must fail and store nothing, and return its lines without the name of the file."""
    with pytest.raises(CommandError) as failed:
        run(path, *options)
    assert Proposal.objects.count() == 0
    assert failed.value.returncode == 1
    return [line.removeprefix(f"{path}: ") for line in str(failed.value).splitlines()]


def write(folder: Path, answers: dict[str, Any], **more: Any) -> Path:
    """Write a file with one sample."""
    path = folder / "sample.yaml"
    about = {"id": "one", "title": "One"}
    path.write_text(yaml.safe_dump({"samples": [{"sample": about, "answers": answers, **more}]}), encoding="utf-8")
    return path


def plain(value: Any) -> Any:
    """Bring answers of the file and stored ones into the same form: no row identities, no markup, nothing empty."""
    if isinstance(value, dict):
        items = {key: plain(item) for key, item in value.items() if key != "_row"}
        kept = {key: item for key, item in items.items() if item not in ({}, "", [], None)}
        return {} if kept == {"disposition": "answered"} else kept
    if isinstance(value, list):
        found = [plain(item) for item in value]
        return sorted(found) if all(isinstance(item, str) for item in found) else found
    if isinstance(value, str):
        return " ".join((to_text(value) if value.startswith("<") else value).split())
    return value.isoformat() if hasattr(value, "isoformat") else value


@pytest.mark.usefixtures("demo")
def test_both_samples_are_stored_as_the_file_has_them() -> None:
    lines = run(SAMPLES)
    content = yaml.safe_load(SAMPLES.read_text(encoding="utf-8"))
    for number, entry in zip(("NL-ICM-0001", "LK-ICM-0001"), content["samples"], strict=True):
        proposal = Proposal.objects.get(number=number)
        stored = {
            prompt_id: answer for section in proposal.sections.all() for prompt_id, answer in section.answers.items()
        }
        assert plain(stored) == plain(entry["answers"])
        assert (proposal.title, proposal.sample_note) == (entry["sample"]["title"], entry["sample"]["figures"])
    assert lines[-1] == "LK-ICM-0001"


@pytest.mark.usefixtures("demo")
def test_a_sample_is_a_draft_with_the_same_record_as_one_typed_by_a_person() -> None:
    run(SAMPLES, "--sample", "sample-2")
    proposal = Proposal.objects.get()
    written = Section.objects.filter(proposal=proposal, revision__gt=0)
    saves = sum(written.values_list("revision", flat=True))
    assert proposal.status == Status.DRAFT
    assert proposal.model_type == "health_home"
    assert proposal.sections.count() == len(load().sections)
    assert SectionRevision.objects.filter(section__proposal=proposal).count() == saves > len(written)
    assert Event.objects.filter(proposal=proposal, verb="section_saved").count() == written.count()
    assert proposal.created_by.email == "analyst@lakemont.example"


@pytest.mark.usefixtures("demo")
def test_demo_mode_makes_the_agency_that_the_sample_names_once() -> None:
    run(SAMPLES)
    run(SAMPLES, "--sample", "sample-1")
    northland = Agency.objects.get(code="NL")
    assert (northland.name, northland.is_fictional) == ("Northland Department of Medical Assistance", True)
    assert list(northland.proposals.order_by("number").values_list("number", flat=True)) == [
        "NL-ICM-0001",
        "NL-ICM-0002",
    ]


@pytest.mark.usefixtures("demo")
def test_demo_mode_invents_a_code_that_no_state_has(tmp_path: Path) -> None:
    path = write(tmp_path, {"pr.identity": answered(jurisdiction="New Pacifica (fictional state)")})
    first = run(path)[-1]
    Agency.objects.filter(code="NEW").update(jurisdiction="Other", name="Other")
    assert (first, run(path)[-1]) == ("NEW-ICM-0001", "NEWA-ICM-0001")
    assert User.objects.filter(email="analyst@new-pacifica.example").exists()


@pytest.mark.usefixtures("demo")
def test_demo_mode_gives_up_when_every_code_is_taken(tmp_path: Path) -> None:
    for last in ("", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        Agency.objects.create(
            code=f"NEW{last}", name=f"New {last}", side=Side.STATE, jurisdiction=f"New {last}x", time_zone="UTC"
        )
    path = write(tmp_path, {"pr.identity": answered(jurisdiction="New Pacifica")})
    assert refused(path) == ["There are too many agencies like “New Pacifica”: say which one with --agency CODE."]


def answered(**fields: Any) -> dict[str, Any]:
    """An answer as a file has it."""
    return {"disposition": "answered", "fields": fields}


def test_the_agency_may_be_named_in_the_command(world: World) -> None:
    assert run(SAMPLES, "--agency", "tx")[-1] == "TX-ICM-0002"
    assert Proposal.objects.filter(agency=world.texas.agency, created_by=world.texas.editor.user).count() == 2


def test_a_sample_of_a_state_that_is_there_goes_to_its_agency(world: World, tmp_path: Path) -> None:
    path = write(tmp_path, {"pr.identity": answered(jurisdiction="Ohio", agency="An older name")})
    assert run(path)[-1] == "OH-ICM-0001"


def test_outside_demo_mode_no_agency_is_made(world: World) -> None:
    name = "Northland Department of Medical Assistance"
    assert refused(SAMPLES) == [f"There is no agency “{name}” here: say which one with --agency CODE."]
    assert not Agency.objects.filter(name=name).exists()


@pytest.mark.parametrize("code", ["ZZ", "CMS"])
def test_the_agency_must_be_a_state_that_is_there(world: World, code: str) -> None:
    assert refused(SAMPLES, "--agency", code) == [f"There is no state agency with the code “{code}”."]


def test_somebody_who_may_write_everything_must_be_there(db: None) -> None:
    maine = Agency.objects.create(code="ME", name="MaineCare", side=Side.STATE, jurisdiction="Maine", time_zone="UTC")
    make_actor(maine, Role.VIEWER)
    make_actor(maine, Role.EDITOR, section_ids=["qs"])
    sentence = "MaineCare has no member who may write all sections: invite an editor, team lead or signatory first."
    assert refused(SAMPLES, "--agency", "ME") == [sentence]


def test_an_editor_loads_before_a_lead_and_a_signatory(db: None) -> None:
    maine = Agency.objects.create(code="ME", name="MaineCare", side=Side.STATE, jurisdiction="Maine", time_zone="UTC")
    for role in (Role.SIGNATORY, Role.TEAM_LEAD, Role.EDITOR):
        newest = make_actor(maine, role)
        run(SAMPLES, "--agency", "ME", "--sample", "sample-2")
        assert Proposal.objects.latest("created_at").created_by == newest.user


def test_a_sample_without_an_agency_asks_for_one(world: World, tmp_path: Path) -> None:
    path = write(tmp_path, {})
    assert refused(path) == ["one names no agency in pr.identity: say which with --agency CODE."]


def test_an_unknown_sample_is_answered_with_those_there_are(world: World) -> None:
    assert refused(SAMPLES, "--sample", "x") == ["It holds no sample “x”, but: sample-1, sample-2."]


def test_everything_that_cannot_be_read_is_reported_with_its_path(world: World, tmp_path: Path) -> None:
    answers = {
        "pr.identity": answered(jurisdiction="Ohio", motto="Onward"),
        "pr.nothing": answered(),
        "pr.context": answered(fmap="a lot", tribes_present="perhaps"),
        "pr.scope": answered(supplements=["savings_model", "moonshot"]),
        "pd.timeline.plan": answered(milestones=[{"title": "Start", "date": "soon"}, {"colour": "red"}, 3]),
        "qs.goals": "none",
        "qs.metrics": {"disposition": "maybe"},
        "mc.overview": {"disposition": "na", "reason": "because"},
    }
    paths = [line.split(": ")[:2] for line in refused(write(tmp_path, answers), "--agency", "OH")]
    assert sorted(paths) == sorted(
        ["one", path]
        for path in (
            "pr.identity:motto",
            "pr.nothing",
            "pr.context:fmap",
            "pr.context:tribes_present",
            "pr.scope:supplements",
            "pd.timeline.plan:milestones[0].date",
            "pd.timeline.plan:milestones[1].colour",
            "pd.timeline.plan:milestones[2]",
            "qs.goals",
            "qs.metrics.disposition",
            "mc.overview",
        )
    )


def test_one_wrong_sample_keeps_the_others_out(world: World, tmp_path: Path) -> None:
    good = {"sample": {"id": "good", "title": "Good"}, "answers": {}}
    bad = {"sample": {"id": "bad", "title": "Bad"}, "answers": {"pr.nothing": answered()}}
    path = tmp_path / "two.yaml"
    path.write_text(yaml.safe_dump({"samples": [good, bad]}))
    assert refused(path, "--agency", "OH") == ["bad: pr.nothing: Toolkit 2026.1 has no prompt of this name."]
    assert run(path, "--agency", "OH", "--sample", "good")[-1] == "OH-ICM-0001"


def test_what_belongs_to_other_work_is_left_aside(world: World, tmp_path: Path) -> None:
    path = write(tmp_path, {}, savings_model={"inputs": 1}, expected_findings=["RC-001"])
    assert run(path, "--agency", "OH")[-1] == "OH-ICM-0001"


ENTRY = "samples:\n- sample: {id: a, title: A}\n  answers: "
HOSTILE = {
    "an empty file": (b"", "It must be an object with a list “samples”."),
    "no object": (b"- 1\n- 2\n", "It must be an object with a list “samples”."),
    "a text": (b"hello", "It must be an object with a list “samples”."),
    "no list": (b"samples: 3", "samples: must be a list with at least one sample."),
    "an empty list": (b"samples: []", "samples: must be a list with at least one sample."),
    "an entry that is none": (b"samples: [3]", "samples[0]: must be an object with “sample” and “answers”."),
    "no UTF-8": (b"samples:\n- \xff\xfe\n", "Line 2 is not UTF-8 text."),
    "UTF-16": ("samples: []".encode("utf-16"), "Line 1 is not UTF-8 text."),
    "no YAML": (b"samples: [1, 2", "Line 2 is not plain YAML: did not find expected ',' or ']'."),
    "a tab": (b"samples:\n\t- 1", "Line 2 is not plain YAML: found character that cannot start any token."),
    "a NUL": (b"samples: \x00", "It is not plain YAML: it holds a character or a number that cannot be read."),
    "a number without end": (
        f"{ENTRY}{{pr.identity: {'9' * 5000}}}".encode(),
        "It is not plain YAML: it holds a character or a number that cannot be read.",
    ),
    "a Python object": (
        b"samples: !!python/object/apply:os.system [ls]",
        "Line 1 is not plain YAML: the tag tag:yaml.org,2002:python/object/apply:os.system is not used here.",
    ),
    "a billion laughs": (
        b"a: &a [x, x]\nb: &b [*a, *a]\nsamples: [*b, *b]",
        "Line 1 is not plain YAML: anchors and aliases are not used here.",
    ),
    "a well": (b"samples: " + b"[" * 400, "Line 1 is not plain YAML: it is nested deeper than 20 levels."),
    "a key twice": (
        f"{ENTRY}{{pr.scope: 1, pr.scope: 2}}".encode(),
        "Line 3 is not plain YAML: the key “pr.scope” stands there twice.",
    ),
    "a key that is a number": (f"{ENTRY}{{1: 2}}".encode(), "Line 3 is not plain YAML: a key that is no text."),
    "a key that is a list": (f"{ENTRY}{{[1]: 2}}".encode(), "Line 3 is not plain YAML: a key that is no text."),
    "answers that are none": (f"{ENTRY}[]".encode(), "samples[0].answers: must be an object of prompts."),
    "a sample without a description": (
        b"samples: [{answers: {}}]",
        "samples[0].sample: must be an object with an id and a title.",
    ),
    "a title that is a number": (
        b"samples: [{sample: {id: a, title: 3}, answers: {}}]",
        "samples[0].sample.title: must be a text.",
    ),
    "an endless title": (
        f"samples: [{{sample: {{id: a, title: {'x' * 201}}}, answers: {{}}}}]".encode(),
        "samples[0].sample.title: has 201 characters; at most 200 fit.",
    ),
    "figures that are no text": (
        b"samples: [{sample: {id: a, title: A, figures: [1]}, answers: {}}]",
        "samples[0].sample.figures: must be a text.",
    ),
    "an unknown key above": (f"more: 1\n{ENTRY}{{}}".encode(), "more: this key is not known here."),
    "an unknown key beside": (f"{ENTRY}{{}}\n  more: 1".encode(), "samples[0].more: this key is not known here."),
    "an unknown key inside": (
        b"samples: [{sample: {id: a, title: A, author: me}, answers: {}}]",
        "samples[0].sample.author: this key is not known here.",
    ),
    "one id twice": (
        b"samples: [{sample: {id: a, title: A}, answers: {}}, {sample: {id: a, title: B}, answers: {}}]",
        "samples[1].sample.id: “a” is used twice.",
    ),
    "a file of six megabytes": (b"#" * (5 * 1024 * 1024 + 1), "It is larger than 5 MB."),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_answered_with_one_sentence(tmp_path: Path, name: str) -> None:
    content, sentence = HOSTILE[name]
    path = tmp_path / "hostile.yaml"
    path.write_bytes(content)
    assert refused(path) == [sentence]


@pytest.mark.django_db
def test_a_file_that_is_missing_or_a_folder_is_answered_with_one_sentence(tmp_path: Path) -> None:
    assert refused(tmp_path / "nothing.yaml") == ["There is no such file."]
    assert refused(tmp_path) == ["There is no such file."]


@pytest.mark.django_db
def test_a_file_that_cannot_be_opened_is_answered_with_one_sentence(tmp_path: Path) -> None:
    assert refused(tmp_path / ("x" * 300)) == ["It cannot be opened: File name too long."]
