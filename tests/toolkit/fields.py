"""Fields and prompts for tests, without definition files."""

from __future__ import annotations

from typing import Any

from toolkit.conditions import ALWAYS, parse
from toolkit.kinds import KINDS
from toolkit.loading import load
from toolkit.types import Column, Field, Option, OptionSet, Prompt

COLORS = OptionSet("colors", "ours", (Option("red", "Red"), Option("sea_green", "Green & blue"), Option("1945", "Old")))


def make_field(kind: str, **changes: Any) -> Field:
    """A field of a kind, with sensible defaults."""
    values: dict[str, Any] = {
        "key": kind,
        "kind": KINDS[kind],
        "label": kind.capitalize(),
        "required": False,
        "options": COLORS if kind in ("choice", "multi") else None,
        "min": None,
        "max": None,
        "guide_words": None,
        "show_when": ALWAYS,
    }
    return Field(**(values | changes))


def make_column(kind: str, **changes: Any) -> Column:
    """A column of a kind."""
    values: dict[str, Any] = {
        "key": kind,
        "kind": KINDS[kind],
        "label": kind.capitalize(),
        "options": COLORS if kind == "choice" else None,
    }
    return Column(**(values | changes))


def make_table(kind: str = "table") -> Field:
    """A table with a column of each kind that tables take."""
    kinds = ("text", "choice", "yesno", "int", "money", "percent", "date")
    columns = tuple(make_column(k) for k in kinds)
    if kind == "milestones":
        columns = (make_column("text", key="ref", label="Ref"), *columns)
    return make_field(kind, key="rows", label="Rows", columns=columns)


def make_prompt(*fields: Field, applies_when: str = "always") -> Prompt:
    """A prompt `aa.one` with the fields given."""
    return Prompt(
        id="aa.one",
        label="One",
        question="What?",
        help="So.",
        source=None,
        covers=(),
        priority="core",
        applies_when=parse(applies_when, "aa.one"),
        fields=fields,
        section_id="aa",
        number=1,
        na_reasons=load().option_sets["na_reason"],
        nyk_reasons=load().option_sets["nyk_reason"],
    )
