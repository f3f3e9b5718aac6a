"""The deployment checks: silent for a good production, one clear finding for each thing that is missing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from icm_portal import checks

PRODUCTION = {
    "ICM_MODE": "production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": ["portal.example.gov"],
    "SITE_URL": "https://portal.example.gov",
    "CELERY_BROKER_URL": "redis://redis:6379/1",
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    "PRIVATE_BUCKET": "icm-private",
    "CLAMAV_ADDRESS": "tcp://clamav:3310",
    "EMAIL_HOST": "mail.example.gov",
}
ALL = (
    checks.check_mode,
    checks.check_secret_key,
    checks.check_hosts,
    checks.check_https,
    checks.check_broker,
    checks.check_database,
    checks.check_private_storage,
    checks.check_scanner,
    checks.check_mail,
)


def findings(settings: dict[str, Any]) -> list[str]:
    """Return the ids that all checks find in these settings."""
    with override_settings(**settings):
        return [str(message.id) for check in ALL for message in check()]


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_a_complete_production_has_no_finding() -> None:
    assert findings(PRODUCTION) == []


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize(
    ("setting", "value", "finding"),
    [
        ("ICM_MODE", "embedded", "icm.E001"),
        ("SECRET_KEY", "short", "icm.E002"),
        ("SECRET_KEY", "ab" * 40, "icm.E002"),
        ("ALLOWED_HOSTS", ["*"], "icm.E003"),
        ("ALLOWED_HOSTS", ["localhost"], "icm.E003"),
        ("SITE_URL", "http://portal.example.gov", "icm.E004"),
        ("CELERY_BROKER_URL", "filesystem://", "icm.E005"),
        ("DATABASES", {"default": {"ENGINE": "django.db.backends.sqlite3"}}, "icm.E006"),
        ("PRIVATE_BUCKET", "", "icm.W001"),
        ("CLAMAV_ADDRESS", "", "icm.W002"),
        ("EMAIL_HOST", "", "icm.E008"),
    ],
)
def test_each_gap_is_named(setting: str, value: object, finding: str) -> None:
    assert findings({**PRODUCTION, setting: value}) == [finding]


def test_object_storage_without_its_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    with override_settings(PRIVATE_BUCKET="icm-private"):
        assert [message.id for message in checks.check_private_storage()] == ["icm.E007"]
