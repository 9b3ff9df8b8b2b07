"""Settings for one's own machine: the demo, and working on the code.

The database is DATABASE_URL or else the embedded server in `var/`, started when something first needs it.
"""

import secrets

from zelfregie_tenants.embedded import database_settings, embedded_database_url
from zelfregie_tenants.settings import environment
from zelfregie_tenants.settings.base import *  # noqa: F403 -- settings are composed by star import
from zelfregie_tenants.settings.base import STORAGES, VAR, database

DEBUG = environment.flag("ZELFREGIE_DEBUG", default=False)
DATABASES = {"default": database(database_settings(embedded_database_url()))}


def _secret_key() -> str:
    """Return this machine's key, made at first use, so that logins survive a restart."""
    path = VAR / "secret-key"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        VAR.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass  # another process was first
    return path.read_text(encoding="ascii")


SECRET_KEY = _secret_key()
ZELFREGIE_ENCRYPTION_KEYS = environment.words("ZELFREGIE_ENCRYPTION_KEYS")
ZELFREGIE_RAISE_PLUGIN_ERRORS = DEBUG
EMAIL_PORT = environment.number("ZELFREGIE_EMAIL_PORT", 8025)
DEFAULT_FROM_EMAIL = "noreply@zelfregie.localhost"
INTERNAL_IPS = ["127.0.0.1"]

# Files are served as they are in the source; `collectstatic` is for production.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
