"""JSON Schema (2020-12) of answers, for the API and for anyone who writes an import file."""

from __future__ import annotations

from typing import Any

from toolkit.answers import NOTE_LIMIT, OWNER_LIMIT
from toolkit.types import OptionSet, Prompt

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def answer_schema(prompt: Prompt) -> Schema:
    """The schema of a stored answer to one prompt: one form for each disposition; blank ones keep something.

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
    not_applicable: Schema = {"reason": _reason(prompt.na_reasons), "note": note}
    kept = {"na": _details(not_applicable), "nyk": _details(not_yet_known)}
    none: Schema = {"type": "object", "properties": {}, "additionalProperties": False}
    return {
        "$schema": DIALECT,
        "title": prompt.label,
        "description": prompt.question,
        "oneOf": [
            _form("answered", {}, {**fields, "minProperties": 1}, kept),
            _form("na", not_applicable, fields, {"nyk": kept["nyk"]}),
            _form("nyk", not_yet_known, fields, {"na": kept["na"]}),
            _form("blank", {"kept": _kept(kept)}, none),
        ],
    }


def _form(disposition: str, details: Schema, fields: Schema, kept: Schema | None = None) -> Schema:
    """An object with all of these; what is ``kept`` of other dispositions may be missing."""
    properties = {"disposition": {"const": disposition}, **details, "fields": fields}
    return {
        "type": "object",
        "properties": {**properties, **({"kept": _kept(kept)} if kept else {})},
        "required": list(properties),
        "additionalProperties": False,
    }


def _kept(dispositions: Schema) -> Schema:
    return {"type": "object", "properties": dispositions, "minProperties": 1, "additionalProperties": False}


def _details(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _reason(reasons: OptionSet) -> Schema:
    return {"enum": ["", *reasons.codes]}
