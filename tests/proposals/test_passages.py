"""A quote is found again in the text it came from, and in no text that says something else."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proposals.passages import Reading, Standing, find
from toolkit.answers import Answers
from toolkit.loading import load

PLAN, MODEL = "pd.timeline.plan", "es.overview.model"
WORDS = st.lists(st.text("abcdefgh$%.,0123", min_size=1, max_size=8), min_size=1, max_size=30)
BLANKS = st.sampled_from([" ", "\n", "\t", "\u00a0", "  ", "\n- ", " | "])


@dataclass
class Remark:
    """What a thread keeps of its place."""

    section_key: str = ""
    prompt_id: str = ""
    quote: str = ""
    row_id: str = ""
    row_words: str = ""


@given(WORDS, st.data())
def test_any_run_of_words_is_found_again_however_its_white_space_reads(words: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    text = "".join(word + data.draw(BLANKS) for word in words)
    quote = "".join(word + data.draw(BLANKS) for word in words[start:end])
    found = find(f"Before. {text}", quote)
    assert letters(found) == letters("".join(words[start:end]))


def letters(text: str) -> str:
    """A text without what does not count."""
    return "".join(letter for letter in text if letter not in " -|\n")


@given(WORDS)
def test_words_that_are_not_in_the_text_are_not_found(words: list[str]) -> None:
    assert find(" ".join(words), f"{words[0]}X") == ""
    assert find(" ".join(words), " \n ") == ""


@pytest.mark.parametrize(
    ("text", "quote", "found"),
    [
        ("We aim for “better” care.", 'for "better"', "for “better”"),
        ("- Adults\n- Children", "Adults Children", "Adults Children"),
        ("Adults\nChildren", "• Adults\n• Children", "Adults Children"),
        ("A rate of 1.5 percent", "1 5 percent", ""),
        ("A rate of 1.5 percent", "15 percent", ""),
    ],
)
def test_shapes_do_not_count_and_figures_do(text: str, quote: str, found: str) -> None:
    assert find(text, quote) == found


def plan(*titles: str) -> Answers:
    """Milestones, each row named by the digit that stands at its place."""
    rows = [{"_row": f"{number:08x}", "ref": f"M{number}", "title": title} for number, title in enumerate(titles, 1)]
    return {PLAN: {"disposition": "answered", "fields": {"milestones": [row for row in rows if row["title"]]}}}


def test_a_row_is_named_and_found_again_also_when_it_moved() -> None:
    before = Reading(load(), plan("Launch", "Report"))
    report = before.rows(PLAN)[1]
    assert (report.id, report.name) == ("00000002", "Row 2: M2, Report")
    remark = Remark("pd.timeline", PLAN, row_id=report.id, row_words=report.words)
    moved = dict(plan("Launch", "Report"))
    moved[PLAN]["fields"]["milestones"].reverse()
    assert before.standing(remark) == Standing.THERE
    assert Reading(load(), moved).standing(remark) == Standing.THERE
    assert Reading(load(), plan("Launch", "Final report")).standing(remark) == Standing.CHANGED
    assert Reading(load(), plan("Launch", "")).standing(remark) == Standing.GONE
    assert Reading(load(), {}).standing(remark) == Standing.GONE


def test_a_quote_of_a_section_is_looked_for_in_each_of_its_prompts() -> None:
    said = {MODEL: {"disposition": "na", "reason": "not_in_model", "note": "Adults come later."}}
    remark = Remark("es.overview", quote="come later")
    assert Reading(load(), said).standing(remark) == Standing.THERE
    assert Reading(load(), {}).standing(remark) == Standing.CHANGED
    assert Reading(load(), said).standing(Remark("qs", quote="come later")) == Standing.CHANGED
    assert Reading(load(), said).standing(Remark("es.overview")) is None
