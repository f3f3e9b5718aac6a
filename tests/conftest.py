"""Fixtures that every test may use."""

from __future__ import annotations

import pytest
from django.core.cache import cache

pytest_plugins = ["tests.browser", "tests.worlds"]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Rate limits of one test never reach the next."""
    cache.clear()
