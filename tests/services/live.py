"""The portal as other processes see it: gunicorn, and a Celery worker, on the database of the tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from deploy.processes import Child, answers, free_port

SCRIPTS = Path(sys.executable).parent
START_SECONDS = 60
READY_LINE = " ready."


def database_address(settings: dict[str, Any]) -> str:
    """Return the address of a database that Django is connected to, for another process."""
    if settings["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{settings['NAME']}"
    host = {"host": settings["HOST"]} if settings["HOST"].startswith("/") else {}
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    person = quote(settings["USER"]) + (f":{quote(settings['PASSWORD'])}" if settings["PASSWORD"] else "")
    place = "" if host else f"{settings['HOST']}{port}"
    return f"postgres://{person}@{place}/{settings['NAME']}?{urlencode(host)}".rstrip("?")


def environment(database: dict[str, Any], **more: str) -> dict[str, str]:
    """Return the environment of a process that works on the database of the tests."""
    kept = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "DJANGO_SETTINGS_MODULE"}}
    return {**kept, "ICM_MODE": "test", "DATABASE_URL": database_address(database), **more}


@contextmanager
def site(database: dict[str, Any], broker: str, logs: Path, port: int = 0) -> Iterator[str]:
    """Serve the portal with the server of production, on a port of its own or on the one given; yield its address."""
    port = port or free_port(0)
    address = f"http://localhost:{port}"
    env = environment(database, CELERY_BROKER_URL=broker, SITE_URL=address, BIND=f"127.0.0.1:{port}")
    command = [str(SCRIPTS / "gunicorn"), "--config", "deploy/gunicorn.conf.py", "icm_portal.wsgi"]
    server = Child("web server", command, logs / "web.log", env)
    try:
        server.wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), START_SECONDS)
        yield address
    finally:
        server.stop()


@contextmanager
def worker(database: dict[str, Any], broker: str, logs: Path, site_url: str) -> Iterator[Child]:
    """Run a Celery worker that takes its messages from `broker`."""
    env = environment(database, CELERY_BROKER_URL=broker, SITE_URL=site_url)
    celery = [str(SCRIPTS / "celery"), "-A", "icm_portal.celery", "worker", "-P", "solo", "--loglevel", "INFO"]
    process = Child("worker", [*celery, "--without-mingle", "--without-gossip"], logs / "worker.log", env)
    try:
        process.wait_until(lambda: READY_LINE in process.log.read_text(), START_SECONDS)
        yield process
    finally:
        process.stop()


@contextmanager
def beat(database: dict[str, Any], broker: str, logs: Path) -> Iterator[Child]:
    """Run Celery's beat with the schedule of the portal, everything on it overdue, so that it comes at once."""
    env = environment(database, CELERY_BROKER_URL=broker)
    celery = [str(SCRIPTS / "celery"), "-A", "icm_portal.celery", "beat", "--loglevel", "INFO"]
    options = ["-S", "tests.services.overdue.OverdueScheduler", "-s", str(logs / "beat-schedule")]
    process = Child("beat", [*celery, *options], logs / "beat.log", env)
    try:
        yield process
    finally:
        process.stop()
