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


def section_titles(ids: Iterable[str]) -> list[str]:
    """Titles of the sections `ids`, in the order of the toolkit; an id of an older toolkit stands for itself."""
    wanted = list(ids)
    titles = {key: title for _, group in section_choices() for key, title in group}
    known = [title for key, title in titles.items() if key in wanted]
    return known + [key for key in wanted if key not in titles]
