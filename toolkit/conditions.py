"""Conditions: when a prompt applies, when a field is shown.

Four forms, as policy staff write them: `always`, `FIELD is yes` (or `no`), `FIELD in (a, b)`,
`FIELD has a or b`. FIELD is `prompt:field`, or in `show_when` a field of the same prompt.

A loaded condition also carries the conditions of what it looks at: a switch that is itself hidden
switches nothing. So a condition is a list of tests that must all hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Lookup = Callable[[str], Any]

_FIELD = r"(?P<field>(?:[a-z0-9_.]+:)?[a-z0-9_]+)"
_IS = re.compile(rf"{_FIELD} is (?P<value>yes|no)")
_IN = re.compile(rf"{_FIELD} in \((?P<values>[a-zA-Z0-9_]+(?:, [a-zA-Z0-9_]+)*)\)")
_HAS = re.compile(rf"{_FIELD} has (?P<values>[a-zA-Z0-9_]+(?: or [a-zA-Z0-9_]+)*)")


class ConditionError(ValueError):
    """The text is none of the four forms."""


@dataclass(frozen=True, slots=True)
class Test:
    """One test of one field: op is `is`, `in` or `has`."""

    ref: str
    op: str
    values: tuple[bool | str, ...]

    def holds(self, lookup: Lookup) -> bool:
        """Whether the value found under the reference passes. No value passes no test."""
        value = lookup(self.ref)
        if self.op == "is":
            return value is self.values[0]
        if self.op == "in":
            return value in self.values
        return isinstance(value, (list, tuple)) and any(v in self.values for v in value)


@dataclass(frozen=True, slots=True)
class Condition:
    """All tests must hold; no test means always."""

    text: str
    tests: tuple[Test, ...] = ()

    @property
    def is_always(self) -> bool:
        """True if it depends on nothing."""
        return not self.tests

    @property
    def refs(self) -> tuple[str, ...]:
        """The fields it looks at, as `prompt:field`, without repeats."""
        return tuple(dict.fromkeys(test.ref for test in self.tests))

    @property
    def prompt_ids(self) -> tuple[str, ...]:
        """The prompts it looks at, without repeats."""
        return tuple(dict.fromkeys(ref.partition(":")[0] for ref in self.refs))

    def holds(self, lookup: Lookup) -> bool:
        """Whether every test holds for the values that `lookup` gives for `prompt:field`."""
        return all(test.holds(lookup) for test in self.tests)

    def as_json(self) -> list[dict[str, Any]]:
        """The tests for the browser: `[{ref, op, values}]`, all must hold; [] means always."""
        return [{"ref": t.ref, "op": t.op, "values": list(t.values)} for t in self.tests]

    def guarded(self, guards: Iterable[Condition]) -> Condition:
        """The same condition with the tests of others put before its own."""
        tests = [*(t for guard in guards for t in guard.tests), *self.tests]
        return Condition(self.text, tuple(dict.fromkeys(tests)))


ALWAYS = Condition("always")


def parse(text: str, home_prompt_id: str) -> Condition:
    """Read a condition; a bare field name belongs to `home_prompt_id`.

    Raises ConditionError if the text has none of the four forms.
    """
    if text == "always":
        return ALWAYS
    for op, pattern, separator in (("is", _IS, ""), ("in", _IN, ", "), ("has", _HAS, " or ")):
        if match := pattern.fullmatch(text):
            name = match["field"]
            ref = name if ":" in name else f"{home_prompt_id}:{name}"
            values = (match["value"] == "yes",) if op == "is" else tuple(match["values"].split(separator))
            return Condition(text, (Test(ref, op, values),))
    raise ConditionError(
        f"“{text}” is no condition; write “always”, “FIELD is yes”, “FIELD is no”, "
        "“FIELD in (a, b)” or “FIELD has a or b”."
    )
