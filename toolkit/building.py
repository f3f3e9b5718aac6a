"""Turning definition files into the frozen objects of `toolkit.types`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from toolkit.conditions import ALWAYS, Condition, parse
from toolkit.errors import DefinitionError
from toolkit.glossary import Marker, terms
from toolkit.kinds import KINDS
from toolkit.source import RawDefinition, content_hash
from toolkit.types import (
    Column,
    Criterion,
    Field,
    Option,
    OptionSet,
    Part,
    Prompt,
    Rule,
    RuleGroup,
    Section,
    Severity,
    Source,
    Toolkit,
)

Raw = Mapping[str, Any]
OptionSets = Mapping[str, OptionSet]


def build(raw: RawDefinition) -> Toolkit:
    """Make the toolkit of one version.

    Raises DefinitionError or KeyError if the files contradict themselves; `toolkit.checks` says
    everything that is wrong, in words, so run the checks after editing.
    """
    glossary = terms(raw.glossary, raw.forms["forms"])
    marker = Marker(glossary, raw.forms["never"])
    sets = {key: _option_set(key, value, marker) for key, value in raw.option_sets.items()}
    guard = resolve_conditions([p for prompts in raw.prompts.values() for p in prompts])
    points = _criteria(raw.criteria)
    parts = tuple(_part(part, raw.prompts[part["id"]], points, sets, marker, guard) for part in raw.manifest["parts"])
    groups = tuple(_rule_group(group) for group in raw.rules)
    return Toolkit(str(raw.manifest["version"]), content_hash(raw), parts, sets, glossary, groups, marker)


def section_of(prompt_id: str, section_ids: tuple[str, ...]) -> str:
    """The id of the section a prompt belongs to: the longest one that begins its id.

    Raises DefinitionError if there is none.
    """
    fitting = [section for section in section_ids if prompt_id.startswith(f"{section}.")]
    if not fitting:
        raise DefinitionError(f"{prompt_id}: no section of its part begins its id.")
    return max(fitting, key=len)


def resolve_conditions(prompts: list[dict[str, Any]]) -> Callable[[str], Condition]:
    """Conditions by `prompt` or `prompt:field`, each guarded by those of what it looks at.

    A field that is hidden, or whose prompt does not apply, has no say. Raises ConditionError for
    a text that is none, DefinitionError if conditions look at each other in a circle.
    """
    plain = {p["id"]: parse(p["applies_when"], p["id"]) for p in prompts}
    for p in prompts:
        for f in p["fields"]:
            plain[f"{p['id']}:{f['key']}"] = parse(f.get("show_when", "always"), p["id"])
    resolved: dict[str, Condition] = {}

    def resolve(name: str, path: tuple[str, ...] = ()) -> Condition:
        if name in path:
            raise DefinitionError(f"{name}: its condition depends on itself.")
        if name not in resolved:
            own = plain.get(name, ALWAYS)
            seen = (*path, name)
            home = name.partition(":")[0]
            guards = [
                resolve(other, seen)
                for ref in own.refs
                for other in (ref.partition(":")[0], ref)
                # A field shares the applies_when of its own prompt: that needs no second test.
                if other != home or name == home
            ]
            resolved[name] = own.guarded(guards)
        return resolved[name]

    return resolve


def _part(
    raw: Raw,
    prompts: list[dict[str, Any]],
    points: Mapping[str, tuple[Criterion, ...]],
    sets: OptionSets,
    marker: Marker,
    guard: Callable[[str], Condition],
) -> Part:
    ids = tuple(section["id"] for section in raw["sections"])
    by_section: dict[str, list[Prompt]] = {section_id: [] for section_id in ids}
    for prompt in prompts:
        home = by_section[section_of(prompt["id"], ids)]
        home.append(_prompt(prompt, section_of(prompt["id"], ids), len(home) + 1, sets, marker, guard))
    sections = tuple(
        Section(s["id"], s["title"], s["intro"], raw["id"], tuple(by_section[s["id"]]), points.get(s["id"], ()))
        for s in raw["sections"]
    )
    return Part(raw["id"], raw["label"], raw["title"], sections, raw.get("supplement", False))


def _prompt(
    raw: Raw, section_id: str, number: int, sets: OptionSets, marker: Marker, guard: Callable[[str], Condition]
) -> Prompt:
    return Prompt(
        id=raw["id"],
        label=raw["label"],
        question=raw["question"],
        help=raw["help"],
        source=_source(raw.get("source")),
        covers=tuple(raw.get("covers", ())),
        priority=raw["priority"],
        applies_when=guard(raw["id"]),
        fields=tuple(_field(f, sets, marker, guard(f"{raw['id']}:{f['key']}")) for f in raw["fields"]),
        section_id=section_id,
        number=number,
        na_reasons=sets["na_reason"],
        nyk_reasons=sets["nyk_reason"],
    )


def _field(raw: Raw, sets: OptionSets, marker: Marker, show_when: Condition) -> Field:
    guide = raw.get("guide_words")
    return Field(
        key=raw["key"],
        kind=KINDS[raw["kind"]],
        label=raw["label"],
        required=raw.get("required", False),
        options=sets[raw["options"]] if "options" in raw else None,
        min=raw.get("min"),
        max=raw.get("max"),
        guide_words=(guide[0], guide[1]) if guide else None,
        show_when=show_when,
        columns=tuple(_column(c, sets) for c in raw.get("columns", ())),
        marker=marker,
    )


def _column(raw: Raw, sets: OptionSets) -> Column:
    return Column(
        key=raw["key"],
        kind=KINDS[raw["kind"]],
        label=raw["label"],
        options=sets[raw["options"]] if "options" in raw else None,
        min=raw.get("min"),
        max=raw.get("max"),
        required=raw.get("required", False),
    )


def _option_set(key: str, raw: Raw, marker: Marker) -> OptionSet:
    options = tuple(Option(o["code"], o["label"], o.get("note", ""), marker) for o in raw["options"])
    return OptionSet(key, raw["source"], options)


def _source(raw: Raw | None) -> Source | None:
    return Source(raw["doc"], raw["part"], raw["heading"], str(raw["item"])) if raw else None


def _rule_group(raw: Raw) -> RuleGroup:
    rules = (Rule(r["id"], Severity(r["severity"]), r["message"], r["fix"], r["source"]) for r in raw["rules"])
    return RuleGroup(raw["id"], raw["title"], tuple(rules))


def _criteria(raw: list[dict[str, Any]]) -> dict[str, tuple[Criterion, ...]]:
    return {
        group["section"]: tuple(
            Criterion(c["id"], c["text"], c["source"], tuple(c["prompts"])) for c in group["points"]
        )
        for group in raw
    }
