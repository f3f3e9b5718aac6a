"""The documents say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.imports import layers, reached, rooms
from tests.docs.printing import DOCS, PRINTED, printed

ROOT = DOCS.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])


@pytest.mark.parametrize("name", PRINTED)
def test_printed_parts_are_up_to_date(name: str) -> None:
    stale = f"docs/{name} is stale: run .venv/bin/python -m tests.docs"
    assert (DOCS / name).read_text(encoding="utf-8") == printed(name), stale


def test_a_document_without_a_place_for_a_part_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "workflow.md").write_text("nothing here")
    monkeypatch.setattr("tests.docs.printing.DOCS", tmp_path)
    with pytest.raises(ValueError, match=r"workflow\.md has no place for “diagram”"):
        printed("workflow.md")


def test_the_rooms_stand_above_one_another_as_drawn() -> None:
    found = rooms()
    assert found["toolkit"] == found["icm_portal.accounts"] == frozenset()
    assert found["proposals"] == {"icm_portal", "icm_portal.accounts", "toolkit"}
    assert "exports" not in reached(found, "proposals")


@pytest.mark.parametrize("package", ["proposals", "exports"])
def test_no_layer_leads_back_to_itself(package: str) -> None:
    found = layers(package)
    assert [layer for layer in found if layer in reached(found, layer)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_decision_has_the_same_four_parts() -> None:
    decisions = sorted((DOCS / "decisions").glob("0*.md"))
    numbers = [path.name[:4] for path in decisions]
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
    for path in decisions:
        headings = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Question", "Decision", "Why", "Consequences"], path.name
