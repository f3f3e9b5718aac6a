"""Where CMS's remarks point: what was quoted is looked up in the frozen text, and kept as it stands there."""

from __future__ import annotations

from proposals.models import Proposal
from proposals.queries.passages import frozen_reading

#: A passage is a few sentences; a longer one is the whole answer.
LONGEST_QUOTE = 2_000


class QuoteMissing(Exception):
    """The passage does not stand in the frozen text of its place."""


class RowMissing(Exception):
    """The row does not stand in the frozen table."""


def anchored(proposal: Proposal, section_key: str, prompt_id: str, *, row_id: str, quote: str) -> dict[str, str]:
    """Return what a remark keeps of the passage or row it points to, as it stands in the round that counts.

    Raises `QuoteMissing`, `RowMissing`.
    """
    if not (row_id or quote.strip()):
        return {}
    reading = frozen_reading(proposal)
    row = next((row for row in reading.rows(prompt_id) if row.id == row_id), None) if row_id else None
    if row_id and row is None:
        raise RowMissing("The row this points to is not in the round under review. Choose another place.")
    words = reading.passage(section_key, prompt_id, quote) if quote.strip() else ""
    if quote.strip() and (not words or len(words) > LONGEST_QUOTE):
        raise QuoteMissing(
            "These words do not stand there in the round under review. "
            "Copy them from the answer again, and leave out what is struck out."
        )
    return {"quote": words, "row_id": row_id, "row_words": row.words if row else ""}
