"""`make run`: sets the portal up on this machine, serves it, and stops everything on Ctrl-C.

Run with the Python of `.venv`. The web server (two processes) and one Celery worker are its children.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

from deploy import assets
from deploy.install import LOCKS
from deploy.processes import Child, answers, die_with_parent, free_port
from deploy.say import BUILD, ROOT, Stamp, Stop, fingerprint, keep_bytecode, run, say
from deploy.system import ensure_pango

SCRIPTS = Path(sys.executable).parent
START_SECONDS = 60
ROOMS = ("icm_portal", "toolkit", "proposals", "exports")


class Interrupted(Exception):
    """Ctrl-C, or SIGTERM from whoever started this."""


def interrupt(signum: int, frame: FrameType | None) -> None:
    """Turn a signal into an exception, so that the children are always stopped on the way out."""
    raise Interrupted


def environment(port: int) -> dict[str, str]:
    """Return the environment of the children: the person's own, completed for this mode."""
    data = os.environ.get("DATA_DIR") or str(ROOT / "var")
    defaults = {"DATA_DIR": data, "SITE_URL": f"http://localhost:{port}", "LOG_LEVEL": "INFO"}
    return {**defaults, **os.environ, "ICM_MODE": "embedded", "BIND": f"127.0.0.1:{port}"}


def static_stamp() -> Stamp:
    """Return the stamp of the collected static files."""
    own = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
    locks = [ROOT / "requirements" / name for name in LOCKS["runtime"]]
    return Stamp(BUILD / "static.stamp", fingerprint([*own, *locks, assets.stamp().path]))


def collect_static(env: dict[str, str]) -> None:
    """Collect static files under hashed names, without the source maps of wheels."""
    stamp = static_stamp()
    if stamp.is_current and (BUILD / "static").is_dir():
        return
    say("Collecting static files ...")
    collect = ["collectstatic", "--noinput", "--clear", "--ignore", "*.map", "--verbosity", "0"]
    run([sys.executable, "manage.py", *collect], "The static files could not be collected.", env=env)
    stamp.write()


def data_stamp(env: dict[str, str]) -> Stamp:
    """Return the stamp of the database; it changes with the code that makes it, and when the file is gone."""
    sources = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in {".py", ".yaml"}]
    database = Path(env["DATA_DIR"]) / "icm.sqlite3"
    place = env.get("DATABASE_URL") or f"{database} {database.exists() and database.stat().st_ino}"
    return Stamp(Path(env["DATA_DIR"]) / "data.stamp", f"{fingerprint(sources)} {place}")


def prepare_data(env: dict[str, str]) -> str:
    """Migrate and seed unless that was done by this code, and return the table of demo people."""
    table = Path(env["DATA_DIR"]) / "people.txt"
    if data_stamp(env).is_current and table.exists():
        return table.read_text()
    say("Preparing the database and the demo ...")
    people = run([sys.executable, "-m", "deploy.data"], "The database could not be prepared.", env=env)
    table.touch(mode=0o600)
    table.write_text(people)
    data_stamp(env).write()
    return people


def prepare(env: dict[str, str]) -> str:
    """Make everything that must exist before the first page, and return the table of demo people."""
    ensure_pango()
    assets.build()
    collect_static(env)
    return prepare_data(env)


def start(env: dict[str, str], logs: Path) -> list[Child]:
    """Start the web server and the worker; `prepare` has run."""
    server = [str(SCRIPTS / "gunicorn"), "--config", "deploy/gunicorn.conf.py", "--no-control-socket"]
    celery = [str(SCRIPTS / "celery"), "-A", "icm_portal.celery", "worker", "-P", "solo", "-B"]
    schedule = ["-s", str(logs.parent / "celerybeat-schedule")]
    return [
        Child("web server", [*server, "icm_portal.wsgi"], logs / "web.log", env),
        Child("worker", [*celery, *schedule, "--loglevel", "INFO", "--without-mingle"], logs / "worker.log", env),
    ]


def watch(children: Iterable[Child]) -> None:
    """Return never: raises `Stop` when a child ends on its own, or `Interrupted`."""
    while True:
        for child in children:
            if not child.is_alive:
                raise Stop(f"The {child.name} ended. Its last lines ({child.log}):\n{child.tail()}")
        time.sleep(0.5)


def serve() -> None:
    """Set up, start, print where to go and who can sign in, and wait."""
    started = time.monotonic()
    port = free_port(wanted_port())
    env = environment(port)
    people = prepare(env)
    logs = Path(env["DATA_DIR"]) / "log"
    children: list[Child] = []
    try:
        children = start(env, logs)
        children[0].wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), START_SECONDS)
        say(people.rstrip())
        say(f"\nICM Portal is ready after {time.monotonic() - started:.1f} s: http://localhost:{port}")
        say("Ctrl-C stops it; the data stays in " + env["DATA_DIR"] + ".")
        watch(children)
    finally:
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, signal.SIG_IGN)
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.stop()


def wanted_port() -> int:
    """Return the port that PORT names, by default 8000; raises `Stop` when it is no port."""
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and int(text) < 2**16):
        raise Stop(f"PORT is {text!r}, but must be a number from 0 to 65535.")
    return int(text)


def main() -> None:
    """Serve until somebody asks to stop."""
    keep_bytecode()
    die_with_parent()
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        serve()
    except Interrupted:
        say("\nStopped.")


if __name__ == "__main__":
    main()
