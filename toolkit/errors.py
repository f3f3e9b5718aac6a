"""What can go wrong with an answer, or with the definition of the toolkit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class Invalid(ValueError):
    """One value cannot be read. The message completes a sentence that begins with the label."""


class AnswerErrors(ValueError):
    """Raised when an answer cannot be read.

    `errors` lists (path, sentence); a path reads like `pd.timeline.plan:milestones[2].date`.
    `cells` holds the same sentences of tables by (row id, column key), for the row editor.
    """

    def __init__(
        self,
        errors: Sequence[tuple[str, str]],
        cells: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        self.errors = tuple(errors)
        self.cells = dict(cells or {})
        super().__init__("; ".join(f"{path}: {message}" for path, message in self.errors))

    @property
    def messages(self) -> tuple[str, ...]:
        """The sentences alone, in order."""
        return tuple(message for _, message in self.errors)


class UnknownVersion(LookupError):
    """A version of the toolkit was asked for that is not among the definitions."""


class DefinitionError(ValueError):
    """A definition file cannot be turned into a toolkit; the message names the place."""
