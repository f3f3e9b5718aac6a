"""The health check of a container: `python -m deploy.healthy PORT` leaves with 0 when the portal answers."""

from __future__ import annotations

import os
import sys
from urllib.error import URLError
from urllib.request import Request, urlopen


def is_healthy(port: str) -> bool:
    """Whether the health page of the server on this machine answers, asked by a name that the site accepts."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    try:
        with urlopen(Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": host}), timeout=4) as response:
            return bool(response.status == 200)  # noqa: PLR2004 (HTTP: all is well)
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    raise SystemExit(not is_healthy(sys.argv[1]))
