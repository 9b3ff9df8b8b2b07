"""Settings of the sites that tenancy.py compares: BENCH_PLUGINS names the plugins that count as installed.

BENCH_SITE is `regions`, for the platform as it is; or `one`, for core on Wagtail's own terms: one site in one schema,
Django's own connection, no regions. The server's own middleware (compression, static files) is the same in both.
"""

import os
from importlib.metadata import EntryPoint, entry_points

from zelfregie_core import discovery

_WANTED = set(os.environ["BENCH_PLUGINS"].split())


def _installed(group: str) -> list[EntryPoint]:
    return [point for point in entry_points(group=group) if point.name in _WANTED]


discovery.entry_points = _installed

if os.environ["BENCH_SITE"] == "regions":
    from zelfregie_tenants.settings.development import *  # noqa: F403 -- settings are composed by star import
else:
    from zelfregie_core.settings.base import *  # noqa: F403 -- settings are composed by star import
    from zelfregie_core.settings.base import CORE_APPS
    from zelfregie_core.settings.base import MIDDLEWARE as CORE_MIDDLEWARE
    from zelfregie_tenants.embedded import database_settings, var_directory

    SECRET_KEY = "only-for-measuring-and-therefore-no-secret-0123456789"  # noqa: S105 -- serves a measurement only
    ALLOWED_HOSTS = ["*"]
    INSTALLED_APPS = CORE_APPS
    MIDDLEWARE = [
        CORE_MIDDLEWARE[0],
        "zelfregie_core.middleware.CompressionMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        *CORE_MIDDLEWARE[1:],
    ]
    DATABASES = {
        "default": {
            **database_settings(os.environ["DATABASE_URL"]),
            "ENGINE": "django.db.backends.postgresql",
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(var_directory() / "cache-of-one"),
        }
    }
    STATIC_ROOT = str(var_directory() / "static")
    WHITENOISE_USE_FINDERS = True
    WAGTAILADMIN_BASE_URL = "http://localhost"
