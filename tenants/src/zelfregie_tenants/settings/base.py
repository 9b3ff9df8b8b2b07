"""What every installation shares: core's settings, spread over schemas."""

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import lazy
from django.utils.module_loading import import_string

from zelfregie_core.settings.base import *  # noqa: F403 -- settings are composed by star import
from zelfregie_core.settings.base import CORE_APPS, PLUGIN_APPS
from zelfregie_core.settings.base import MIDDLEWARE as CORE_MIDDLEWARE
from zelfregie_tenants.embedded.paths import var_directory
from zelfregie_tenants.settings import environment

VAR = var_directory()

# --- Schemas -----------------------------------------------------------------------------------------------------

#: Tables of the platform itself, in the schema `public`. No Wagtail, no users: nobody logs in here.
#: django-tenants' backend needs content types everywhere; their ids differ per schema and are never stored outside.
SHARED_APPS = ["django_tenants", "zelfregie_tenants", "django_tasks_db", "django.contrib.contenttypes"]
#: Tables of a site, in every region's schema. All installed plugins, always: on and off is a row, not a table.
TENANT_APPS = [*PLUGIN_APPS, *CORE_APPS]
INSTALLED_APPS = [*SHARED_APPS, *(app for app in TENANT_APPS if app not in SHARED_APPS)]

TENANT_MODEL = "zelfregie_tenants.Region"
TENANT_DOMAIN_MODEL = "zelfregie_tenants.Domain"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
PUBLIC_SCHEMA_URLCONF = "zelfregie_tenants.urls_public"
ROOT_URLCONF = "zelfregie_tenants.urls"
SHOW_PUBLIC_IF_NO_TENANT_FOUND = True
#: One SET search_path per request instead of one per query. Safe with the versions we pin: the backend forgets the
#: path on every rollback, close and change of tenant; tests/test_pitfalls.py holds it to that.
TENANT_LIMIT_SET_CALLS = True
#: The register of domains says which hosts exist; RegionMiddleware answers 404 to every other one.
ALLOWED_HOSTS = ["*"]

_SESSION = CORE_MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware")
_AUTHENTICATED = CORE_MIDDLEWARE.index("zelfregie_core.middleware.SecondFactorMiddleware") + 1
MIDDLEWARE = [
    # Before everything else: what it measures and numbers is the whole request, and it answers without the database.
    "zelfregie_tenants.monitoring.middleware.MonitoringMiddleware",
    CORE_MIDDLEWARE[0],
    # Outside WhiteNoise, because in the demonstration static files are not compressed on disk.
    "zelfregie_core.middleware.CompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    *CORE_MIDDLEWARE[1:_SESSION],
    # Before everything that reads a table of a region.
    "zelfregie_tenants.middleware.RegionMiddleware",
    # Inside it, because what is kept belongs to a region; before sessions, because a kept page needs none.
    "zelfregie_tenants.page_cache.PageCacheMiddleware",
    *CORE_MIDDLEWARE[_SESSION:_AUTHENTICATED],
    # As soon as it is known who asks.
    "zelfregie_tenants.middleware.NotOpenYetMiddleware",
    *CORE_MIDDLEWARE[_AUTHENTICATED:],
]
WSGI_APPLICATION = "zelfregie_tenants.wsgi.application"

#: How a region's address is written in e-mails and on the national pages.
ZELFREGIE_URL_SCHEME = environment.text("ZELFREGIE_URL_SCHEME", "http")
ZELFREGIE_URL_PORT = environment.number("ZELFREGIE_URL_PORT", 8000)
#: Wagtail writes it in its e-mails; asked anew each time, because every region has its own.
WAGTAILADMIN_BASE_URL = lazy(lambda: import_string("zelfregie_tenants.domain.domains.current_address")(), str)()
#: The SQL of a fresh region, made by `zelfregie template build` and rebuilt when migrations change.
ZELFREGIE_TEMPLATE_DIR = environment.text("ZELFREGIE_TEMPLATE_DIR") or VAR

# --- Database ----------------------------------------------------------------------------------------------------


def database(settings: dict[str, object]) -> dict[str, object]:
    """Return the connection that Django uses, from what `embedded.database_settings` made of a URL.

    A server (wsgi.py) asks for a pool of connections inside the process; PgBouncer is only safe in session mode.
    """
    options = dict(settings.get("OPTIONS") or {})
    host = str(settings.get("HOST") or "")
    if host and not host.startswith("/"):
        # A machine that is gone says nothing: without these a query waits for it for a quarter of an hour.
        options = {
            "connect_timeout": 5,
            "keepalives_idle": 20,
            "keepalives_interval": 5,
            "keepalives_count": 3,
        } | options
        options = {"tcp_user_timeout": 30_000} | options
    if size := environment.number("ZELFREGIE_DB_POOL", 0):
        options["pool"] = {"min_size": 1, "max_size": size, "timeout": 10, "max_idle": 120}
    return {
        **settings,
        "ENGINE": "zelfregie_tenants.postgresql",
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if size else 60,
        "CONN_HEALTH_CHECKS": not size,
    }


# --- Caches, files, tasks ----------------------------------------------------------------------------------------

_PER_REGION = {
    "KEY_FUNCTION": "django_tenants.cache.make_key",
    "REVERSE_KEY_FUNCTION": "django_tenants.cache.reverse_key",
}


def caches(kind: str) -> dict[str, dict[str, object]]:
    """Return CACHES of one kind: `files` (one machine), `database` or `redis` (several), `memory` (tests).

    All processes of an installation must see the same cache, because Wagtail keeps the addresses of pages in it. Every
    alias carries the region in its keys.
    """
    backends = {
        "files": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(VAR / "cache"),
            "OPTIONS": {"MAX_ENTRIES": 5000},
        },
        "database": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": CACHE_TABLE,
            "OPTIONS": {"MAX_ENTRIES": 50_000},
        },
        "redis": {"BACKEND": "zelfregie_tenants.caches.PatientRedisCache", "LOCATION": REDIS_URLS},
        "memory": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    }
    pages = backends[kind] | ({"LOCATION": str(VAR / "pages")} if kind == "files" else {})
    tiles = {**backends["files"], "LOCATION": str(VAR / "tiles"), "OPTIONS": {"MAX_ENTRIES": 4000}}
    return {
        "default": {**backends[kind], **_PER_REGION},
        "renditions": {**backends[kind], **_PER_REGION, "KEY_PREFIX": "renditions"},
        # Whole public pages (page_cache.py), out of the way of what is needed to make them.
        "pages": {**pages, **_PER_REGION, "KEY_PREFIX": "pages"},
        # Pieces of the map, at most 200 kB each. Always on the machine itself: any other can fetch them again.
        "tiles": {**(backends["memory"] if kind == "memory" else tiles), **_PER_REGION, "KEY_PREFIX": "tiles"},
    }


CACHE_TABLE = "zelfregie_cache"
REDIS_URLS = environment.words("ZELFREGIE_REDIS_URL")
CACHES = caches("files")
#: For how long at most a public page is served as it was made once (docs/adr/0021); 0 is off. A change shows at once.
ZELFREGIE_PAGE_CACHE_SECONDS = environment.number("ZELFREGIE_PAGE_CACHE_SECONDS", 0)

#: Where backups of regions are put, and for which public keys (age or SSH) they are encrypted by default.
ZELFREGIE_BACKUP_DIR = environment.text("ZELFREGIE_BACKUP_DIR") or str(VAR / "backups")
ZELFREGIE_BACKUP_RECIPIENTS = environment.words("ZELFREGIE_BACKUP_RECIPIENTS")

MEDIA_ROOT = str(VAR / "media")
STATIC_ROOT = str(VAR / "static")
STORAGES = {
    "default": {"BACKEND": "zelfregie_tenants.media.RegionStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def object_store(bucket: str) -> dict[str, object]:
    """Return the entry of STORAGES for uploads in a bucket of an S3-compatible store; the key is asked for by name."""
    return {
        "BACKEND": "zelfregie_tenants.object_storage.RegionObjectStorage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": environment.text("ZELFREGIE_MEDIA_ENDPOINT") or None,
            "region_name": environment.text("ZELFREGIE_MEDIA_REGION", "us-east-1"),
            "access_key": environment.required("ZELFREGIE_MEDIA_KEY_ID", "the name of the key to the object store"),
            "secret_key": environment.required("ZELFREGIE_MEDIA_KEY_SECRET", "the key to the object store"),
        },
    }


TASKS = {
    "default": {
        "BACKEND": "zelfregie_tenants.tasks.backend.RegionTaskBackend",
        "QUEUES": [],
        "OPTIONS": {"max_attempts": 5, "first_delay": 30},
    },
}

# --- E-mail ------------------------------------------------------------------------------------------------------

EMAIL_BACKEND = "zelfregie_tenants.mail.RegionEmailBackend"
EMAIL_HOST = environment.text("ZELFREGIE_EMAIL_HOST", "localhost")
EMAIL_PORT = environment.number("ZELFREGIE_EMAIL_PORT", 25)
EMAIL_HOST_USER = environment.text("ZELFREGIE_EMAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("ZELFREGIE_EMAIL_PASSWORD")
EMAIL_USE_TLS = environment.flag("ZELFREGIE_EMAIL_TLS", default=False)
EMAIL_TIMEOUT = 20
#: What a region's SPF record must include (`_spf.mail.example.net`) and where its DKIM key stands: what the mail server
#: of this installation asks for. Looked up when it is checked whether a region is ready for visitors.
ZELFREGIE_MAIL_SPF_INCLUDE = environment.text("ZELFREGIE_MAIL_SPF_INCLUDE")
ZELFREGIE_MAIL_DKIM_SELECTOR = environment.text("ZELFREGIE_MAIL_DKIM_SELECTOR")
#: How those look-ups are done: see `domain/readiness/network.py`. Empty: name servers and authorities of this machine.
ZELFREGIE_READINESS_NETWORK: dict[str, object] = {}

# --- Monitoring --------------------------------------------------------------------------------------------------

#: From which networks /healthz, /readyz and /metrics are answered in full, when no proxy stands in between.
ZELFREGIE_MONITOR_NETWORKS = environment.words("ZELFREGIE_MONITOR_NETWORKS") or ["127.0.0.0/8", "::1/128"]
ZELFREGIE_METRICS = environment.flag("ZELFREGIE_METRICS", default=False)

# --- Logs --------------------------------------------------------------------------------------------------------

#: A line for every request: how it went, never what was asked or by whom.
ZELFREGIE_LOG_REQUESTS = environment.flag("ZELFREGIE_LOG_REQUESTS", default=False)


def log_format() -> str:
    """Return how lines are written: `plain` for people, `json` for what collects them.

    Raises:
        ImproperlyConfigured: another word is given.
    """
    word = environment.text("ZELFREGIE_LOG_FORMAT", "plain")
    if word not in {"plain", "json"}:
        message = f"ZELFREGIE_LOG_FORMAT is “{word}”; give plain or json."
        raise ImproperlyConfigured(message)
    return word


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"region": {"()": "zelfregie_tenants.logs.RegionFilter"}},
    # One of both, by ZELFREGIE_LOG_FORMAT.
    "formatters": {
        "plain": {
            "()": "zelfregie_tenants.logs.DiscreetFormatter",
            "format": "%(asctime)s %(levelname)s [%(region)s] %(name)s: %(message)s",
        },
        "json": {"()": "zelfregie_tenants.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": log_format(), "filters": ["region"]},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # Replaces Django's own handlers, which print an error with all its values and mail it to administrators.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # Two lines for every task, of which there is one for every saved object; failures are logged by our worker.
        "django_tasks": {"level": "WARNING"},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
    },
}
