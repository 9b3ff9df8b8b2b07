"""System checks: refuse settings with which one region would see another's data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core import checks
from django.db import DatabaseError
from django_tasks_db.backend import DatabaseBackend

from zelfregie_core.encryption import key_problems
from zelfregie_tenants.domain.domains import sites_out_of_step
from zelfregie_tenants.domain.modules.versions import downgrade_sentences
from zelfregie_tenants.domain.plugins import missing_plugins
from zelfregie_tenants.domain.pooling import MESSAGE, plain_connection, shares_sessions
from zelfregie_tenants.domain.text_keys import regions_with_unknown_keys
from zelfregie_tenants.tasks.backend import RegionTaskBackend

KEY_FUNCTION = "django_tenants.cache.make_key"
ENGINE = "zelfregie_tenants.postgresql"
REGION_MIDDLEWARE = "zelfregie_tenants.middleware.RegionMiddleware"
SESSION_MIDDLEWARE = "django.contrib.sessions.middleware.SessionMiddleware"


@checks.register(checks.Tags.caches)
def check_cache_keys(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Every alias must put the region in its keys, or a region gets what was cached for the one before."""
    return [
        checks.Error(
            f"The cache “{alias}” does not put the region in its keys.",
            hint=f'Give it KEY_FUNCTION = "{KEY_FUNCTION}".',
            id="zelfregie_tenants.E001",
        )
        for alias, cache in settings.CACHES.items()
        if cache.get("KEY_FUNCTION") != KEY_FUNCTION
    ]


@checks.register(checks.Tags.security)
def check_cookies(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """A cookie with a domain is sent to every region below that domain."""
    names = ("SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN", "LANGUAGE_COOKIE_DOMAIN")
    return [
        checks.Error(
            f"{name} makes browsers send one region's cookies to another.",
            hint=f"Leave {name} out.",
            id="zelfregie_tenants.E002",
        )
        for name in names
        if getattr(settings, name, None)
    ]


@checks.register
def check_plumbing(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """The connection, the middleware and the task queue must be those that know of regions."""
    found: list[checks.CheckMessage] = []
    if settings.DATABASES["default"]["ENGINE"] != ENGINE:
        found.append(checks.Error(f"The database's ENGINE must be {ENGINE}.", id="zelfregie_tenants.E003"))
    order = settings.MIDDLEWARE
    if REGION_MIDDLEWARE not in order or order.index(REGION_MIDDLEWARE) > order.index(SESSION_MIDDLEWARE):
        found.append(checks.Error(f"{REGION_MIDDLEWARE} must stand before sessions.", id="zelfregie_tenants.E004"))
    from django_tasks import task_backends  # noqa: PLC0415 -- reads the settings when it is imported

    forgetful = [
        backend.alias
        for backend in task_backends.all()
        if isinstance(backend, DatabaseBackend) and not isinstance(backend, RegionTaskBackend)
    ]
    found += [
        checks.Error(
            f"The task backend “{alias}” forgets the region of a task.",
            hint="Use zelfregie_tenants.tasks.backend.RegionTaskBackend.",
            id="zelfregie_tenants.E005",
        )
        for alias in forgetful
    ]
    return found


@checks.register(checks.Tags.models)
def check_platform_models(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """A table of the platform may not hold a key into a region's schema: it means another row in the next one."""
    shared = {config.label for config in apps.get_app_configs() if config.name in settings.SHARED_APPS}
    own = [model for label in sorted(shared) for model in apps.get_app_config(label).get_models()]
    return [
        checks.Error(
            f"{model._meta.label}.{field.name} points into a region's schema.",
            hint="Keep a name, a slug or a UUID instead of a key or a content type.",
            id="zelfregie_tenants.E006",
        )
        for model in own
        if model is not ContentType
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and _is_of_a_region(field.related_model, shared)
    ]


@checks.register(checks.Tags.database)
def check_database(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """With a database at hand: no pooler in transaction mode, Sites at their address, no plugin gone or older."""
    if "default" not in (databases or ()):
        return []
    if shares_sessions(plain_connection):
        return [checks.Critical(MESSAGE, id="zelfregie_tenants.E007")]
    try:
        sentences = sites_out_of_step()
    except DatabaseError:  # not migrated yet: there are no regions to look at
        return []
    hint = "Previews look for the Site's address. Run `zelfregie region launch` again for this region."
    found = [checks.Error(sentence, hint=hint, id="zelfregie_tenants.E008") for sentence in sentences]
    found += [checks.Error(sentence, id="zelfregie_tenants.E009") for sentence in missing_plugins()]
    try:
        older = downgrade_sentences()
    except DatabaseError:  # the platform's tables are of the release before: the upgrade looks for itself
        return found
    return [*found, *(checks.Error(sentence, id="zelfregie_tenants.E010") for sentence in older)]


@checks.register(checks.Tags.database)
def check_text_keys(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """With a database at hand: every key that personal texts need is there."""
    if "default" not in (databases or ()) or key_problems(settings.ZELFREGIE_ENCRYPTION_KEYS):
        return []
    try:
        lost = regions_with_unknown_keys()
    except DatabaseError:  # not migrated yet, or between two releases
        return []
    return [
        checks.Error(
            f"Personal texts of {slug} need a key that is not in ZELFREGIE_ENCRYPTION_KEYS: {', '.join(keys)}.",
            hint="Add that key to the end of the list. `zelfregie privacy keys` tells which ones are needed.",
            id="zelfregie_tenants.E011",
        )
        for slug, keys in lost.items()
    ]


def _is_of_a_region(model: Any, shared: set[str]) -> bool:
    return model is ContentType or model._meta.app_label not in shared
