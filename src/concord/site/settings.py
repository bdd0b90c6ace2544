"""Django's settings, made from `concord.site.config` and the addresses of the three database roles."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from concord.site.config import config

_here = Path(__file__).resolve().parent.parent
CONFIG = config()

SECRET_KEY = CONFIG.secret_key
DEBUG = False
ALLOWED_HOSTS = list(CONFIG.hosts)
ROOT_URLCONF = "concord.site.urls"
WSGI_APPLICATION = "concord.site.wsgi.application"
USE_TZ = True
TIME_ZONE = "Europe/London"
LANGUAGE_CODE = "en-gb"
USE_I18N = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "store.Person"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "csp",
    "procrastinate.contrib.django",
    "concord.store",
    "concord.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "concord.web.access.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [_here / "web" / "templates"],
        "APP_DIRS": True,  # the forms' own: Django's widgets that are drawn as they are
        "OPTIONS": {
            "environment": "concord.web.engine.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "concord.web.frame.frame",
            ],
        },
    }
]


def _database(role: str) -> dict[str, object]:
    """The Django entry of one database role; its address is given by whoever started or named the server."""
    parts = conninfo_to_dict(os.environ.get(f"CONCORD_{role.upper()}_DSN", "dbname=concord"))
    known = {name: parts.pop(key, "") for name, key in (("NAME", "dbname"), ("USER", "user"), ("PASSWORD", "password"))}
    known |= {"HOST": parts.pop("host", ""), "PORT": parts.pop("port", "")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "OPTIONS": parts | {"prepare_threshold": 2**31},  # nothing is prepared but what asks for it: store.quick
        "TEST": {"MIRROR": None},
    } | known


# Three roles, three doors: pages and jobs (bound by row-level security), the ledger (insert only), migrations
# (owns the tables).
DATABASES = {"default": _database("app"), "ledger": _database("ledger"), "owner": _database("owner")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTHENTICATION_BACKENDS = ["concord.desk.known_person.KnownPerson"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "concord.desk.passwords.NotOfThisPlace"},
]
LOGIN_URL = "sign_in"

# Secure is left off only on plain-HTTP loopback, where a browser would never send the cookie back.
_secure = CONFIG.https
SESSION_COOKIE_NAME = "__Host-sid" if _secure else "sid"
CSRF_COOKIE_NAME = "__Host-csrf" if _secure else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _secure
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = CONFIG.session_hours * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_ENGINE = "concord.store.session"
SECURE_HSTS_SECONDS = 63_072_000 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure
# Not "no-referrer": a browser then sends "Origin: null" with forms, and no form could be told from a foreign one.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "concord.web.pages.faults.no_token"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_PERMISSIONS = 0o600

# Messages hold a link and nothing about anybody. Without a server they are kept as files in the hub's own folder.
_smtp = urlsplit(CONFIG.smtp_url.get_secret_value() if CONFIG.smtp_url else "")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if _smtp.hostname else "concord.site.mail.KeptMail"
EMAIL_FILE_PATH = CONFIG.home / "mail"
EMAIL_HOST, EMAIL_PORT = _smtp.hostname or "localhost", _smtp.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_smtp.username or ""), unquote(_smtp.password or "")
EMAIL_USE_SSL, EMAIL_USE_TLS, EMAIL_TIMEOUT = _smtp.scheme == "smtps", _smtp.scheme == "smtp", 20
DEFAULT_FROM_EMAIL = CONFIG.mail_from

STATIC_URL = "/static/"
STATICFILES_DIRS = [_here / "web" / "static"]
STATIC_ROOT = CONFIG.home / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # A refusal is an answer and is in the ledger; the server's log is for what went wrong.
    "loggers": {"django.request": {"level": "ERROR"}},
}
SILENCED_SYSTEM_CHECKS = ["models.W042"]
