"""System checks for a deployment: `manage.py check --deploy` says in one sentence each what is missing.

They look at the settings, never at the environment, so that tests and other settings modules are checked alike.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

SHORTEST_KEY = 50
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver"})
LOCAL_BROKERS = ("filesystem:", "memory:")


@register(Tags.security, deploy=True)
def check_mode(**_: Any) -> list[CheckMessage]:
    """The demo, with its published passwords, never runs on a public machine."""
    if settings.ICM_MODE == "production":
        return []
    return [
        Error(
            f"ICM_MODE is {settings.ICM_MODE!r}; demo people with known passwords exist in the embedded mode.",
            hint="Set ICM_MODE=production.",
            id="icm.E001",
        )
    ]


@register(Tags.security, deploy=True)
def check_secret_key(**_: Any) -> list[CheckMessage]:
    """The key that signs sessions is long and random."""
    if len(settings.SECRET_KEY) >= SHORTEST_KEY and len(set(settings.SECRET_KEY)) > SHORTEST_KEY // 5:
        return []
    return [
        Error(
            f"SECRET_KEY is too simple: it needs {SHORTEST_KEY} or more random characters.",
            hint="python -c 'import secrets; print(secrets.token_urlsafe(60))'",
            id="icm.E002",
        )
    ]


@register(Tags.security, deploy=True)
def check_hosts(**_: Any) -> list[CheckMessage]:
    """The site answers to its own names only."""
    hosts = set(settings.ALLOWED_HOSTS)
    if hosts - LOCAL_HOSTS and "*" not in hosts:
        return []
    return [
        Error("ALLOWED_HOSTS must name the hosts of the site, without '*'.", hint="portal.example.gov", id="icm.E003")
    ]


@register(Tags.security, deploy=True)
def check_https(**_: Any) -> list[CheckMessage]:
    """People reach the site encrypted, so that cookies stay secret."""
    if settings.SITE_URL.startswith("https://"):
        return []
    return [Error("SITE_URL must start with https://.", hint="https://portal.example.gov", id="icm.E004")]


@register(Tags.compatibility, deploy=True)
def check_broker(**_: Any) -> list[CheckMessage]:
    """Workers on other machines hear of new work."""
    if not settings.CELERY_BROKER_URL.startswith(LOCAL_BROKERS):
        return []
    return [
        Error(
            "CELERY_BROKER_URL names a broker of one machine only.",
            hint="Set REDIS_URL, or CELERY_BROKER_URL=redis://host:6379/1.",
            id="icm.E005",
        )
    ]


@register(Tags.database, deploy=True)
def check_database(**_: Any) -> list[CheckMessage]:
    """Many people save at once."""
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return []
    return [
        Error("DATABASE_URL must name a PostgreSQL database.", hint="postgres://user:password@host/name", id="icm.E006")
    ]


@register(Tags.files, deploy=True)
def check_private_storage(**_: Any) -> list[CheckMessage]:
    """Packets lie where every machine of the site finds them, and where nobody finds them without asking."""
    if not settings.PRIVATE_BUCKET:
        return [
            checks.Warning(
                f"Private files lie on this machine ({settings.PRIVATE_ROOT}): web and worker must share that folder.",
                hint="Set PRIVATE_BUCKET (and S3_ENDPOINT_URL unless it is Amazon's) to use object storage.",
                id="icm.W001",
            )
        ]
    if find_spec("storages") is None:
        return [
            Error(
                "PRIVATE_BUCKET is set, but django-storages is not installed.",
                hint="Install requirements/production.txt.",
                id="icm.E007",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_scanner(**_: Any) -> list[CheckMessage]:
    """Files that states attach are scanned before anybody opens them."""
    if settings.CLAMAV_ADDRESS:
        return []
    return [
        checks.Warning(
            "No virus scanner is configured: attached files are handed out unscanned.",
            hint="Set CLAMAV_ADDRESS=tcp://clamav:3310.",
            id="icm.W002",
        )
    ]


@register(Tags.compatibility, deploy=True)
def check_mail(**_: Any) -> list[CheckMessage]:
    """Notices and password resets leave the machine."""
    if settings.EMAIL_HOST:
        return []
    return [Error("EMAIL_HOST is missing: notices and password resets reach nobody.", id="icm.E008")]
