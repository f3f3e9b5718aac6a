"""The readiness check of a whole proposal."""

from __future__ import annotations

from datetime import date

from toolkit.answers import Answers
from toolkit.findings import Finding
from toolkit.readiness import (  # noqa: F401 - each registers its rules
    advanced_payment,
    authority,
    completeness,
    participants,
    payment,
    quality,
    services,
    shared_savings,
    stakeholders,
    summary,
    timeline,
)
from toolkit.readiness.limits import Limits
from toolkit.readiness.reader import Reader
from toolkit.readiness.registry import Found, function_of, registered
from toolkit.types import Rule, Toolkit

DEFAULT = Limits()

__all__ = ["check", "registered"]


def check(
    toolkit: Toolkit, answers: Answers, *, as_of: date, es_pages: float | None, limits: Limits = DEFAULT
) -> tuple[Finding, ...]:
    """Everything the rules of this version find in the answers, in the order of the content.

    `as_of` is the day of the check, `es_pages` the length of the rendered Part 1, None where it was not measured.
    """
    reader = Reader(toolkit, answers, as_of=as_of, es_pages=es_pages, limits=limits)
    found = ((rule, function_of(rule.id)(reader)) for rule in toolkit.rules)
    return tuple(_finding(rule, places, reader) for rule, places in found if places)


def _finding(rule: Rule, places: Found, reader: Reader) -> Finding:
    fill = reader.limits.fill
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        message=fill(rule.message),
        fix=fill(rule.fix),
        source=fill(rule.source),
        places=tuple(dict.fromkeys(places)),
        is_live=reader.shows(places[0]),
    )
