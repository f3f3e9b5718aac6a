"""JSON Schema (2020-12) of answers, for the API and for anyone who writes an import file."""

from __future__ import annotations

from typing import Any

from toolkit.answers import NOTE_LIMIT, OWNER_LIMIT
from toolkit.types import OptionSet, Prompt

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def answer_schema(prompt: Prompt) -> Schema:
    """The schema of a stored answer to one prompt: one form for each disposition but blank.

    Required fields are not demanded, as a draft may leave anything out.
    """
    fields: Schema = {
        "type": "object",
        "properties": {f.key: {"title": f.label, **f.kind.json_schema(f)} for f in prompt.fields},
        "additionalProperties": False,
    }
    note: Schema = {"type": "string", "maxLength": NOTE_LIMIT}
    not_yet_known: Schema = {
        "reason": _reason(prompt.nyk_reasons),
        "plan": note,
        "owner": {"type": "string", "maxLength": OWNER_LIMIT},
        "expected": {"anyOf": [{"const": ""}, {"type": "string", "format": "date"}]},
    }
    return {
        "$schema": DIALECT,
        "title": prompt.label,
        "description": prompt.question,
        "oneOf": [
            _form("answered", {}, {**fields, "minProperties": 1}),
            _form("na", {"reason": _reason(prompt.na_reasons), "note": note}, fields),
            _form("nyk", not_yet_known, fields),
        ],
    }


def _form(disposition: str, details: Schema, fields: Schema) -> Schema:
    properties = {"disposition": {"const": disposition}, **details, "fields": fields}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _reason(reasons: OptionSet) -> Schema:
    return {"enum": ["", *reasons.codes]}
