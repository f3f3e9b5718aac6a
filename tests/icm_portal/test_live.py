"""The portal in its own processes: the server of production, and a real worker."""

from __future__ import annotations

from urllib.request import urlopen

from deploy.processes import Child
from icm_portal.celery import app


def test_the_health_page_answers_without_sign_in(live_site: str) -> None:
    with urlopen(f"{live_site}/healthz") as response:
        assert (response.status, response.read()) == (200, b'{"status": "ok"}')


def test_a_worker_takes_messages(celery_worker_process: Child) -> None:
    assert app.control.inspect(timeout=5).ping() is not None
    assert celery_worker_process.is_alive
