"""A small reader of JSON Schema: the words our schemas use, and an error for any other."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
    "integer": (int,),
}
DESCRIPTIONS = {"$schema", "title", "description", "contentMediaType"}


def violations(schema: dict[str, Any], value: Any, path: str = "$") -> list[str]:
    """Every place where a value does not fit; [] if it fits."""
    if "type" in schema and not _holds("type", schema["type"], schema, value):
        return [f"{path}: type"]
    return [
        found
        for word, rule in schema.items()
        if word not in DESCRIPTIONS
        for found in _check(word, rule, schema, value, path)
    ]


def _check(word: str, rule: Any, schema: dict[str, Any], value: Any, path: str) -> list[str]:
    match word:
        case "oneOf" | "anyOf":
            fitting = sum(not violations(choice, value, path) for choice in rule)
            holds = fitting == 1 if word == "oneOf" else fitting > 0
        case "properties":
            found = [violations(rule[k], v, f"{path}.{k}") for k, v in value.items() if k in rule]
            return [problem for problems in found for problem in problems]
        case "items":
            found = [violations(rule, v, f"{path}[{i}]") for i, v in enumerate(value)]
            return [problem for problems in found for problem in problems]
        case _:
            holds = _holds(word, rule, schema, value)
    return [] if holds else [f"{path}: {word}"]


def _holds(word: str, rule: Any, schema: dict[str, Any], value: Any) -> bool:
    tests: dict[str, Callable[[], bool]] = {
        "type": lambda: isinstance(value, TYPES[rule]) and (rule == "boolean" or not isinstance(value, bool)),
        "enum": lambda: value in rule,
        "const": lambda: value == rule,
        "required": lambda: all(key in value for key in rule),
        "additionalProperties": lambda: rule is not False or value.keys() <= schema["properties"].keys(),
        "minProperties": lambda: len(value) >= rule,
        "minItems": lambda: len(value) >= rule,
        "maxItems": lambda: len(value) <= rule,
        "uniqueItems": lambda: len(set(value)) == len(value),
        "minLength": lambda: len(value) >= rule,
        "maxLength": lambda: len(value) <= rule,
        "minimum": lambda: value >= rule,
        "maximum": lambda: value <= rule,
        "pattern": lambda: re.search(rule, value) is not None,
        "format": lambda: rule == "date" and date.fromisoformat(value).isoformat() == value,
    }
    return tests[word]()
