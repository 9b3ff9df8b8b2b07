"""Settings of the tests. The database is made by the pytest plugin `zelfregie_tenants.testing`."""

from zelfregie_tenants.embedded import database_settings
from zelfregie_tenants.settings import environment
from zelfregie_tenants.settings.base import *  # noqa: F403 -- settings are composed by star import
from zelfregie_tenants.settings.base import VAR, caches, database

DEBUG = False
SECRET_KEY = "only-for-tests-and-therefore-no-secret-at-all-0123456789"  # noqa: S105 -- only for tests
# A server of the tests' own, so that they never touch, slow or stop the demo's.
ZELFREGIE_TEST_DATA = VAR / "test" / "postgres"
ZELFREGIE_TEST_RUNTIME = VAR / "test" / "run"
# Without DATABASE_URL the host is filled in when the server has started: reading settings starts nothing.
DATABASES = {
    "default": database(
        database_settings(environment.text("DATABASE_URL") or "postgresql:///zelfregie?host=not-started-yet")
    )
}
DATABASES["default"]["CONN_MAX_AGE"] = 0
ZELFREGIE_RAISE_PLUGIN_ERRORS = True
# Only for tests; it stands here for everybody to read, so it protects nothing.
ZELFREGIE_ENCRYPTION_KEYS = environment.words("ZELFREGIE_TEST_ENCRYPTION_KEYS") or [
    "iKoV8xsckLsyTX-6_x8_0nMxpl5PFop29VvUfuwbZ-0="
]
ZELFREGIE_URL_PORT = 80
ZELFREGIE_TEMPLATE_DIR = VAR / "test"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = caches("memory")
MEDIA_ROOT = environment.text("ZELFREGIE_MEDIA_ROOT") or str(VAR / "test" / "media")
ZELFREGIE_BACKUP_DIR = environment.text("ZELFREGIE_BACKUP_DIR") or str(VAR / "test" / "backups")
STATIC_ROOT = str(VAR / "test" / "static")
DEFAULT_FROM_EMAIL = "noreply@zelfregie.test"
ZELFREGIE_PAGE_CACHE_SECONDS = 0
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# Tasks run at once, in the region of the test; tests of the queue itself ask for the fixture `task_queue`.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
