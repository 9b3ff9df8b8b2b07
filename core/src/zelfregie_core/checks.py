"""System checks of core: refuse what would go wrong later, in silence."""

from typing import Any

from django.conf import settings
from django.core import checks

from zelfregie_core.encryption import key_problems
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_core.plugins.shadows import shadowed_addresses

#: Settings that make Wagtail's admin call other hosts when they are missing.
QUIET_SETTINGS = {
    "WAGTAIL_GRAVATAR_PROVIDER_URL": None,
    "WAGTAIL_ENABLE_UPDATE_CHECK": False,
}


@checks.register(checks.Tags.security)
def check_no_third_party_requests(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """The admin calls an avatar service and an update service unless it is told not to."""
    return [
        checks.Error(
            f"{name} lets the admin send requests to another host.",
            hint=f"Set {name} = {expected!r}.",
            id="zelfregie_core.E001",
        )
        for name, expected in QUIET_SETTINGS.items()
        if getattr(settings, name, "missing") != expected
    ]


@checks.register(checks.Tags.security)
def check_encryption_keys(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Keys that are missing, broken or made up: what visitors tell about their health would be lost, or open."""
    return [
        checks.Error(
            f"ZELFREGIE_ENCRYPTION_KEYS: {problem}.",
            hint="Make one with `zelfregie key`, and put it first in the list.",
            id="zelfregie_core.E002",
        )
        for problem in key_problems(settings.ZELFREGIE_ENCRYPTION_KEYS)
    ]


@checks.register(checks.Tags.urls)
def check_shadowed_addresses(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Two of the same address: one would never be reached."""
    return [checks.Error(str(problem), id="zelfregie_core.E003") for problem in shadowed_addresses()]


@checks.register(checks.Tags.compatibility)
def check_deprecated_hooks(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Hooks that installed plugins implement under a name that will go."""
    return [
        checks.Warning(hook.sentence(slug), id="zelfregie_core.W004") for slug, hook in get_plugins().deprecations()
    ]
