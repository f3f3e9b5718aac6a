"""How tight the executive summary is set, so that it takes two to three pages."""

from __future__ import annotations

from collections.abc import Callable

STEPS = ("", "fit1", "fit2", "fit3")
LIMIT = 3


def choose(pages: Callable[[str], int]) -> str:
    """The first step at which the summary takes no more than three pages; the tightest if none does.

    Args:
        pages: lays the summary out at a step and counts its pages.
    """
    return next((step for step in STEPS[:-1] if pages(step) <= LIMIT), STEPS[-1])
