"""The glossary: where terms of art are found in texts."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.toolkit.texts import texts_of
from toolkit.glossary import Marker, terms
from toolkit.loading import load
from toolkit.types import Segment

GLOSSARY = terms(
    [
        ["ACT", "A team service.", "x"],
        ["Shared savings", "Money.", "x"],
        ["Risk", "Chance.", "x"],
        ["Risk corridor", "Limits.", "x"],
        ["RFI / RFP", "Requests.", "x"],
        ["MLR (plan)", "Ratio.", "x"],
        ["ACO-like entity", "A group.", "x"],
        ["D-SNP", "Plan.", "x"],
        ["Care coordination PMPM", "Amount.", "x"],
        ["CHIP", "Program.", "x"],
        ["Withhold", "Part.", "x"],
    ],
    {
        "MLR (plan)": ["medical loss ratio"],
        "CHIP": ["Children's Health Insurance Program"],
        "Withhold": ["withheld"],
    },
)
MARKER = Marker(GLOSSARY, ["an incentive to withhold"])


def found(text: str) -> list[tuple[str, str]]:
    return [(piece.text, piece.term.term) for piece in MARKER.split(text) if piece.term]


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("Shared savings and shared-savings", [("Shared savings", "Shared savings"), ("shared-savings", "Shared savings")]),
        ("They act. ACT acts, Act. ACTs", [("ACT", "ACT"), ("ACTs", "ACT")]),
        ("Care coordination PMPMs, care coordination pmpm", [("Care coordination PMPMs", "Care coordination PMPM")]),
        ("Risk corridors, a risk, RISKS", [("Risk corridors", "Risk corridor"), ("risk", "Risk"), ("RISKS", "Risk")]),
        ("brisk, at-risk, risk-bearing, non-risk, risky, ACO-like", []),
        ("the ACT's, (ACT), ACT/RFP, ACT.", [("ACT", "ACT"), ("ACT", "ACT"), ("ACT", "ACT"), ("RFP", "RFI / RFP"), ("ACT", "ACT")]),
        ("ACO-like entities and D-SNPs", [("ACO-like entities", "ACO-like entity"), ("D-SNPs", "D-SNP")]),
        ("RFI / RFP", [("RFI", "RFI / RFP"), ("RFP", "RFI / RFP")]),
        ("MLR alone, MLR (plan), Medical loss ratios", [("MLR (plan)", "MLR (plan)"), ("Medical loss ratios", "MLR (plan)")]),
        ("the children\u2019s health insurance program", [("children\u2019s health insurance program", "CHIP")]),
        ("Withheld: an incentive to withhold; a withhold", [("Withheld", "Withhold"), ("withhold", "Withhold")]),
    ],
)  # fmt: skip
def test_forms_are_found_whole_longest_first_and_abbreviations_in_their_case(
    text: str, uses: list[tuple[str, str]]
) -> None:
    assert found(text) == uses


def test_segments_put_together_are_the_text() -> None:
    marker = load().marker
    for _, text in texts_of(load()):
        assert "".join(segment.text for segment in marker.split(text)) == text


def test_an_empty_glossary_finds_nothing() -> None:
    assert Marker(()).split("Any text") == (Segment("Any text"),)
    assert Marker(()).split("") == ()


def test_slugs_are_unique_anchors() -> None:
    slugs = [term.slug for term in load().glossary]
    assert len(set(slugs)) == len(slugs)
    assert GLOSSARY[5].slug == "mlr-plan"


def test_as_many_terms_are_found_in_the_content_as_it_holds() -> None:
    places: dict[str, set[str]] = {}
    uses: Counter[str] = Counter()
    for kind, text in texts_of(load()):
        for segment in load().marker.split(text):
            if segment.term:
                places.setdefault(segment.term.term, set()).add(kind)
                uses[kind] += 1
    assert len(places) == 89
    assert uses == USES
    assert {term.term for term in load().glossary} - places.keys() == NOWHERE


#: Uses of a term by the kind of text. A change of the content or of the forms shows here.
USES = Counter(
    {
        "column": 2,
        "criterion": 48,
        "field": 31,
        "finding": 95,
        "help": 58,
        "introduction": 6,
        "meaning of an option": 28,
        "option": 184,
        "question": 59,
        "source": 194,
        "source of a criterion": 294,
        "source of a finding": 176,
    }
)
#: Terms that no text of the toolkit uses; the glossary page alone explains them.
NOWHERE = {
    "ACT", "Aligned enrollment", "APM", "CMCS", "Coding intensity", "DSRIP", "FIDE-SNP", "IAP", "IHP", "MACPAC",
    "MedPAC", "MLR (plan)", "MMCO", "MMP", "NEMT", "NQF", "QMB / SLMB", "Regression to the mean", "SDRC", "Truncation",
}  # fmt: skip
