"""Fifty people type at once: how long each waits for a save, against the server of production on PostgreSQL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any
from urllib.parse import urlencode

PEOPLE = 50
SECONDS = 15
#: Nobody types without a pause: so long, in seconds, between two saves of one person.
PAUSE = (2.0, 5.0)
PROMPTS = ("es.overview.model", "es.overview.goals", "es.overview.current", "es.overview.authorities")


def measure() -> tuple[int, float]:
    """Run in a process of its own, on a database of its own; return the number of saves and p95 in milliseconds."""
    from tests.services.postgresql import postgresql  # noqa: PLC0415 - only this measurement needs a server

    with postgresql() as database, tempfile.TemporaryDirectory(prefix="icm-typists-") as folder:
        env = {**os.environ, "DATABASE_URL": database, "ICM_TEST_DIR": folder, "DATABASE_POOL_SIZE": "8"}
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.typists"], env=env, check=True, stdout=subprocess.PIPE, text=True
        )
    found = json.loads(done.stdout.splitlines()[-1])
    return found["saves"], found["p95"]


class Typist(Thread):
    """One person at one browser: saves one changed answer, pauses, saves again."""

    def __init__(self, address: str, desk: tuple[str, str, str], number: int) -> None:
        super().__init__(daemon=True)
        self.address = address
        self.path, cookies, self.person = desk
        self.headers = {
            "Cookie": cookies,
            "Accept": "application/json",
            "X-CSRFToken": cookies.partition("csrftoken=")[2],
        }
        self.number = number
        self.random = Random(number)  # noqa: S311 - not for secrets
        self.waits: list[float] = []
        self.refused: list[int] = []

    def run(self) -> None:
        """Type until the time is over."""
        connection = HTTPConnection(self.address, timeout=30)
        end = time.monotonic() + SECONDS
        time.sleep(self.random.uniform(0, PAUSE[1]))
        while time.monotonic() < end:
            self._save(connection)
            time.sleep(self.random.uniform(*PAUSE))

    def _save(self, connection: HTTPConnection) -> None:
        prefix = PROMPTS[self.number % len(PROMPTS)].replace(".", "-")
        words = f"Person {self.number} wrote this after {len(self.waits)} saves."
        body = {f"{prefix}-_shown": "1", f"{prefix}-_disposition": "answered", f"{prefix}-narrative": words}
        headers = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        begun = time.perf_counter()
        connection.request("POST", self.path, urlencode({**body, "base_revision": "0", "person": self.person}), headers)
        answer = connection.getresponse()
        answer.read()
        self.waits.append(time.perf_counter() - begun)
        if answer.status != 200:
            self.refused.append(answer.status)


def type_at_once(desks: list[tuple[str, str, str]], address: str) -> dict[str, Any]:
    """Let everybody type; return the number of saves and how long 95 of 100 waited at most, in milliseconds."""
    typists = [Typist(address, desk, number) for number, desk in enumerate(desks)]
    for typist in typists:
        typist.start()
    for typist in typists:
        typist.join()
    if refused := [status for typist in typists for status in typist.refused]:
        raise RuntimeError(f"Saves were refused: {refused[:5]}")
    waits = sorted(wait for typist in typists for wait in typist.waits)
    return {"saves": len(waits), "p95": waits[int(len(waits) * 0.95)] * 1000}


def main() -> None:
    """Make an agency of fifty people, serve the portal, and let them type."""
    import django  # noqa: PLC0415 - the environment comes first

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    from tests.bench.desks import desks  # noqa: PLC0415
    from tests.services.live import site  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    everybody = desks(PEOPLE)
    connections.close_all()
    with site(settings.DATABASES["default"], "memory://", Path(settings.DATA_DIR) / "log") as address:
        sys.stdout.write(json.dumps(type_at_once(everybody, address.removeprefix("http://"))))


if __name__ == "__main__":
    main()
