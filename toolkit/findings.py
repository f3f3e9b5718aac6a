"""What a check finds, and where: the one form for blockers of a submission and for the readiness check."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.types import Severity


@dataclass(frozen=True, slots=True)
class Place:
    """Where to mend something: a prompt, often one of its fields, in a table sometimes one row by its identity."""

    prompt_id: str
    field_key: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found. `places` begins with the best place to start; there is always one.

    `is_live` is false where that place is hidden by the answers given: what was typed there is on file, and
    left out of the packet.
    """

    rule: str
    severity: Severity
    message: str
    fix: str
    source: str
    places: tuple[Place, ...]
    is_live: bool = True

    @property
    def place(self) -> Place:
        """The place to start."""
        return self.places[0]

    @property
    def prompt_ids(self) -> tuple[str, ...]:
        """The prompts it concerns, without repeats."""
        return tuple(dict.fromkeys(place.prompt_id for place in self.places))
