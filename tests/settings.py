"""The portal's settings in test mode: a private data folder, thrown away at the end of the run.

Where tests run side by side, each process of pytest and the servers it starts have a folder of their own in it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["ICM_MODE"] = "test"
if "ICM_TEST_DIR" not in os.environ:
    os.environ["ICM_TEST_DIR"] = tempfile.mkdtemp(prefix="icm-test-")
    atexit.register(shutil.rmtree, os.environ["ICM_TEST_DIR"], ignore_errors=True)
os.environ["DATA_DIR"] = str(Path(os.environ["ICM_TEST_DIR"]) / os.environ.get("PYTEST_XDIST_WORKER", "main"))

from icm_portal.settings import *  # noqa: F403 (the environment above comes first)

# Files are served from the source; WhiteNoise still wants the folder of the collected ones to exist.
STATIC_ROOT = DATA_DIR / "static"  # noqa: F405
STATIC_ROOT.mkdir(exist_ok=True)
# Else each of the thousands of test clients reads the whole folder of files that it never asks for.
WHITENOISE_AUTOREFRESH = True
if POSTGRESQL:  # noqa: F405
    # A copy costs less than running every migration again; where the database is empty they are run.
    DATABASES["default"]["TEST"] = {"TEMPLATE": DATABASES["default"]["NAME"]}  # noqa: F405
