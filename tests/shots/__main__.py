"""Serves the demo on a scratch database and photographs every page of it."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "test-results" / "shots"
DOCS = ROOT / "docs" / "images"


def main() -> None:
    """Make the demo, take the pictures; exit 1 when a page did not answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="only pages whose name holds this text")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="icm-shots-"))
    os.environ |= {"ICM_TEST_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    os.environ.pop("DATABASE_URL", None)
    try:
        import django  # noqa: PLC0415 - the environment above comes first

        django.setup()
        complaints = photograph(folder, options.only)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(f"Pictures: {PICTURES.relative_to(ROOT)}\n")
    if complaints:
        sys.exit("\n".join(complaints))


def photograph(folder: Path, only: str) -> list[str]:
    """Serve the demo and take the pictures; return what went wrong."""
    from django.conf import settings  # noqa: PLC0415 - Django is set up by now
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    from proposals.management.demo_people import demo_password  # noqa: PLC0415
    from tests.services.live import site  # noqa: PLC0415
    from tests.shots.camera import Camera, chromium  # noqa: PLC0415
    from tests.shots.packets import make_packets  # noqa: PLC0415
    from tests.shots.pages import shots  # noqa: PLC0415

    settings.DEMO = True
    call_command("migrate", verbosity=0)
    call_command("seed_demo", verbosity=0)
    make_packets()
    wanted = [shot for shot in shots() if only in shot.name]
    password = demo_password()
    connections.close_all()
    for place in (PICTURES, DOCS):
        place.mkdir(parents=True, exist_ok=True)
    with site(settings.DATABASES["default"], "memory://", folder) as address, chromium() as browser:
        return Camera(browser, address, password, PICTURES, DOCS).take(wanted)


if __name__ == "__main__":
    main()
