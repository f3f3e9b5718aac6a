"""The settings as other processes see them: complete sentences for what is missing, and the documented variables."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.check import PRODUCTION
from deploy.say import ROOT


def start(env: dict[str, str], code: str, data: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of Python with nothing but `env` in the environment."""
    return subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; {code}"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "icm_portal.settings",
            "DATA_DIR": str(data),
            **env,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_without_an_environment_says_all_it_needs(tmp_path: Path) -> None:
    ended = start({"ICM_MODE": "production"}, "settings.DEBUG", tmp_path)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.splitlines() == [
        "ICM Portal cannot start; correct these environment variables:",
        "  - SECRET_KEY is missing: set it to 50 or more random characters, kept secret.",
        "  - ALLOWED_HOSTS is missing: set it to the host names of the site, separated by commas.",
        "  - SITE_URL is missing: set it to the address people type.",
        "  - DATABASE_URL is missing: set it to an address such as postgres://user:password@host:5432/name.",
        "  - REDIS_URL is missing: set it to an address such as redis://host:6379/0.",
        "  - DEFAULT_FROM_EMAIL is missing: set it to the sender of the mails.",
    ]


def test_a_complete_production_is_locked_down(tmp_path: Path) -> None:
    names = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "DEMO", "DEBUG")
    ended = start(PRODUCTION, f"print([getattr(settings, name) for name in {names}])", tmp_path)
    assert (ended.stderr, ended.stdout) == ("", "[True, True, True, False, False]\n")


def test_the_embedded_mode_keeps_the_key_it_made(tmp_path: Path) -> None:
    keys = {start({}, "print(settings.SECRET_KEY)", tmp_path).stdout for _ in range(2)}
    assert len(keys) == 1
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("program", ["manage.py check", "-m celery -A icm_portal.celery report"])
def test_no_program_shows_a_traceback_for_a_wrong_value(program: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, *program.split()],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "DATABASE_URL": "mysql://host/icm"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "ICM Portal cannot start; correct these environment variables:",
        "  - DATABASE_URL is 'mysql://host/icm', but it must start with sqlite:/// or postgres://.",
    ]


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', (ROOT / "icm_portal" / "settings.py").read_text()))
    table = (ROOT / "docs" / "deployment.md").read_text().split("## Environment")[1].split("Read by the server")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)} == read
