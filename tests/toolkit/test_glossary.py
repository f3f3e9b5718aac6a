"""The glossary: where terms of art are marked."""

from __future__ import annotations

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
    ]
)
MARKER = Marker(GLOSSARY)


def marked(*texts: str) -> list[list[tuple[str, str]]]:
    return [[(s.text, s.term.term) for s in segments if s.term] for segments in MARKER.mark(*texts)]


def test_a_term_is_marked_at_its_first_use_over_all_texts() -> None:
    assert marked("Shared savings and shared savings", "Again shared savings; an RFP") == [
        [("Shared savings", "Shared savings")],
        [("RFP", "RFI / RFP")],
    ]


def test_acronyms_match_in_case_and_words_do_not() -> None:
    assert marked("They act. ACT acts. RISKS of ACTs") == [[("ACT", "ACT"), ("RISKS", "Risk")]]


def test_the_longest_term_is_marked_and_never_a_part_of_a_word() -> None:
    assert marked("Risk corridors, brisk, at-risk, D-SNPs, MLR, ACO-like entities") == [
        [("Risk corridors", "Risk corridor"), ("D-SNPs", "D-SNP"), ("ACO-like entities", "ACO-like entity")]
    ]


def test_segments_put_together_are_the_text() -> None:
    for prompt in load().prompts:
        assert "".join(s.text for s in prompt.question_segments) == prompt.question
        assert "".join(s.text for s in prompt.help_segments) == prompt.help


def test_an_empty_glossary_marks_nothing() -> None:
    assert Marker(()).mark("Any text", "") == ((Segment("Any text"),), ())


def test_slugs_are_unique_anchors() -> None:
    slugs = [term.slug for term in load().glossary]
    assert len(set(slugs)) == len(slugs)
    assert GLOSSARY[5].slug == "mlr-plan"


def test_the_content_marks_terms_in_questions() -> None:
    segments = load().prompt("pm.ss.overview").question_segments
    assert segments[1].text == "shared savings"
    assert segments[1].term is not None
    assert segments[1].term.slug == "shared-savings"
