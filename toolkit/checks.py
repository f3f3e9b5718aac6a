"""System checks of the definition files: everything that is wrong with them, in words."""

from __future__ import annotations

from typing import Any

from django.core.checks import Error

from toolkit.definition_rules import problems
from toolkit.errors import DefinitionError
from toolkit.source import content_hash, pinned_hashes, read, versions


def check_definitions(**_: Any) -> list[Error]:
    """Check every version of the definition files, and that those in use are unchanged."""
    errors: list[Error] = []
    pinned = pinned_hashes()
    for version in sorted({*versions(), *pinned}):
        errors += [Error(problem, obj=f"toolkit {version}", id="toolkit.E001") for problem in _problems(version)]
        errors += _changed(version, pinned)
    return errors


def _problems(version: str) -> list[str]:
    try:
        return problems(read(version), version)
    except (DefinitionError, LookupError) as error:
        return [str(error)]


def _changed(version: str, pinned: dict[str, str]) -> list[Error]:
    if version not in versions() or pinned.get(version) == content_hash(read(version)):
        return []
    return [
        Error(
            "The content is not the one written in definitions/hashes.yaml.",
            hint="A version in use may not change: put the change into a new version. "
            "For a new version, add its hash to that file.",
            obj=f"toolkit {version}",
            id="toolkit.E002",
        )
    ]
