"""Fixtures that every test may use: a small world, a browser, and real servers."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.worlds", "tests.browser", "tests.services.fixtures", "tests.services.dealing"]

# How long an example takes says how busy the machine is.
settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
