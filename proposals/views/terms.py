"""What a page needs to mark terms of art."""

from __future__ import annotations

from django.urls import reverse

from toolkit.marking import Marks
from toolkit.types import Toolkit


def marks_of(toolkit: Toolkit) -> Marks:
    """Return what marks the terms of one page; templates know it as ``marks``."""
    return Marks(toolkit, reverse("proposals:glossary"))
