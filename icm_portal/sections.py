"""Tells the accounts which sections a membership may be limited to."""

from __future__ import annotations

from toolkit.loading import load


def section_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Parts of the current toolkit with their sections as (id, title)."""
    return [(part.name, [(section.id, section.title) for section in part.sections]) for part in load().parts]
