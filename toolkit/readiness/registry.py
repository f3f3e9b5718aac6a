"""The registry of rules, and how a rule says where it found something."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from toolkit.findings import Place
from toolkit.readiness.reader import Reader, Row, place_of
from toolkit.types import ROW

#: Where a rule found something, the best place to start first; nowhere when all is well.
Found = tuple[Place, ...]
RuleFunction = Callable[[Reader], Found]

NOWHERE: Final[Found] = ()

_FUNCTIONS: dict[str, RuleFunction] = {}


def rule(function: RuleFunction) -> RuleFunction:
    """Register a function called `rc_030` for the rule RC-030.

    Raises ValueError if there is one already: a number is never used for something else.
    """
    rule_id = function.__name__.upper().replace("_", "-")
    if rule_id in _FUNCTIONS:
        raise ValueError(f"{rule_id} has two functions.")
    _FUNCTIONS[rule_id] = function
    return function


def function_of(rule_id: str) -> RuleFunction:
    """The function of a rule. Raises KeyError."""
    return _FUNCTIONS[rule_id]


def registered() -> frozenset[str]:
    """The ids of all rules that have a function."""
    return frozenset(_FUNCTIONS)


def at(*refs: str) -> Found:
    """The places of these references."""
    return tuple(place_of(ref) for ref in refs)


def at_if(found: object, *refs: str) -> Found:
    """The places of these references if something was found, else nowhere."""
    return at(*refs) if found else NOWHERE


def at_rows(ref: str, rows: Iterable[Row]) -> Found:
    """The places of rows of a table."""
    table = place_of(ref)
    return tuple(Place(table.prompt_id, table.field_key, row.get(ROW, "")) for row in rows)
