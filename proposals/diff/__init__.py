"""The one comparison of two versions of a proposal: answers, and in them texts, facts, tables and files. Pure."""

from proposals.diff.answers import (
    FactChange,
    Facts,
    Piece,
    PromptChange,
    Text,
    answer_lines,
    compare,
    compare_documents,
    compare_prompt,
    pieces,
)
from proposals.diff.tables import RowChange, Table, compare_tables
from proposals.diff.texts import Block, Op, Segment, blocks, line, words

__all__ = [
    "Block",
    "FactChange",
    "Facts",
    "Op",
    "Piece",
    "PromptChange",
    "RowChange",
    "Segment",
    "Table",
    "Text",
    "answer_lines",
    "blocks",
    "compare",
    "compare_documents",
    "compare_prompt",
    "compare_tables",
    "line",
    "pieces",
    "words",
]
