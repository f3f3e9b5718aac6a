"""Whether there is a Chromium to test in."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser")


def has_chromium() -> bool:
    """Whether a Chromium is installed, by the system or by Playwright."""
    given = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folder = Path(given) if given else Path.home() / ".cache" / "ms-playwright"
    return any(map(shutil.which, PROGRAMS)) or any(folder.glob("chromium*"))
