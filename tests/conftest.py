"""Fixtures that every test may use: a small world, a browser, and real servers."""

from __future__ import annotations

import gc

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.worlds", "tests.browser", "tests.services.fixtures", "tests.services.dealing"]

# How long an example takes says how busy the machine is.
settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_collection_finish() -> None:
    """Keep the garbage collector from going through modules and tests, which stay, again and again: a seventh of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
