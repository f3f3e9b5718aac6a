"""The response matrix as rows of a table: what its page shows, in plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from proposals import diff
from proposals.models import Comment
from proposals.passages import Reading
from proposals.queries.matrix import Matrix, Narrowed, Question
from proposals.snapshot import flat_answers
from proposals.status import ThreadKind, ThreadStatus
from proposals.views.cards import Cards
from toolkit.richtext import to_text

HEAD = (
    "Question", "Section", "About", "Kind", "Standing", "Asked", "Replied", "No answer changed, because",
    "Answers changed", "Text before", "Text after",
)  # fmt: skip
#: The most rows of a table; a round has far fewer.
MOST = 2_000


def table_of(cards: Cards, matrix: Matrix, narrowed: Narrowed) -> list[tuple[str, ...]]:
    """Return the questions that are wanted, and below them what changed without one, under a head."""
    table = _Table(cards, matrix)
    wanted = [asked for asked in matrix.asked if narrowed.wants(asked)][:MOST]
    asked = [table.asked(question) for question in matrix.questions(wanted)]
    unasked = [table.unasked(change) for change in matrix.unasked if narrowed.wants_change(change)]
    return [HEAD, *[*asked, *unasked][:MOST]]


class _Table:
    """Words one row after the other, with the texts before and after read once."""

    def __init__(self, cards: Cards, matrix: Matrix) -> None:
        self.cards, self.matrix = cards, matrix
        self.before = Reading(matrix.toolkit, flat_answers(matrix.release.submission.content))

    def asked(self, question: Question) -> tuple[str, ...]:
        """The row of a question."""
        thread, claim = question.thread, question.claim
        return (
            str(thread),
            self._section(thread.section_key),
            self.cards.place(thread.section_key, thread.prompt_id),
            ThreadKind(thread.kind).label,
            ThreadStatus(thread.status).label,
            _words(question.asked),
            "\n".join(self._replied(question)),
            claim.no_change if claim else "",
            *self._changed(question.changes),
        )

    def unasked(self, change: diff.PromptChange) -> tuple[str, ...]:
        """The row of an answer that changed without a question."""
        place = self.cards.place(change.prompt.section_id, change.prompt.id)
        section = self._section(change.prompt.section_id)
        return ("", section, place, "Changed without a question", "", "", "", "", *self._changed([change]))

    def _section(self, key: str) -> str:
        return self.matrix.toolkit.section(key).title if key else ""

    def _replied(self, question: Question) -> Iterator[str]:
        if question.replies:
            yield _words(question.replies)
        if question.draft:
            yield f"Draft: {to_text(question.draft.body)}"

    def _changed(self, changes: Iterable[diff.PromptChange]) -> tuple[str, str, str]:
        """Return the answers by name, and their texts before and after."""
        ids = [change.prompt.id for change in changes]
        names = (self.cards.place(self.matrix.toolkit.prompt(key).section_id, key) for key in ids)
        before, after = (
            "\n\n".join(reading.text(key) for key in ids) if reading else ""
            for reading in (self.before, self.matrix.reading)
        )
        return "\n".join(names), before, after


def _words(comments: Iterable[Comment]) -> str:
    return "\n".join(to_text(comment.body) for comment in comments)
