"""The sections a membership may be limited to. The wiring says where they come from; this package knows no toolkit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

Choices = list[tuple[str, list[tuple[str, str]]]]


def section_choices() -> Choices:
    """Parts with their sections as (id, title), from the function named by `settings.ACCOUNTS_SECTION_CHOICES`."""
    provider = cast(Callable[[], Choices], import_string(settings.ACCOUNTS_SECTION_CHOICES))
    return provider()


def section_labels() -> dict[str, str]:
    """Every section with its part, such as "Part 1: Overview", in the order of the toolkit."""
    return {
        key: f"{part.partition('.')[0]}: {title}" for part, sections in section_choices() for key, title in sections
    }


def section_names(ids: Iterable[str]) -> list[str]:
    """Labels of the sections `ids`, in the order of the toolkit; an id of an older toolkit stands for itself."""
    labels, wanted = section_labels(), list(ids)
    return [label for key, label in labels.items() if key in wanted] + [key for key in wanted if key not in labels]
