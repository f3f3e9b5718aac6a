"""Reading definition files as they are: plain lists and dicts, and their content hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from toolkit.errors import DefinitionError, UnknownVersion

DEFINITIONS = Path(__file__).parent / "definitions"

# The C loader reads a version in about a tenth of the time; where it is missing, the other will do.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class RawDefinition:
    """One version as written: manifest, prompts by part id, option sets, glossary rows, rules by group.

    `forms` says under which other words a term of art stands in the texts, `criteria` what a reviewer checks by section.
    """

    manifest: Mapping[str, Any]
    prompts: Mapping[str, list[dict[str, Any]]]
    option_sets: Mapping[str, Mapping[str, Any]]
    glossary: list[list[str]]
    rules: list[dict[str, Any]]
    forms: Mapping[str, Any] = field(default_factory=lambda: {"forms": {}, "never": []})
    criteria: list[dict[str, Any]] = field(default_factory=list)


def versions(root: Path = DEFINITIONS) -> tuple[str, ...]:
    """All versions there are, oldest first."""
    return tuple(sorted(path.parent.name for path in root.glob("*/toolkit.yaml")))


def read(version: str, root: Path = DEFINITIONS) -> RawDefinition:
    """Read the files of one version.

    Raises UnknownVersion if there is none of that name, DefinitionError if a file is no YAML.
    """
    if version not in versions(root):
        raise UnknownVersion(f"There is no version {version!r} of the toolkit.")
    folder = root / version
    manifest = _load(folder / "toolkit.yaml")
    return RawDefinition(
        manifest=manifest,
        prompts={part["id"]: _load(folder / part["file"]) for part in manifest["parts"]},
        option_sets=_load(folder / "option-sets.yaml"),
        glossary=_load(folder / "glossary.yaml"),
        rules=_load(folder / "rules.yaml"),
        forms=_load(folder / "glossary-forms.yaml"),
        criteria=_load(folder / "criteria.yaml"),
    )


def content_hash(raw: RawDefinition) -> str:
    """SHA-256 of what is asked; comments and layout do not count.

    The rules and the criteria are left out: they say what the portal and CMS make of the answers, and a packet does not
    print them. So are the other forms of terms of art: they say where a page marks a word.
    """
    return _hash([raw.manifest, raw.prompts, raw.option_sets, raw.glossary])


def hashes(raw: RawDefinition) -> dict[str, str]:
    """What `hashes.yaml` pins of a version: what is asked, what is checked, and by what it is reviewed."""
    return {"asked": content_hash(raw), "checked": _hash(raw.rules), "reviewed": _hash(raw.criteria)}


def pinned_hashes(root: Path = DEFINITIONS) -> dict[str, dict[str, str]]:
    """The hashes of versions in use, from `hashes.yaml`. A version there may not change."""
    return dict(_load(root / "hashes.yaml"))


def _hash(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _load(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            return yaml.load(file, Loader=_LOADER)  # noqa: S506 - both are safe loaders
    except (OSError, yaml.YAMLError) as error:
        raise DefinitionError(f"{path.name} cannot be read: {error}") from error
