"""Settings for a server. Everything that differs between installations comes from the environment."""

from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured

from zelfregie_tenants.embedded import EmbeddedError, database_settings
from zelfregie_tenants.settings import environment
from zelfregie_tenants.settings.base import *  # noqa: F403 -- settings are composed by star import
from zelfregie_tenants.settings.base import MEDIA_ROOT, STORAGES, caches, database, object_store

DEBUG = False
SECRET_KEY = environment.required("ZELFREGIE_SECRET_KEY", "the key that signs sessions; 50 random characters")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("ZELFREGIE_SECRET_KEY is too short: use at least 50 random characters.")
ZELFREGIE_ENCRYPTION_KEYS = environment.words("ZELFREGIE_ENCRYPTION_KEYS")
if not ZELFREGIE_ENCRYPTION_KEYS:
    raise ImproperlyConfigured(
        "Set ZELFREGIE_ENCRYPTION_KEYS (or ZELFREGIE_ENCRYPTION_KEYS_FILE): one or more Fernet keys, with commas, that "
        "encrypt what visitors write. Make one with: python -c "
        "'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
    )

try:
    DATABASES = {
        "default": database(
            database_settings(
                environment.required("DATABASE_URL", "the PostgreSQL database, as postgresql://user@host:5432/name")
            )
        )
    }
except EmbeddedError as error:
    raise ImproperlyConfigured(str(error)) from error

_CACHE = environment.text("ZELFREGIE_CACHE", "files")
if _CACHE not in {"files", "database", "redis"}:
    raise ImproperlyConfigured(
        f"ZELFREGIE_CACHE is “{_CACHE}”; give files (one machine), or database or redis (several)."
    )
if _CACHE == "redis":
    environment.required("ZELFREGIE_REDIS_URL", "the Valkey or Redis server, as redis://:password@host:6379/0")
CACHES = caches(_CACHE)
ZELFREGIE_PAGE_CACHE_SECONDS = environment.number("ZELFREGIE_PAGE_CACHE_SECONDS", 300)
STATIC_ROOT = environment.required("ZELFREGIE_STATIC_ROOT", "the folder that collectstatic fills")
_BUCKET = environment.text("ZELFREGIE_MEDIA_BUCKET")
if _BUCKET and find_spec("storages") is None:
    raise ImproperlyConfigured("ZELFREGIE_MEDIA_BUCKET wants the extra zelfregie-tenants[s3].")
if not _BUCKET:
    MEDIA_ROOT = environment.required("ZELFREGIE_MEDIA_ROOT", "the folder for uploaded files")
STORAGES = {
    **STORAGES,
    **({"default": object_store(_BUCKET)} if _BUCKET else {}),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

DEFAULT_FROM_EMAIL = environment.required(
    "ZELFREGIE_FROM_EMAIL", "the sender of e-mails that no region sends, such as noreply@example.nl"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# TLS ends at the proxy on the same machine or network, which sets this header itself and passes the host on.
ZELFREGIE_URL_SCHEME = "https"
ZELFREGIE_URL_PORT = 443
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The same proxy adds the visitor's address to X-Forwarded-For. With too low a number all visitors count as one for the
# brakes on guessing; with too high a number those believe what a visitor writes there.
ZELFREGIE_TRUSTED_PROXIES = environment.number("ZELFREGIE_TRUSTED_PROXIES", 1)
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^tls/ask$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# The prefix makes browsers refuse a cookie that another host of the same domain tries to set.
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"

# Services outside, both off unless they are given; what goes there is in docs/explanation/privacy.md.
ZELFREGIE_LOCATIESERVER_URL = environment.text("ZELFREGIE_LOCATIESERVER_URL")
ZELFREGIE_TILES_URL = environment.text("ZELFREGIE_TILES_URL")
