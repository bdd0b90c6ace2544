"""The least Django that draws pages: no database, no sessions. The gallery and the tests of the parts run on it."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONCE, NONE, SELF

_WEB = Path(__file__).resolve().parents[3] / "src" / "concord" / "web"

SECRET_KEY = "gallery"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "web.parts.gallery_urls"
USE_TZ = True
TIME_ZONE = "Europe/London"
LANGUAGE_CODE = "en-gb"
USE_I18N = False
INSTALLED_APPS = ["django.contrib.staticfiles", "django.forms", "csp", "concord.web"]
MIDDLEWARE = ["whitenoise.middleware.WhiteNoiseMiddleware", "csp.middleware.CSPMiddleware"]
DATABASES: dict[str, object] = {}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [_WEB / "templates", Path(__file__).resolve().parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"environment": "concord.web.engine.environment"},
    }
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [_WEB / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
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
    }
}
