"""The web server, the same in `make run`, in the browser tests and in production."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from deploy.collector import settle

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True
control_socket_disable = True
# A worker is replaced now and then, not both at once, so that a slow leak never grows old.
max_requests = 20_000
max_requests_jitter = 4_000
timeout = 60
graceful_timeout = 20
keepalive = 5
memory_folder = Path("/dev/shm")  # noqa: S108 (gunicorn's workers write their sign of life here, not to a disk)
worker_tmp_dir = str(memory_folder) if memory_folder.is_dir() else None
accesslog = os.environ.get("ACCESS_LOG") or None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()


def when_ready(server: Any) -> None:
    """Load before forking what every request needs: the workers share that memory and answer at once."""
    from django.template import engines  # noqa: PLC0415 (Django is set up only now)
    from django.urls import get_resolver  # noqa: PLC0415

    from toolkit.loading import load  # noqa: PLC0415

    load()
    engines.all()
    server.log.debug("%s addresses", len(get_resolver().url_patterns))  # counting them imports every view


def post_fork(server: Any, worker: Any) -> None:
    """Keep what is loaded out of every later garbage collection: faster, and the pages stay shared."""
    settle()
