"""Reading answers by reference, the way rules ask: `prompt` or `prompt:field`.

Only answered and not-yet-known prompts have values. A value counts also where its prompt does not apply any more;
`toolkit.findings.Finding.is_live` tells such a finding apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from toolkit.answers import Answer, Answers, Disposition, disposition, lookup
from toolkit.findings import Place
from toolkit.readiness.limits import Limits
from toolkit.types import Prompt, Toolkit

Row = dict[str, Any]


@cache
def place_of(ref: str) -> Place:
    """The place of `prompt` or `prompt:field`."""
    prompt_id, _, key = ref.partition(":")
    return Place(prompt_id, key)


class Sheet:
    """All answers of a proposal. References to nothing have no value; they raise no error."""

    def __init__(self, toolkit: Toolkit, answers: Answers) -> None:
        self.toolkit = toolkit
        self.answers = answers
        self._fields = {
            prompt_id: answer.get("fields", {})
            for prompt_id, answer in answers.items()
            if disposition(answer) in (Disposition.ANSWERED, Disposition.NYK)
        }
        self._lookup = lookup(answers)
        self._applies: dict[str, bool] = {}

    # --- prompts ----------------------------------------------------------------------------------------------------

    def disposition(self, prompt_id: str) -> Disposition:
        """How a prompt is dealt with."""
        return disposition(self.answers.get(prompt_id))

    def answered(self, prompt_id: str) -> bool:
        """Whether a prompt is answered."""
        return self.disposition(prompt_id) == Disposition.ANSWERED

    def blank(self, *prompt_ids: str) -> tuple[str, ...]:
        """Those of the prompts that are blank."""
        return tuple(p for p in prompt_ids if self.disposition(p) == Disposition.BLANK)

    def applies(self, prompt: Prompt) -> bool:
        """Whether a prompt applies, given all answers."""
        if prompt.id not in self._applies:
            self._applies[prompt.id] = prompt.applies_when.holds(self._lookup)
        return self._applies[prompt.id]

    def shows(self, place: Place) -> bool:
        """Whether a place is shown to those who write: its prompt applies, and its field is not hidden."""
        prompt = self.toolkit.prompt(place.prompt_id)
        if not self.applies(prompt):
            return False
        return not place.field_key or prompt.field(place.field_key).show_when.holds(self._lookup)

    def switches(self, place: Place) -> tuple[str, ...]:
        """The fields that decide whether a place is shown, as far as they are shown themselves."""
        prompt = self.toolkit.prompt(place.prompt_id)
        conditions = [prompt.applies_when, *([prompt.field(place.field_key).show_when] if place.field_key else [])]
        refs = dict.fromkeys(ref for condition in conditions for ref in condition.refs)
        return tuple(ref for ref in refs if self.shows(place_of(ref)))

    def marked(self, wanted: Disposition) -> Iterator[tuple[Prompt, Answer]]:
        """All prompts with that disposition and their answers, in the order of the toolkit."""
        for prompt in self.toolkit.prompts:
            if self.disposition(prompt.id) == wanted:
                yield prompt, self.answers.get(prompt.id) or {}

    # --- fields -----------------------------------------------------------------------------------------------------

    def value(self, ref: str) -> Any:
        """The value of a field, or None."""
        prompt_id, _, key = ref.partition(":")
        return self._fields.get(prompt_id, {}).get(key)

    def number(self, ref: str) -> float | None:
        """The value of a number, or None."""
        value = self.value(ref)
        return value if isinstance(value, (int, float)) else None

    def empty(self, *refs: str) -> tuple[str, ...]:
        """Those of the fields that have no value, no text, no choice and no row."""
        return tuple(ref for ref in refs if self.value(ref) in (None, "", [], ()))

    def yes(self, ref: str) -> bool:
        """Whether a yes-or-no field says yes."""
        return self.value(ref) is True

    def no(self, ref: str) -> bool:
        """Whether it says no; nothing said is not no."""
        return self.value(ref) is False

    def chose(self, ref: str, *codes: str) -> bool:
        """Whether the choice is one of these."""
        return self.value(ref) in codes

    def codes(self, ref: str) -> frozenset[str]:
        """All choices made in a field that takes several."""
        return frozenset(self.value(ref) or ())

    def has(self, ref: str, *codes: str) -> bool:
        """Whether one of these is among the choices."""
        return not self.codes(ref).isdisjoint(codes)

    def rows(self, ref: str) -> list[Row]:
        """The rows of a table."""
        return self.value(ref) or []

    def column(self, ref: str, key: str) -> set[Any]:
        """What stands in a column of a table, None where a row leaves it empty."""
        return {row.get(key) for row in self.rows(ref)}

    def total(self, ref: str, key: str) -> float:
        """The sum of a column; an empty cell counts nothing."""
        return sum(row.get(key) or 0 for row in self.rows(ref))


class Reader(Sheet):
    """Answers with what rules look at besides: the day of the check, the pages of the summary, the limits."""

    def __init__(
        self, toolkit: Toolkit, answers: Answers, *, as_of: date, es_pages: float | None, limits: Limits
    ) -> None:
        super().__init__(toolkit, answers)
        self.today = as_of.isoformat()
        self.es_pages = es_pages
        self.limits = limits
