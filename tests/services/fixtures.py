"""Fixtures around real servers. Each starts on first use and serves the whole run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management.color import Style
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.models.signals import post_migrate
from pytest_django import DjangoDbBlocker
from redis import Redis

from deploy.processes import Child
from icm_portal.celery import app
from proposals.models import Division
from tests.services.chromium import BARE, has_chromium
from tests.services.live import site, worker
from tests.services.redis import redis
from tests.services.verapdf import verapdf_command

IDLE_SECONDS = 20
#: A test that takes one of these touches the database.
DATABASE = {"db", "transactional_db", "django_db_setup"}


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Rate limits of one test never reach the next."""
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def _flush_append_only_tables() -> Iterator[None]:
    """Let SQLite empty its tables after a transactional test: it deletes rows, which append-only triggers refuse.

    The triggers are dropped and made again inside the transaction that empties the tables.
    """
    operations = DatabaseWrapper.ops_class
    original = operations.sql_flush

    def sql_flush(self: BaseDatabaseOperations, style: Style, tables: list[str], **options: bool) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'append_only_%'")
            triggers = cursor.fetchall()
        drop = [f"DROP TRIGGER {name}" for name, _ in triggers]
        return [*drop, *original(self, style, tables, **options), *(sql for _, sql in triggers)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        yield


@pytest.fixture(scope="session", autouse=True)
def _divisions_after_flushing() -> Iterator[None]:
    """Bring back the divisions that a migration has written: a transactional test empties their table as well."""
    defaults = import_module("proposals.migrations.0028_divisions").begin

    def restore(**_signal: object) -> None:
        if not Division.objects.exists():
            defaults(apps, None)

    post_migrate.connect(restore, sender=apps.get_app_config("proposals"))
    yield
    post_migrate.disconnect(restore, sender=apps.get_app_config("proposals"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database of this process of pytest, as pytest-django makes it.

    At the end PostgreSQL refuses to drop it while anybody is connected, and sessions of servers that were stopped a
    moment ago linger; they are ended first.
    """
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of a Redis server for this process of pytest."""
    with redis() as address:
        yield address


@pytest.fixture(scope="session")
def _log_folder() -> Path:
    """Where the servers of this run write what they say."""
    return Path(settings.DATA_DIR) / "log"


@pytest.fixture(scope="session")
def _site(django_db_setup: None, redis_url: str, _log_folder: Path) -> Iterator[str]:
    with site(connection.settings_dict, redis_url, _log_folder) as address:
        yield address


@pytest.fixture(scope="session")
def _worker(django_db_setup: None, redis_url: str, _log_folder: Path, _site: str) -> Iterator[Child]:
    with worker(connection.settings_dict, redis_url, _log_folder, _site) as process:
        yield process


def is_idle(queue: Redis) -> bool:
    """Whether no message waits and no worker still holds one."""
    return not queue.llen("celery") and not queue.hlen("unacked")


@pytest.fixture
def live_site(transactional_db: None, _site: str) -> Iterator[str]:
    """The address of the portal, served by gunicorn on the database of this test (`http://localhost:port`).

    After the test the server may finish what closing pages have sent before the tables are emptied.
    """
    yield _site
    deadline = time.monotonic() + IDLE_SECONDS
    while connection.vendor == "postgresql" and _is_at_work() and time.monotonic() < deadline:
        time.sleep(0.1)


def _is_at_work() -> bool:
    """Whether any other session of the database is in the middle of something."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND (state <> 'idle' OR state_change > now() - interval '0.5 seconds')"
        )
        return bool(cursor.fetchone()[0])


@pytest.fixture
def celery_worker_process(transactional_db: None, _worker: Child, redis_url: str) -> Iterator[Child]:
    """A real worker on Redis: tasks sent by the test itself and by `live_site` reach it.

    After the test it may finish what it holds before the tables are emptied.
    """
    before = app.conf.broker_url
    with Redis.from_url(redis_url) as queue:
        queue.flushdb()
        use_broker(redis_url)
        yield _worker
        deadline = time.monotonic() + IDLE_SECONDS
        while not is_idle(queue) and time.monotonic() < deadline:
            time.sleep(0.05)
    use_broker(before)


def use_broker(url: str) -> None:
    """Send this process's own messages to another broker from now on."""
    celery: Any = app  # Celery has no public way to forget the connections it holds
    celery.conf.update(broker_url=url, broker_write_url=url)
    celery._pool = None
    celery.amqp._producer_pool = None


@pytest.fixture
def verapdf() -> list[str]:
    """The command of veraPDF; the test is skipped, and named in the summary, where there is none."""
    command = verapdf_command()
    if not command:
        pytest.skip("veraPDF is missing: install Java and Maven (it is then fetched), or verapdf itself")
    return command


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the fixtures they use, so that nobody has to remember, and skip what this machine cannot do.

    Measuring coverage costs half as much again. Tests in a browser, whose server is another process, and those of the
    whole portal, which repeat what others run, do without.
    """
    missing = None if has_chromium() else pytest.mark.skip(reason=f"Chromium is missing: install {BARE} or chromium")
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if "browser" in names or item.path.parent.name in {"system", "journey"}:
            item.add_marker(pytest.mark.no_cover)
        if "browser" in names:
            item.add_marker(pytest.mark.browser)
            if missing:
                item.add_marker(missing)
        if "celery_worker_process" in names:
            item.add_marker(pytest.mark.worker)
        if not item.get_closest_marker("django_db") and not names & DATABASE:
            item.add_marker(pytest.mark.once)
        if item.get_closest_marker("postgresql") and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: `make test` runs it"))
