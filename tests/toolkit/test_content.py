"""The content of version 2026.1: counts, identity, and that a version in use never changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit import source
from toolkit.errors import DefinitionError, UnknownVersion
from toolkit.loading import CURRENT_VERSION, load, versions


def test_every_prompt_of_the_toolkit_is_there() -> None:
    counts = {part.id: sum(len(s.prompts) for s in part.sections) for part in load().parts}
    assert counts == {
        "profile": 4,
        "part1": 10,
        "part2-design": 15,
        "part2-quality": 8,
        "part2-payment": 30,
        "advanced-payment": 42,
        "managed-care": 4,
        "demonstration": 5,
        "design-check": 7,
    }
    assert len(load().prompts) == 125
    assert len(load().option_sets) == 117
    assert len(load().glossary) == 109


def test_sections_are_the_headings_in_order() -> None:
    assert " ".join(section.id for section in load().sections) == (
        "pr es.overview es.program es.context pd.participants pd.providers pd.services pd.stakeholders pd.oversight "
        "pd.timeline qs pm.overview pm.ss pm.ss.baseline pm.ss.trend pm.ss.riskadj pm.ss.risk pm.ss.calc "
        "pm.ss.rebasing pm.ss.costshift ap.data ap.overview ap.mech ap.attr ap.claims ap.recon ap.quality ap.consider "
        "mc dm vb"
    )
    assert load().section("pm.ss").prompts[0].id == "pm.ss.overview"
    assert load().section("pm.ss.risk").title == "Shared Savings: Risk Sharing"


def test_prompts_are_numbered_within_their_section() -> None:
    for section in load().sections:
        assert [prompt.number for prompt in section.prompts] == list(range(1, len(section.prompts) + 1))
        assert {prompt.section_id for prompt in section.prompts} == {section.id}
        assert load().part_of(section).id == section.part_id


def test_parts_have_names_and_supplements_are_marked() -> None:
    assert [(part.name, part.is_supplement) for part in load().parts] == [
        ("Profile. About this proposal", False),
        ("Part 1. Executive summary", False),
        ("Part 2 I. Program design", False),
        ("Part 2 II. Quality strategy", False),
        ("Part 2 III. Payment methodology", False),
        ("Supplement A. Advanced payment", True),
        ("Supplement B. Managed care tools", True),
        ("Supplement C. Section 1115 demonstration", True),
        ("Supplement D. Design self-check", True),
    ]


def test_core_and_conditional_prompts_are_as_many_as_the_content_says() -> None:
    toolkit_items = [p for p in load().prompts if p.section_id.split(".")[0] in ("es", "pd", "qs", "pm")]
    assert [p.id for p in toolkit_items if not p.is_core] == [
        "es.context.building_blocks",
        "es.context.barriers",
        "pd.participants.federal_programs",
        "qs.alignment",
    ]
    assert sum(not p.applies_when.is_always for p in toolkit_items) == 27
    assert sum(len(p.fields) for p in toolkit_items) == 284


def test_sources_read_like_a_reference() -> None:
    texts = [
        load().prompt(i).source for i in ("pm.ss.target", "ap.mech.direct", "ap.overview.providers", "mc.withhold")
    ]
    assert [source and source.text for source in texts] == [
        "ICM Toolkit, Part 2 III, Overview of Shared Savings Methodology, item 4",
        "SMD 20-004, Additional pathways, Mechanics of advanced payment methodologies, introduction b",
        "SMD 20-004, Additional pathways, Overview of advanced payment methodologies, item a-b",
        "SMD 20-004, Managed care authorities, Withhold arrangements, text below the heading",
    ]
    assert load().prompt("pr.identity").source is None


def test_switches_are_the_prompts_other_sections_look_at() -> None:
    assert load().switch_prompt_ids == {"pr.context", "pr.authority", "pr.scope", "pm.overview.method"}
    assert load().switch_section_ids == {"pr", "pm.overview"}


def test_unknown_ids_are_key_errors() -> None:
    for look in (load().prompt, load().section, load().prompt("pr.context").field):
        with pytest.raises(KeyError):
            look("nowhere")
    with pytest.raises(KeyError):
        load().prompt("es.overview.goals").field("goals").column("nowhere")


def test_columns_and_options_are_found_by_their_key() -> None:
    column = load().prompt("es.overview.goals").field("goals").column("aim")
    assert column.options is load().option_sets["three_aims"]
    assert column.options.codes == ("better_care", "better_health", "lower_cost")
    assert column.options.label("better_care") == "Better care for individuals"
    assert column.options.label("gone") == "gone"
    assert column.options.position("lower_cost") == 2


def test_a_version_is_loaded_once() -> None:
    assert load() is load(CURRENT_VERSION)
    assert versions() == ("2026.1",)


def test_an_unknown_version_is_refused() -> None:
    for name in ("2019.1", "../2026.1", ""):
        with pytest.raises(UnknownVersion):
            load(name)


def test_a_version_in_use_never_changes() -> None:
    assert source.pinned_hashes() == {v: source.hashes(source.read(v)) for v in versions()}
    assert load().content_hash == source.pinned_hashes()[CURRENT_VERSION]["asked"]


def test_the_hash_follows_the_content_and_not_the_layout(tmp_path: Path) -> None:
    original = source.DEFINITIONS / CURRENT_VERSION
    for name, edit in (
        ("layout", lambda text: f"# note\n\n{text}"),
        ("content", lambda text: text.replace("Part 1", "Part I")),
    ):
        folder = tmp_path / name / CURRENT_VERSION
        folder.mkdir(parents=True)
        for file in original.iterdir():
            text = file.read_text(encoding="utf-8")
            (folder / file.name).write_text(edit(text) if file.name == "toolkit.yaml" else text, encoding="utf-8")
    hashes = {
        name: source.content_hash(source.read(CURRENT_VERSION, tmp_path / name)) for name in ("layout", "content")
    }
    assert hashes["layout"] == load().content_hash
    assert hashes["content"] != load().content_hash


def test_a_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "1.0"
    folder.mkdir()
    (folder / "toolkit.yaml").write_text("parts: [", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"toolkit\.yaml cannot be read"):
        source.read("1.0", tmp_path)
