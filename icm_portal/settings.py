"""All settings of ICM Portal, read from the environment. `docs/deployment.md` explains each variable."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.contrib.messages import constants as message_levels
from django.urls import reverse_lazy

from icm_portal.env import Env

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

# -- Mode ------------------------------------------------------------------------------------------
ICM_MODE = env.choice("ICM_MODE", ("embedded", "production", "test"), "embedded")
EMBEDDED, PRODUCTION, TESTING = ICM_MODE == "embedded", ICM_MODE == "production", ICM_MODE == "test"
DEMO = EMBEDDED
DEBUG = env.flag("DEBUG", default=False)
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")


def local_secret() -> str:
    """Return the key that this machine made for itself at its first start."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(60))
    return path.read_text()


SECRET_KEY = env.text(
    "SECRET_KEY", None if PRODUCTION else local_secret(), hint="50 or more random characters, kept secret"
)
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS",
    None if PRODUCTION else ("localhost", "127.0.0.1", "[::1]", "testserver"),
    hint="the host names of the site, separated by commas",
)
SITE_URL = env.url(
    "SITE_URL", None if PRODUCTION else "http://localhost:8000", ("http", "https"), hint="the address people type"
).rstrip("/")

# -- Applications ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "icm_portal",
    "icm_portal.accounts",
    "toolkit",
    "proposals",
    "exports",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "csp",
    "django_htmx",
    "django_prose_editor",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "icm_portal.middleware.SecurityHeadersMiddleware",
    "icm_portal.middleware.UnreadableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "icm_portal.accounts.middleware.ActorMiddleware",
    "icm_portal.accounts.middleware.SignInWall",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "proposals.middleware.DivisionsMiddleware",
]

ROOT_URLCONF = "icm_portal.urls"
WSGI_APPLICATION = "icm_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["icm_portal.templatetags.addresses"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "icm_portal.accounts.context.actor",
                "proposals.context.inbox",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "uswds"
CRISPY_TEMPLATE_PACK = "uswds"
CRISPY_FAIL_SILENTLY = False
MESSAGE_TAGS = {message_levels.DEBUG: "info", message_levels.ERROR: "error"}

# -- Data ------------------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", None if PRODUCTION else f"sqlite:///{DATA_DIR / 'icm.sqlite3'}")}
POSTGRESQL = DATABASES["default"]["ENGINE"].endswith("postgresql")
POOL_SIZE = env.number("DATABASE_POOL_SIZE", 8 if PRODUCTION else 0, low=0, high=200)
if POSTGRESQL and POOL_SIZE:
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": POOL_SIZE}
    # After a restart of the database, the pool's old connections would each fail one request.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if not POSTGRESQL and not TESTING:
    # Opening the file and setting it up again would cost a request as much as half its queries.
    DATABASES["default"]["CONN_MAX_AGE"] = 60
if TESTING and not POSTGRESQL:
    # A file, not memory: tests write from many threads, each with its own connection.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}

REDIS_URL = env.url(
    "REDIS_URL", None if PRODUCTION else "", ("redis", "rediss"), hint="an address such as redis://host:6379/0"
)
if REDIS_URL:
    CACHES: dict[str, Any] = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
    SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
elif TESTING:
    # Files, so that the test and the servers it talks to share one cache.
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": DATA_DIR / "cache"}
    }
else:
    # Shared by both server processes, so that rate limits count every attempt.
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

# -- Files -----------------------------------------------------------------------------------------
PRIVATE_ROOT = env.folder("PRIVATE_ROOT", DATA_DIR / "private")
PRIVATE_BUCKET = env.text("PRIVATE_BUCKET", "")
ASSETS_ROOT = BASE_DIR / "build" / "assets"
STATIC_ROOT = BASE_DIR / "build" / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [folder for folder in (BASE_DIR / "static", ASSETS_ROOT) if folder.is_dir()]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
# Tests and developers see the files as they are; everybody else the collected ones with hashed names.
FROM_SOURCE = TESTING or DEBUG
WHITENOISE_USE_FINDERS = FROM_SOURCE
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if FROM_SOURCE else 3600
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "icm_portal.storage.PrivateStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if FROM_SOURCE
        else "icm_portal.storage.StaticStorage"
    },
}
if PRIVATE_BUCKET:
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": PRIVATE_BUCKET,
            "endpoint_url": env.url("S3_ENDPOINT_URL", "", ("http", "https")) or None,
            "region_name": env.text("S3_REGION", "") or None,
            "access_key": env.text("S3_ACCESS_KEY", "") or None,
            "secret_key": env.text("S3_SECRET_KEY", "") or None,
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }

# What people send is measured while it comes in, before anything of it is kept.
FILE_UPLOAD_HANDLERS = [
    "proposals.files.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
ATTACHMENT_BYTES = env.number("ATTACHMENT_MEGABYTES", 25, low=1, high=1000) * 1024 * 1024
ATTACHMENTS_PER_PROPOSAL = env.number("ATTACHMENTS_PER_PROPOSAL", 100, low=1, high=1000)
CLAMAV_ADDRESS = env.url("CLAMAV_ADDRESS", "", ("tcp", "unix"), hint="an address such as tcp://clamav:3310")

# -- Jobs ------------------------------------------------------------------------------------------
BROKER_DIR = DATA_DIR / "broker"
CELERY_BROKER_URL = env.url(
    "CELERY_BROKER_URL",
    REDIS_URL or ("memory://localhost" if TESTING else "filesystem://localhost"),
    ("redis", "rediss", "filesystem", "memory"),
)
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"visibility_timeout": 3600}
if CELERY_BROKER_URL.startswith("filesystem:"):
    BROKER_DIR.mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR),
        "data_folder_out": str(BROKER_DIR),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.2,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
# Messages only wake workers; these find what a lost message or a dead worker left behind.
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "unsent-notices": {"task": "proposals.sweep_notifications", "schedule": 60.0},
    "waiting-invitations": {"task": "icm_portal.accounts.tasks.send_waiting_invitations", "schedule": 120.0},
    "unscanned-attachments": {"task": "proposals.sweep_scans", "schedule": 60.0},
    "forgotten-word-files": {"task": "proposals.forget_word_files", "schedule": 86400.0},
    "reminders": {"task": "proposals.remind", "schedule": 900.0},
    "mail-of-the-day": {"task": "proposals.send_digests", "schedule": 900.0},
    "stranded-packets": {"task": "exports.sweep_packets", "schedule": 30.0},
}

# -- Mail ------------------------------------------------------------------------------------------
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_PORT = env.number("EMAIL_PORT", 587, low=1, high=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=PRODUCTION)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL", None if PRODUCTION else "ICM Portal <portal@example.gov>", hint="the sender of the mails"
)
EMAIL_SUBJECT_PREFIX = ""
# Without a mail server, mails become files that the demo's outbox shows.
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"

# -- People ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    # Tests sign in thousands of times; a slow hash would only test the patience.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "icm_portal.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.partition(":")[0]
ACCOUNT_FORMS = {
    "login": "icm_portal.accounts.auth_forms.LoginForm",
    "reset_password": "icm_portal.accounts.auth_forms.ResetPasswordForm",
    "reset_password_from_key": "icm_portal.accounts.auth_forms.ResetPasswordKeyForm",
    "change_password": "icm_portal.accounts.auth_forms.ChangePasswordForm",
    "set_password": "icm_portal.accounts.auth_forms.SetPasswordForm",
}
ACCOUNTS_SECTION_CHOICES = "icm_portal.sections.section_choices"
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reset_password": "20/m/ip,5/m/key"}
SESSION_COOKIE_AGE = env.number("SESSION_HOURS", 12, low=1, high=168) * 3600

# -- Readiness -------------------------------------------------------------------------------------
# Limits of the readiness check that no source gives; `toolkit.readiness.limits` names the rules.
READINESS_UNKNOWN_PERCENT = env.number("READINESS_UNKNOWN_PERCENT", 25, low=1, high=100)
READINESS_DEMONSTRATION_MONTHS = env.number("READINESS_DEMONSTRATION_MONTHS", 9, low=1, high=60)
READINESS_REBASING_YEARS = env.number("READINESS_REBASING_YEARS", 5, low=1, high=20)
READINESS_SETTLEMENT_MONTHS = env.number("READINESS_SETTLEMENT_MONTHS", 20, low=1, high=24)

# -- Language and time -----------------------------------------------------------------------------
LANGUAGE_CODE = "en-us"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

# -- Security --------------------------------------------------------------------------------------
HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=PRODUCTION)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Rate limits count people, not the proxy in front of them.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "icm_session"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "icm_portal.accounts.views.unsent.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if HTTPS else []
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A full table has 500 rows of 8 cells, and a section may hold several.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

# -- Logging ---------------------------------------------------------------------------------------
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # They tell every step of every packet, and what they find odd may quote an answer.
    "loggers": {name: {"level": "ERROR"} for name in ("weasyprint", "fontTools", "pikepdf")},
    "root": {"handlers": ["console"], "level": env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")},
}

env.finish()
