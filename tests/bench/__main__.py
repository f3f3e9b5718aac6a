"""Measures, prints one table and writes it to `docs/performance.md`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

OUTPUT = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
SIZES = (100, 1_000, 10_000)


def main() -> None:
    """Make a scratch database, fill it step by step, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1], help="the most proposals to measure with")
    parser.add_argument("--no-packet", action="store_true", help="leave the packet out")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="icm-bench-"))
    os.environ |= {"ICM_TEST_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    os.environ.pop("DATABASE_URL", None)
    try:
        import django  # noqa: PLC0415 - the environment above comes first

        django.setup()
        from tests.bench.measure import measure  # noqa: PLC0415 - the same

        begun = time.monotonic()
        sizes = [size for size in SIZES if size <= options.most] or [options.most]
        report = measure(sizes, packet=not options.no_packet)
        sys.stdout.write(f"{report}\nTook {time.monotonic() - begun:.0f} s.\n")
        if not options.no_packet:
            OUTPUT.write_text(report, encoding="utf-8")
            sys.stdout.write(f"Written to {OUTPUT.name}.\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
