"""Fixtures that every test may use: a small world, a browser, and real servers."""

from __future__ import annotations

pytest_plugins = ["tests.worlds", "tests.browser", "tests.services.fixtures", "tests.services.dealing"]
