"""The names under which our own Word files are known again: bookmarks, which Word keeps and nobody sees.

A bookmark has up to 40 letters, digits and underscores, so ids lose their dots: ``icm_es_overview_model``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from toolkit.types import Field, Prompt

LONGEST = 40
_PROPOSAL, _SECTION, _REVISION, _FIELD = "icm_p_", "icm_s_", "icm_r_", "icm_f_"
#: The style of what is shown for information and not read back.
FACT_STYLE = "ICM Fact"
FACT_STYLE_ID = "ICMFact"


@dataclass(frozen=True)
class Origin:
    """Where one of our files came from, as far as it still says so; -1 for a revision that got lost."""

    proposal: UUID | None = None
    section: str = ""
    revision: int = -1


def bookmark_of_field(prompt_id: str, field: str = "") -> str:
    """The bookmark at the heading of a prompt's narrative; ``field`` where a prompt has several."""
    return f"{_FIELD}{_safe(prompt_id)}{f'__{field}' if field else ''}"[:LONGEST]


def narratives(prompt: Prompt) -> dict[str, Field]:
    """The narratives of a prompt by their bookmarks; the first that is always shown goes by the prompt's name alone."""
    rich = [field for field in prompt.fields if field.kind.name == "rich"]
    first = next((field for field in rich if field.show_when.is_always), None)
    return {bookmark_of_field(prompt.id, "" if field is first else field.key): field for field in rich}


def bookmarks_of_file(proposal: UUID, section_key: str, revision: int) -> tuple[str, ...]:
    """The bookmarks at the title of a section's file."""
    return f"{_PROPOSAL}{proposal.hex}", f"{_SECTION}{_safe(section_key)}", f"{_REVISION}{revision}"


def field_of_bookmark(name: str, prompt_ids: Iterable[str]) -> str | None:
    """The prompt a bookmark names; None when it is not one of ours."""
    if not name.startswith(_FIELD):
        return None
    wanted = name.partition("__")[0]
    return next((key for key in prompt_ids if bookmark_of_field(key).partition("__")[0] == wanted), None)


def origin_of(bookmarks: Iterable[str], section_keys: Iterable[str]) -> Origin:
    """Read where a file came from off its bookmarks."""
    proposal, section, revision = None, "", -1
    for name in bookmarks:
        if match := re.fullmatch(rf"{_PROPOSAL}([0-9a-f]{{32}})", name):
            proposal = UUID(hex=match[1])
        elif match := re.fullmatch(rf"{_REVISION}([0-9]{{1,9}})", name):
            revision = int(match[1])
        elif name.startswith(_SECTION):
            section = next((key for key in section_keys if f"{_SECTION}{_safe(key)}" == name), "")
    return Origin(proposal, section, revision)


def _safe(key: str) -> str:
    return key.replace(".", "_")
