"""The rules that definition files must keep. They read the plain files, so that broken ones can be told."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from toolkit.building import resolve_conditions, section_of
from toolkit.conditions import Condition, ConditionError, parse
from toolkit.errors import DefinitionError
from toolkit.glossary import forms_of
from toolkit.kinds import COLUMN_KINDS, KINDS
from toolkit.readiness.limits import Limits
from toolkit.source import RawDefinition
from toolkit.types import Severity

Raw = Mapping[str, Any]

_PROMPT_ID = re.compile(r"[a-z]{2}(?:\.[a-z0-9_]+)+")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_RULE_ID = re.compile(r"RC-[0-9]{3}")
_NEEDED_SETS = ("na_reason", "nyk_reason")
_PROMPT_KEYS = frozenset({"id", "label", "question", "help", "source", "covers", "priority", "applies_when", "fields"})
_FIELD_KEYS = frozenset(
    {"key", "kind", "label", "required", "options", "min", "max", "guide_words", "show_when", "columns"}
)
_COLUMN_KEYS = frozenset({"key", "kind", "label", "options", "min", "max", "required"})
_GROUP_KEYS = ("id", "title", "rules")
_RULE_KEYS = ("id", "severity", "message", "fix", "source")
_CRITERION_ID = re.compile(r"CR-[0-9]{3}")
_CRITERIA_KEYS = ("section", "points")
_CRITERION_KEYS = ("id", "text", "source", "prompts")
#: The documents a point of review may come from, by their short names; what follows names the place.
_DOCUMENTS = ("ICM Toolkit, ", "SMD 20-004, ", "SMDL 12-001, ", "State Pathways (ICRC 2019), ")


def problems(raw: RawDefinition, version: str) -> list[str]:
    """Everything that is wrong with one version, a sentence each; [] if nothing is."""
    prompts = [prompt for part in raw.prompts.values() for prompt in part]
    found = [*_manifest(raw, version), *_sections(raw), *_option_sets(raw), *_glossary(raw), *_rules(raw)]
    found += _repeats("prompt id", (str(p.get("id")) for p in prompts))
    for prompt in prompts:
        found += _prompt(prompt, raw)
    found += _criteria(raw, prompts)
    if not found:  # conditions can be followed only through files that are otherwise sound
        found += _conditions(prompts, raw)
    return found


def _manifest(raw: RawDefinition, version: str) -> Iterator[str]:
    if raw.manifest.get("version") != version:
        yield f"toolkit.yaml: the version must read {version!r}, like its folder."
    parts = raw.manifest["parts"]
    yield from _repeats("part id", (p["id"] for p in parts))
    yield from _repeats("section id", (s["id"] for p in parts for s in p["sections"]))


def _sections(raw: RawDefinition) -> Iterator[str]:
    for part in raw.manifest["parts"]:
        ids = tuple(section["id"] for section in part["sections"])
        used = set()
        for prompt in raw.prompts[part["id"]]:
            try:
                used.add(section_of(str(prompt.get("id")), ids))
            except DefinitionError as error:
                yield str(error)
        for empty in (section for section in ids if section not in used):
            yield f"{empty}: the section has no prompt."


def _option_sets(raw: RawDefinition) -> Iterator[str]:
    for key in _NEEDED_SETS:
        if key not in raw.option_sets:
            yield f"option-sets.yaml: {key} is missing."
    for key, options in raw.option_sets.items():
        codes = [option["code"] for option in options["options"]]
        yield from (f"{key}: the code {code!r} must be quoted." for code in codes if not isinstance(code, str))
        yield from _repeats(f"code in {key}", map(str, codes))
        if not codes:
            yield f"{key}: the list is empty."


def _glossary(raw: RawDefinition) -> Iterator[str]:
    for row in raw.glossary:
        if [bool(cell) and isinstance(cell, str) for cell in row] != [True, True, True]:
            yield f"glossary.yaml: {row!r} must be term, definition and source."
    known = {str(row[0]): forms_of(str(row[0]), raw.forms["forms"].get(row[0], ())) for row in raw.glossary}
    yield from _repeats("glossary term", (str(row[0]) for row in raw.glossary))
    yield from (
        f"{term}: other forms of a term that is not in the glossary."
        for term in raw.forms["forms"]
        if term not in known
    )
    yield from _repeats("form of a term", (form.casefold() for forms in known.values() for form in forms))


def _rules(raw: RawDefinition) -> Iterator[str]:
    rules = [rule for group in raw.rules for rule in group["rules"]]
    yield from _repeats("group of rules", (str(group.get("id")) for group in raw.rules))
    yield from _repeats("rule id", (str(rule.get("id")) for rule in rules))
    for group in raw.rules:
        yield from _keys(f"rules.yaml, {group.get('id')}", group, frozenset(_GROUP_KEYS), _GROUP_KEYS)
    for rule in rules:
        yield from _rule(str(rule.get("id")), rule)


def _rule(where: str, rule: Raw) -> Iterator[str]:
    if not _RULE_ID.fullmatch(where):
        yield f"{where}: a rule id reads like RC-030."
    yield from _keys(where, rule, frozenset(_RULE_KEYS), _RULE_KEYS)
    if rule.get("severity") not in tuple(Severity):
        yield f"{where}: severity must be error, warning or info."
    names = {name for key in _RULE_KEYS for _, name, _, _ in string.Formatter().parse(str(rule.get(key))) if name}
    for name in sorted(names - Limits().words.keys()):
        yield f"{where}: there is no limit {name}."


def _criteria(raw: RawDefinition, prompts: list[dict[str, Any]]) -> Iterator[str]:
    points = [point for group in raw.criteria for point in group.get("points") or ()]
    yield from _repeats("section of criteria", (str(group.get("section")) for group in raw.criteria))
    yield from _repeats("criterion id", (str(point.get("id")) for point in points))
    ids = tuple(section["id"] for part in raw.manifest["parts"] for section in part["sections"])
    homes = {str(p.get("id")): _home(str(p.get("id")), ids) for p in prompts}
    for group in raw.criteria:
        where = str(group.get("section"))
        yield from _keys(f"criteria.yaml, {where}", group, frozenset(_CRITERIA_KEYS), _CRITERIA_KEYS)
        if where not in ids:
            yield f"criteria.yaml: there is no section {where}."
        for point in group.get("points") or ():
            yield from _criterion(str(point.get("id")), point, {p for p, home in homes.items() if home == where})
    named = {name for point in points for name in point.get("prompts") or ()}
    asked = [str(p.get("id")) for p in prompts if p.get("covers")]
    yield from (f"{prompt}: no criterion is about it." for prompt in asked if prompt not in named)


def _criterion(where: str, point: Raw, prompts: set[str]) -> Iterator[str]:
    if not _CRITERION_ID.fullmatch(where):
        yield f"{where}: a criterion id reads like CR-030."
    yield from _keys(where, point, frozenset(_CRITERION_KEYS), _CRITERION_KEYS)
    if not re.fullmatch(r"[^?]+[^\s?]\?", str(point.get("text"))):
        yield f"{where}: the text must be one question."
    for source in str(point["source"]).split("; ") if point.get("source") else ():
        if not source.startswith(_DOCUMENTS):
            yield f"{where}: {source!r} must read “document, place in it”."
    if not point.get("prompts"):
        yield f"{where}: it must be about a prompt."
    strange = (name for name in point.get("prompts") or () if name not in prompts)
    yield from (f"{where}: {name} is no prompt of its section." for name in strange)


def _home(prompt_id: str, section_ids: tuple[str, ...]) -> str:
    """The section of a prompt; "" where there is none, which `_sections` tells."""
    try:
        return section_of(prompt_id, section_ids)
    except DefinitionError:
        return ""


def _prompt(prompt: Raw, raw: RawDefinition) -> Iterator[str]:
    where = str(prompt.get("id"))
    if not _PROMPT_ID.fullmatch(where):
        yield f"{where}: a prompt id reads like pm.ss.target."
    yield from _keys(
        where, prompt, _PROMPT_KEYS, ("id", "label", "question", "help", "priority", "applies_when", "fields")
    )
    if prompt.get("priority") not in ("core", "optional"):
        yield f"{where}: priority must be core or optional."
    fields = prompt.get("fields") or []
    if not fields:
        yield f"{where}: a prompt needs a field."
    yield from _repeats(f"field in {where}", (str(f.get("key")) for f in fields))
    for field in fields:
        yield from _field(f"{where}:{field.get('key')}", field, raw)
    yield from _covers(where, prompt, fields)


def _field(where: str, field: Raw, raw: RawDefinition) -> Iterator[str]:
    yield from _keys(where, field, _FIELD_KEYS, ("key", "kind", "label"))
    yield from _value(where, field, raw, frozenset(KINDS))
    guide = field.get("guide_words")
    if guide is not None and guide != sorted(guide[:2]):
        yield f"{where}: guide_words must be two numbers, the smaller first."
    columns = field.get("columns") or []
    if bool(columns) != (field.get("kind") in ("table", "milestones")):
        yield f"{where}: a table has columns, and nothing else has."
    if field.get("kind") == "milestones" and "ref" not in [c.get("key") for c in columns]:
        yield f"{where}: milestones need a column ref."
    yield from _repeats(f"column in {where}", (str(c.get("key")) for c in columns))
    for column in columns:
        place = f"{where}.{column.get('key')}"
        yield from _keys(place, column, _COLUMN_KEYS, ("key", "kind", "label"))
        yield from _value(place, column, raw, COLUMN_KINDS)


def _value(where: str, spec: Raw, raw: RawDefinition, kinds: frozenset[str]) -> Iterator[str]:
    kind = spec.get("kind")
    if not _KEY.fullmatch(str(spec.get("key"))):
        yield f"{where}: a key is lower case letters, digits and underscores."
    if kind not in kinds:
        yield f"{where}: there is no kind {kind!r} here."
    if ("options" in spec) != (kind in ("choice", "multi")):
        yield f"{where}: choice and multi have options, and nothing else has."
    elif "options" in spec and spec["options"] not in raw.option_sets:
        yield f"{where}: there is no option set {spec['options']}."
    low, high = spec.get("min"), spec.get("max")
    if (low is not None or high is not None) and not (kind in KINDS and KINDS[kind].is_numeric):
        yield f"{where}: only numbers have min and max."
    elif low is not None and high is not None and low > high:
        yield f"{where}: min is above max."


def _covers(where: str, prompt: Raw, fields: list[Raw]) -> Iterator[str]:
    known = {f.get("key") for f in fields}
    known |= {f"{f.get('key')}.{c.get('key')}" for f in fields for c in f.get("columns") or []}
    for line in prompt.get("covers", ()):
        _, arrow, names = line.rpartition(" -> ")
        if not arrow:
            yield f"{where}: covers must read “what is asked -> field”."
            continue
        for name in (n.strip() for n in names.split(",")):
            if name not in known:
                yield f"{where}: covers names {name}, which is no field."


def _conditions(prompts: list[dict[str, Any]], raw: RawDefinition) -> Iterator[str]:
    fields = {f"{p['id']}:{f['key']}": f for p in prompts for f in p["fields"]}
    named = [(p["id"], p["id"], p["applies_when"]) for p in prompts]
    named += [(ref, ref.partition(":")[0], f["show_when"]) for ref, f in fields.items() if "show_when" in f]
    readable = True
    for where, home, text in named:
        try:
            yield from _condition(where, parse(text, home), fields, raw)
        except ConditionError as error:
            readable = False
            yield f"{where}: {error}"
    if readable:
        try:
            resolve = resolve_conditions(prompts)
            for where, _, _ in named:
                resolve(where)
        except DefinitionError as error:
            yield str(error)


def _condition(where: str, condition: Condition, fields: Mapping[str, Raw], raw: RawDefinition) -> Iterator[str]:
    for test in condition.tests:
        field = fields.get(test.ref)
        if field is None:
            yield f"{where}: the condition looks at {test.ref}, which does not exist."
            continue
        fitting = {"is": "yesno", "in": "choice", "has": "multi"}[test.op]
        if field["kind"] != fitting:
            yield f"{where}: “{test.op}” needs a field of kind {fitting}; {test.ref} is {field['kind']}."
        elif test.op != "is":
            codes = [option["code"] for option in raw.option_sets[field["options"]]["options"]]
            yield from (f"{where}: {test.ref} has no option {code}." for code in test.values if code not in codes)


def _keys(where: str, spec: Raw, known: frozenset[str], needed: Iterable[str]) -> Iterator[str]:
    yield from (f"{where}: {key!r} is no word of ours." for key in sorted(map(str, spec.keys() - known)))
    yield from (f"{where}: {key} is missing." for key in needed if spec.get(key) in (None, ""))


def _repeats(what: str, names: Iterable[str]) -> Iterator[str]:
    yield from (f"{name}: this {what} is used {n} times." for name, n in Counter(names).items() if n > 1)
