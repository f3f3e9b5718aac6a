"""The comparison: applying it gives both texts, and it says what a reader would say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from proposals.diff import (
    Block,
    FactChange,
    Facts,
    Op,
    Piece,
    Segment,
    Text,
    answer_lines,
    blocks,
    compare,
    compare_tables,
    line,
    words,
)
from proposals.management.bulk_texts import answers_of
from proposals.snapshot import FileChange, merged
from tests.worlds import narrative_answer, not_applicable
from toolkit.answers import Answer, applies
from toolkit.display import TableDisplay
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

    [text] = [piece for piece in change.pieces if isinstance(piece, Text)]
    assert sum(piece.text == "each" for block in text.blocks for piece in block.segments) == 1000


def test_both_versions_of_a_whole_proposal_can_be_read_off_the_comparison() -> None:
    toolkit, before = load(), merged(answers_of("Northland"))
    after = dict(_edited(before))

    changes = compare(toolkit, before, after)

    assert len(changes) > 20
    for change in changes:
        for answers, left_out in ((before, Op.ADDED), (after, Op.REMOVED)):
            answer = answers.get(change.prompt.id) if applies(change.prompt, answers) else None
            lines = answer_lines(change.prompt, answer, answers if answer else {}, toolkit)
            assert list(_read(change.pieces, left_out)) == lines, change.prompt.id


def _edited(before: Mapping[str, Answer]) -> Iterator[tuple[str, Answer]]:
    """Yield answers of which some are gone, some do not apply, and the others are turned round."""
    for number, (prompt_id, answer) in enumerate(before.items()):
        if number % 5 == 1:
            yield prompt_id, not_applicable()
        elif number % 5:
            yield prompt_id, {**answer, "fields": {key: _turned(value) for key, value in answer["fields"].items()}}


def _turned(value: Any) -> Any:
    if isinstance(value, list):
        return value[::-1]
    return value.replace("the ", "our ") if isinstance(value, str) else value


def _read(pieces: tuple[Piece, ...], left_out: Op) -> Iterator[str]:
    """Read one side off a comparison, as `answer_lines` says it."""
    for piece in pieces:
        if isinstance(piece, Facts):
            facts = [(fact.label, _side(fact.block, left_out)) for fact in piece.facts]
            yield from (f"{label}: {text}" for label, text in facts if text)
        elif isinstance(piece, Text):
            yield from (_side(block, left_out) for block in piece.blocks if block.op != left_out)
        else:
            placed = ((row.was if left_out == Op.ADDED else row.now, row.cells) for row in piece.rows)
            rows = sorted(placed, key=lambda item: item[0])
            for place, cells in rows:
                said = [(name, _side(cell, left_out)) for name, cell in zip(piece.columns, cells, strict=True)]
                if place:
                    yield f"{piece.label}: " + "; ".join(f"{name} {text}" for name, text in said if text)


HOSTILE = st.text(alphabet="ab <>&\"'é", min_size=1, max_size=12)


@given(HOSTILE, HOSTILE)
def test_nothing_that_people_typed_is_drawn_unescaped(before: str, after: str) -> None:
    rows = [TableDisplay("Rows", ("Name",), ((text,), ("kept",)), (False,), ("a", "b")) for text in (before, after)]
    pieces = (Facts((FactChange("Fact", line(before, after)),)), Text("", blocks([before], [after])),
              compare_tables(rows[0], rows[1], ("Name",)))  # fmt: skip
    files = (FileChange("", before, came=True),)
    for view in ("inline", "side"):
        context = {"pieces": pieces, "files": files, "before": "Old", "after": "New", "view": view}
        reader = Reader()
        reader.feed(render_to_string("includes/pieces.html", context))
        assert reader.tags <= KNOWN_TAGS
        assert before in reader.text.replace("removed: ", "").replace("added: ", "")


KNOWN_TAGS = frozenset(
    "div table caption thead tbody tr th td p span ins del ul li svg use".split()  # noqa: SIM905 - easier to read
)


class Reader(HTMLParser):
    """Takes the tags and the words of a page apart."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        """Keep words."""
        self.text += data


@pytest.mark.parametrize("between", [" ", ", "])
@pytest.mark.parametrize("changed", [[65], [3, 126]], ids=["one word", "two words far apart"])
def test_a_long_sentence_is_compared_word_by_word(between: str, changed: list[int]) -> None:
    before = [f"word{number}" for number in range(130)]
    after = ["other" if number in changed else word for number, word in enumerate(before)]
    found = words(between.join(before) + ".", between.join(after) + ".")
    assert [segment.text for segment in found if segment.op == Op.REMOVED] == [before[place] for place in changed]


def test_a_line_changed_among_thousands_alike_is_one_change() -> None:
    found = blocks(
        ["The same line."] * 2000, [*["The same line."] * 999, "Another line, new.", *["The same line."] * 1000]
    )
    assert [block.op for block in found if block.op != Op.SAME] == [Op.CHANGED]
