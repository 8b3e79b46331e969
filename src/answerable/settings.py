"""Settings, one typed file. Every value has a working default; a nonsensical one stops the program with a sentence.

Environment (all optional): ANSWERABLE_VAR (folder of everything that is written), DATABASE_URL (any PostgreSQL >= 15),
ANSWERABLE_HTTP_PORT, ANSWERABLE_GATE_PORT, ANSWERABLE_LANDLINE_TRUNK, ANSWERABLE_ALLOWED_HOSTS, ANSWERABLE_HTTPS, ANSWERABLE_BEHIND_PROXY, ANSWERABLE_DEMO_POOL,
ANSWERABLE_MOBILE_DESTINATIONS, ANSWERABLE_COUNTER_DAYS, ANSWERABLE_DATABASE_SOCKET, ANSWERABLE_LOG_GUARD, ANSWERABLE_LOG_ORIGIN,
ANSWERABLE_LOG_WITNESS_POLICY, ANSWERABLE_LOG_CLOSED, ANSWERABLE_SIGNER_DOOR,
ANSWERABLE_GATEWAYS, ANSWERABLE_GATE_TLS_PORT, ANSWERABLE_GATE_TLS_CERTIFICATE, ANSWERABLE_GATE_TLS_KEY, ANSWERABLE_SHOW_TOPOLOGY,
ANSWERABLE_CALLER_A_MINUTE, ANSWERABLE_NUMBER_CALLS_A_SECOND,
ANSWERABLE_CAPTURE, ANSWERABLE_CAPTURE_FROM, ANSWERABLE_CAPTURE_MOST_GB, ANSWERABLE_METRICS, ANSWERABLE_LOG (text or json).
"""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from answerable.lib import postgres
from answerable.lib.environment import PORTS, addresses, flag, host, integer, place, places

PROJECT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("ANSWERABLE_VAR", PROJECT / "var")).resolve()
KEYS = VAR / "keys"
"""Folder of secrets, mode 0700; each file is made once by `answerable init` (lib.keys)."""
OUTBOX = VAR / "outbox"
DOCUMENTS = VAR / "documents"
DOCUMENT_KEYS = VAR / "document-keys"
"""The key of each document and dossier, apart from what it seals (lib.keystore)."""
EXPORTS = VAR / "exports"
"""Copies that a holder asked for, sealed, for a week; in no backup."""
REGISTER = VAR / "register"
GATE = VAR / "gate"
"""The gate host's folder: snapshot, stop files, spool."""
SIGNER = VAR / "signer"
"""The signer's own folder: its key and the reviewers' secrets. Nothing but the signer's user reads it."""
SIGNER_DOOR = Path(os.environ.get("ANSWERABLE_SIGNER_DOOR", VAR / "signer-door")).resolve()
"""Where the signer's socket lies."""
SIGNALLING = VAR / "signalling"
"""The signalling of calls, sealed, by the day; in no backup."""
LIMITS = VAR / "limits"
"""How often each address asked lately: one small file that all processes of this host share; losing it loses nothing."""
LOG = VAR / "log-public"
"""The public log's static files; any web server may serve them."""
LOG_GUARD = Path(os.environ.get("ANSWERABLE_LOG_GUARD", VAR / "log-guard")).resolve()
"""The last checkpoint that was signed, apart from the database: put it where a restored backup does not reach."""
LOG_ORIGIN = os.environ.get("ANSWERABLE_LOG_ORIGIN", "answerable.invalid/400")
"""The log's name in its checkpoints, for ever: the address it is served at, without scheme."""


LOG_WITNESS_POLICY = os.environ.get("ANSWERABLE_LOG_WITNESS_POLICY", "")
"""A file of witnesses and their quorum (C2SP tlog-policy); empty: no checkpoint is submitted to anybody."""


LOG_CLOSED = flag("ANSWERABLE_LOG_CLOSED")
"""Only readers with a key of their own (`answerable log reader`) are served the log; witnesses still get each checkpoint."""


def _secret(name: str) -> str:
    file = KEYS / name
    return file.read_text().strip() if file.exists() else ""


SECRET_KEY = _secret("django") or "not-initialised-run-answerable-init"
DEBUG = False
ALLOWED_HOSTS = os.environ.get("ANSWERABLE_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
HTTP_PORT = integer("ANSWERABLE_HTTP_PORT", 8400, least=PORTS[0], most=PORTS[1])
GATE_PORT = integer("ANSWERABLE_GATE_PORT", 5460, least=PORTS[0], most=PORTS[1])
GATE_ADDRESS = host("ANSWERABLE_GATE_ADDRESS", "127.0.0.1")
CAPTURE = place("ANSWERABLE_CAPTURE", "127.0.0.1:9060", may_be_empty=True)
"""address:port of the collector to which the gates copy their signalling; empty: none is copied or kept."""
CAPTURE_FROM = addresses("ANSWERABLE_CAPTURE_FROM", "127.0.0.1")
"""The gates' own addresses: the collector takes from no other."""
CAPTURE_MOST_BYTES = integer("ANSWERABLE_CAPTURE_MOST_GB", 50, least=1, most=1_000_000) << 30
"""What the collector keeps at most; beyond it new messages are dropped, and said to be."""
METRICS = place("ANSWERABLE_METRICS", "127.0.0.1:9464", may_be_empty=True)
"""address:port of the gate host's exporter: /metrics, /healthz, /readyz; empty: none is started."""
LANDLINE_TRUNK = place("ANSWERABLE_LANDLINE_TRUNK", "127.0.0.1:5461")
"""host:port of the carrier's trunk towards fixed lines; a destination rings as sip:LINE@LANDLINE_TRUNK."""
GATEWAYS = places("ANSWERABLE_GATEWAYS")
"""The carrier's gateways (ADDRESS:PORT, with commas) that LANDLINE_TRUNK stands for; without any it is that address itself."""
GATE_TLS_PORT = integer("ANSWERABLE_GATE_TLS_PORT", 0, most=PORTS[1])
GATE_TLS_CERTIFICATE = os.environ.get("ANSWERABLE_GATE_TLS_CERTIFICATE", "")
GATE_TLS_KEY = os.environ.get("ANSWERABLE_GATE_TLS_KEY", "")
if GATE_TLS_PORT and not (Path(GATE_TLS_CERTIFICATE).is_file() and Path(GATE_TLS_KEY).is_file()):
    raise ImproperlyConfigured(
        "ANSWERABLE_GATE_TLS_PORT needs the files ANSWERABLE_GATE_TLS_CERTIFICATE and ANSWERABLE_GATE_TLS_KEY."
    )
SHOW_TOPOLOGY = flag("ANSWERABLE_SHOW_TOPOLOGY")
CALLER_A_MINUTE = integer("ANSWERABLE_CALLER_A_MINUTE", 60, most=100_000)
"""New calls that one caller may make in a minute at a gate; 0 is not limited."""
NUMBER_CALLS_A_SECOND = integer("ANSWERABLE_NUMBER_CALLS_A_SECOND", 30, most=100_000)
"""New calls that one number may have in a second at a gate; 0 is not limited."""
COUNTER_DAYS = integer("ANSWERABLE_COUNTER_DAYS", 30, least=1, most=365)
"""The operator's policy: days from the submission within which an application must be handled at a counter."""
DEMO_POOL = integer("ANSWERABLE_DEMO_POOL", 100_000)
"""Numbers in the demo world's pool."""
MOBILE_DESTINATIONS_ALLOWED = flag("ANSWERABLE_MOBILE_DESTINATIONS")
"""The operator's policy, not law; shipped off."""

HTTPS = flag("ANSWERABLE_HTTPS")
BEHIND_PROXY = flag("ANSWERABLE_BEHIND_PROXY")
"""One trusted proxy ends TLS and sets X-Forwarded-Proto and X-Forwarded-For; never set it without one."""
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "answerable.trail",
    "answerable.transparency",
    "answerable.parties",
    "answerable.numbers",
    "answerable.verification",
    "answerable.permits",
    "answerable.calls",
    "answerable.reconciliation",
    "answerable.stock",
    "answerable.exports",
    "answerable.exits",
    "answerable.billing",
    "answerable.routing",
    "answerable.orders",
    "answerable.complaints",
    "answerable.tracing",
    "answerable.reports",
    "answerable.web",
]

MIDDLEWARE = [
    "answerable.web.middleware.BehindProxy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "answerable.web.middleware.ContentSecurityPolicy",
    "answerable.web.site.answers.KeptAnswers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "answerable.web.middleware.PrintableInput",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "answerable.web.middleware.SignedInPerson",
]

ROOT_URLCONF = "answerable.urls"
WSGI_APPLICATION = "answerable.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "answerable.web.context.page",
            ],
        },
    }
]


MIGRATING = flag("ANSWERABLE_MIGRATE")
"""Sign in to the embedded database as the owner of the schema, not as the application: for migrations only."""


def _database(url: str) -> dict[str, object]:
    """Read DATABASE_URL (postgresql://user:password@host:port/name); without it, the embedded server's socket in var/."""
    if not url:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "answerable",
            "USER": postgres.OWNER_ROLE if MIGRATING else postgres.APPLICATION_ROLE,
            "PASSWORD": _secret("database-owner" if MIGRATING else "database"),
            "HOST": os.environ.get("ANSWERABLE_DATABASE_SOCKET", str(postgres.socket_folder(VAR / "postgres"))),
            "PORT": "5432",
        }
    try:
        found = postgres.way_to(url)
    except ValueError as error:
        raise ImproperlyConfigured("DATABASE_URL must look like postgresql://user:password@host:5432/name.") from error
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{ours: found.pop(theirs, "") for ours, theirs in named.items()},
        "OPTIONS": found,
    }


DATABASES = {
    "default": _database(os.environ.get("DATABASE_URL", "")) | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Of its own, so that somebody who asks for many numbers pushes nothing else out.
    "answers": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "answers", "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}  # fmt: skip

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [Path(__file__).resolve().parent / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
WHITENOISE_USE_FINDERS = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "answerable.lib.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # They tell every import, every job and every request they make at INFO.
    "loggers": {name: {"level": "WARNING"} for name in ("procrastinate", "pikepdf", "httpx")},
}
