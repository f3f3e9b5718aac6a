"""The tests' settings with one address more, and quiet."""

from __future__ import annotations

from tests.settings import *  # noqa: F403 - these are the same settings

ROOT_URLCONF = "tests.bench.urls"
LOGGING_CONFIG = None
DATABASES["default"]["CONN_MAX_AGE"] = 60  # noqa: F405 - as in the embedded mode
