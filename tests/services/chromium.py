"""The Chromium to test in."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

#: Chromium without the window around its pages: it starts a clean profile at a tenth of the cost.
BARE = "chromium-headless-shell"
PROGRAMS = (BARE, "chromium", "chromium-browser")


def chromium_program() -> str | None:
    """Return the Chromium of the system; None for the one that Playwright fetches."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def has_chromium() -> bool:
    """Whether a Chromium is installed, by the system or by Playwright."""
    given = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folder = Path(given) if given else Path.home() / ".cache" / "ms-playwright"
    return bool(chromium_program()) or any(folder.glob("chromium*"))
