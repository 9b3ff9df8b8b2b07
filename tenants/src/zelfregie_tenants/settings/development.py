"""Settings for one's own machine: the demo, and working on the code.

The database is DATABASE_URL or else the embedded server in `var/`, started when something first needs it.
"""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet

from zelfregie_tenants.embedded import database_settings, embedded_database_url
from zelfregie_tenants.embedded.demo_files import DemoFiles, Ports
from zelfregie_tenants.settings import environment
from zelfregie_tenants.settings.base import *  # noqa: F403 -- settings are composed by star import
from zelfregie_tenants.settings.base import STATIC_ROOT, STORAGES, VAR, database

DEBUG = environment.flag("ZELFREGIE_DEBUG", default=False)
DATABASES = {"default": database(database_settings(embedded_database_url()))}


def _kept(name: str, make: Callable[[], str]) -> str:
    """Return this machine's own value of that name, made at first use, so that it survives a restart."""
    path = VAR / name
    if not path.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        fresh = VAR / f".{name}-{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(make(), encoding="ascii")
        # A link appears whole, and only for the first of several processes.
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_text(encoding="ascii")


SECRET_KEY = _kept("secret-key", lambda: secrets.token_urlsafe(50))
ZELFREGIE_ENCRYPTION_KEYS = environment.words("ZELFREGIE_ENCRYPTION_KEYS") or [
    _kept("encryption-key", lambda: Fernet.generate_key().decode())
]
ZELFREGIE_RAISE_PLUGIN_ERRORS = DEBUG
# A command in another terminal writes the addresses, and sends the mail, of the demonstration that runs in this folder.
_PORTS = Ports.read(DemoFiles(Path(VAR)).ports)
ZELFREGIE_URL_PORT = environment.number("ZELFREGIE_URL_PORT", _PORTS.web)
EMAIL_PORT = environment.number("ZELFREGIE_EMAIL_PORT", _PORTS.smtp)
DEFAULT_FROM_EMAIL = "noreply@zelfregie.localhost"
INTERNAL_IPS = ["127.0.0.1"]

# Files are served as they are in the source; `collectstatic` is for production.
WHITENOISE_USE_FINDERS = True
Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns when it is not there
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
