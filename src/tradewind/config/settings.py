"""Django's settings, all from the data folder and the environment. Nothing here is secret or particular to a machine."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

from tradewind.config.folders import DataFolder, FolderKind

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
FOLDER = DataFolder(Path(env.str("TRADEWIND_DATA", default="var/data")).resolve())
KIND = FOLDER.kind or FolderKind(env.str("TRADEWIND_KIND", default=FolderKind.TEST))
IS_DEMO = KIND is FolderKind.DEMO
# The simulator plays payment provider, carrier and buyer. A real shop never has it.
HAS_SIMULATOR = KIND is not FolderKind.SHOP

SECRET_KEY = env.str("TRADEWIND_SECRET_KEY", default="") or FOLDER.secret() or secrets.token_urlsafe(48)
DEBUG = False
BASE_URL = env.str("TRADEWIND_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = [
    *env.list("TRADEWIND_HOSTS", default=["127.0.0.1", "localhost", "[::1]"]),
    *filter(None, [urlsplit(BASE_URL).hostname]),
    *(["testserver"] if KIND is FolderKind.TEST else []),
]
IS_HTTPS = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "axes",
    "django_prometheus",
    "tradewind.core",
    "tradewind.markets",
    "tradewind.promises",
    "tradewind.catalog",
    "tradewind.buyers",
    "tradewind.payments",
    "tradewind.inventory",
    "tradewind.orders",
    "tradewind.shipping",
    "tradewind.papers",
    "tradewind.aftersales",
    "tradewind.checkout",
    "tradewind.quotations",
    "tradewind.messaging",
    "tradewind.insights",
    "tradewind.webhooks",
    "tradewind.alerting",
    *(["tradewind.connectors.simulator"] if HAS_SIMULATOR else []),
    "tradewind.ui",
    "tradewind.api",
    "tradewind.config",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "tradewind.core.requests.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "tradewind.core.compressing.CompressingMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "tradewind.core.origins.OriginMiddleware",
    "tradewind.console.sessions.ConsoleSessionMiddleware",
    "tradewind.storefront.measuring.MeasuringMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "tradewind.config.urls"
WSGI_APPLICATION = "tradewind.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "ui" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "tradewind.ui.environment.environment",
            "auto_reload": env.bool("TRADEWIND_RELOAD", default=False),
        },
    },
]

# Tests throw their database away.
_SYNC = "OFF" if KIND is FolderKind.TEST else "FULL"
SQLITE: dict[str, Any] = {
    "ENGINE": "tradewind.core.sqlite",
    "NAME": FOLDER.database,
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: whoever was told "done" finds it done after a power cut.
        "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={_SYNC}; PRAGMA foreign_keys=ON;"
        " PRAGMA cache_size=-16000; PRAGMA mmap_size=134217728;",
    },
    # A file, not memory: threads of a test must meet in the same database, as in life.
    "TEST": {"NAME": FOLDER.path / "test.sqlite3"},
}
_url = env.str("TRADEWIND_DATABASE_URL", default="")
if _url:
    DATABASES = {"default": env.db_url_config(_url)}
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    if DATABASES["default"]["ENGINE"].endswith("postgresql"):
        DATABASES["default"]["ENGINE"] = "tradewind.core.postgresql"
        # The same few hundred statements again and again: PostgreSQL plans each once a connection.
        planned_once = {"server_side_binding": True, "prepare_threshold": 3}
        # Neither pays for itself in what a page may ask: compiling and starting processes takes longer than the answer.
        asked_plainly = {"options": "-c jit=off -c max_parallel_workers_per_gather=0"}
        DATABASES["default"]["OPTIONS"] = {
            "connect_timeout": 5,
            **planned_once,
            **asked_plainly,
            **DATABASES["default"].get("OPTIONS", {}),
        }
else:
    DATABASES = {"default": SQLITE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "core.Staff"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "tradewind.core.staff_backend.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "console:login"
LOGIN_REDIRECT_URL = "console:today"
AXES_FAILURE_LIMIT = "tradewind.core.log_in_rules.failure_limit"
AXES_COOLOFF_TIME = "tradewind.core.log_in_rules.cool_off"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "tradewind.core.requests.client_address"
# A wait ends when it was said to, whatever is tried meanwhile; and the right password ends a row of wrong ones.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_HANDLER = "tradewind.core.log_in_counting.CountingHandler"
AXES_USERNAME_FORM_FIELD = "username"
# axes.W002: the log-in page words its refusal itself, in the reader's language, where axes' middleware would answer in its own.
# auth.W004: an address is unique whatever the case of its letters, by a constraint that Django does not look for.
SILENCED_SYSTEM_CHECKS = ["axes.W002", "auth.W004"]
SESSION_COOKIE_NAME = "tw_staff"
SESSION_COOKIE_AGE = 12 * 3600  # until core.log_in_rules says otherwise, which is at the log-in
SESSION_COOKIE_PATH = "/console/"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_FAILURE_VIEW = "tradewind.console.refusals.forged"
CSRF_COOKIE_NAME = "tw_csrf"
CSRF_COOKIE_PATH = "/console/"
CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if IS_HTTPS:
    SECURE_HSTS_SECONDS = 31536000
IS_BEHIND_PROXY = env.bool("TRADEWIND_BEHIND_PROXY", default=False)
if IS_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

_SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": [_SELF],
        "style-src": [_SELF],
        "img-src": [_SELF, "data:"],
        "media-src": [_SELF],
        "font-src": [_SELF],
        "connect-src": [_SELF],
        "manifest-src": [_SELF],
        "form-action": [_SELF],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("zh-hans", "简体中文")]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "ui" / "static"]
# Served from where they lie: a start needs no collecting, and a file that is missing here is missing for everybody.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# Their addresses carry a digest of their content (ui.environment.static), so browsers may keep them.
WHITENOISE_MAX_AGE = 31536000
MEDIA_URL = "/media/"
MEDIA_ROOT = FOLDER.public_files
PRIVATE_ROOT = FOLDER.private_files
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# A product with forty facts in seven languages, or fifty variants with their customs.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# Every key carries the versions of what it shows, so an entry is never wrong, only unused.
CACHES = {
    "default": {
        "BACKEND": "tradewind.core.memory.SharedMemoryCache",
        "LOCATION": "pages",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
    # How often somebody asked for something this hour: of its own, so that a busy shop's pages do not push it out.
    "counts": {
        "BACKEND": "tradewind.core.memory.SharedMemoryCache",
        "LOCATION": "counts",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
}

# Where mail leaves. A shop has none until the owner names a server; the demo's command starts its own and names it here.
SMTP_URL = env.str("TRADEWIND_SMTP_URL", default="")
MAIL_FROM = env.str("TRADEWIND_MAIL_FROM", default="")

# What is named here goes before the console's page (backup.rules): when the worker makes a backup each night, in the shop's own
# time ("02:30"), where to, and how many stay.
BACKUP_AT = env.str("TRADEWIND_BACKUP_AT", default="")
BACKUP_TO = env.str("TRADEWIND_BACKUP_TO", default="")
BACKUP_KEEP = env.int("TRADEWIND_BACKUP_KEEP", default=None)
# With either of them nightly backups are sealed.
BACKUP_PASSPHRASE = env.str("TRADEWIND_BACKUP_PASSPHRASE", default="")
BACKUP_PASSPHRASE_FILE = env.str("TRADEWIND_BACKUP_PASSPHRASE_FILE", default="")

LOGGING_CONFIG = "tradewind.core.logs.configure"
LOGGING = {"level": env.str("TRADEWIND_LOG_LEVEL", default="INFO")}
PROMETHEUS_EXPORT_MIGRATIONS = False
# How often a program's key may ask in a minute, where nothing else was said when it was made; goes before api.rules.
API_PER_MINUTE = env.int("TRADEWIND_API_PER_MINUTE", default=None)
# May notices go to this machine itself, and without TLS? For trying out only: a shop never asks its own neighbours.
WEBHOOKS_MAY_STAY_HERE = env.bool("TRADEWIND_WEBHOOKS_TO_LOOPBACK", default=IS_DEMO)
# Whoever asks /metrics from another machine names this.
METRICS_TOKEN = env.str("TRADEWIND_METRICS_TOKEN", default="")
