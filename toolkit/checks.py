"""System checks of the definition files: everything that is wrong with them, in words."""

from __future__ import annotations

from typing import Any

from django.core.checks import Error

from toolkit.definition_rules import problems
from toolkit.errors import DefinitionError, UnknownVersion
from toolkit.readiness.checking import registered
from toolkit.source import RawDefinition, hashes, pinned_hashes, read, versions


def check_definitions(**_: Any) -> list[Error]:
    """Check every version of the definition files, and that those in use are unchanged."""
    pinned = pinned_hashes()
    return [error for version in sorted({*versions(), *pinned}) for error in _of_version(version, pinned.get(version))]


def _of_version(version: str, pinned: dict[str, str] | None) -> list[Error]:
    where = f"toolkit {version}"
    try:
        raw = read(version)
    except (DefinitionError, UnknownVersion) as error:
        return [Error(str(error), obj=where, id="toolkit.E001")]
    errors = [Error(problem, obj=where, id="toolkit.E001") for problem in problems(raw, version)]
    if hashes(raw) != pinned:
        changed = Error(
            "The content is not the one written in definitions/hashes.yaml.",
            hint="A version in use may not change: put the change into a new version. "
            "For a new version, add its hash to that file.",
            obj=where,
            id="toolkit.E002",
        )
        errors.append(changed)
    return [*errors, *(Error(sentence, obj=where, id="toolkit.E003") for sentence in _without_function(raw))]


def _without_function(raw: RawDefinition) -> list[str]:
    rules = (str(rule.get("id")) for group in raw.rules for rule in group["rules"])
    return [f"{rule}: there is no function for this rule." for rule in rules if rule not in registered()]
