"""The comparison: applying it gives both texts, and it says what a reader would say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proposals.diff import Block, Op, Segment, blocks, compare, words
from tests.worlds import narrative_answer, not_applicable
from toolkit.loading import load

TEXT = st.text(alphabet="ab ,.é5\u00a0", max_size=40)


@given(TEXT, TEXT)
def test_the_segments_give_back_both_lines(before: str, after: str) -> None:
    found = words(before, after)

    assert "".join(piece.text for piece in found if piece.op != Op.ADDED) == before
    assert "".join(piece.text for piece in found if piece.op != Op.REMOVED) == after


@given(st.lists(TEXT, max_size=6), st.lists(TEXT, max_size=6))
def test_the_blocks_give_back_both_texts(before: list[str], after: list[str]) -> None:
    found = blocks(before, after)

    assert [_side(block, Op.ADDED) for block in found if block.op != Op.ADDED] == before
    assert [_side(block, Op.REMOVED) for block in found if block.op != Op.REMOVED] == after


def _side(block: Block, left_out: Op) -> str:
    return "".join(piece.text for piece in block.segments if piece.op != left_out)


def test_whole_words_change_and_neighbours_read_as_one_phrase() -> None:
    assert words("about 60,000 members in 2026", "about 61,500 adult members in 2026") == (
        Segment(Op.SAME, "about "),
        Segment(Op.REMOVED, "60,000"),
        Segment(Op.ADDED, "61,500 adult"),
        Segment(Op.SAME, " members in 2026"),
    )
    assert words("a red old barn", "a blue new barn")[1:3] == (
        Segment(Op.REMOVED, "red old"),
        Segment(Op.ADDED, "blue new"),
    )


def test_a_new_paragraph_is_added_and_its_neighbours_stay() -> None:
    found = blocks(["One.", "Two."], ["One.", "Something else entirely.", "Two."])

    assert [block.op for block in found] == [Op.SAME, Op.ADDED, Op.SAME]


def test_only_prompts_that_read_differently_are_listed_in_the_order_of_the_toolkit() -> None:
    before = {
        "qs.goals": not_applicable(),
        "es.overview.model": narrative_answer("Old words."),
        "pr.scope": not_applicable(),
    }
    after = {
        "es.overview.model": narrative_answer("New words."),
        "pr.scope": not_applicable(),
        "es.overview.goals": not_applicable(),
    }

    found = compare(load(), before, after)

    assert [(change.prompt.id, change.op) for change in found] == [
        ("es.overview.model", Op.CHANGED),
        ("es.overview.goals", Op.ADDED),
        ("qs.goals", Op.REMOVED),
    ]


def test_ten_thousand_words_are_compared_prompt_by_prompt_without_losing_any() -> None:
    sentences = "The program pays for coordination of care in every county. " * 100
    before = narrative_answer("</p><p>".join([sentences] * 10))
    after = narrative_answer("</p><p>".join([sentences.replace("every", "each")] * 10))

    [change] = compare(load(), {"es.overview.model": before}, {"es.overview.model": after})

    assert sum(piece.text == "each" for block in change.blocks for piece in block.segments) == 1000
