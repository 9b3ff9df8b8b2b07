"""Calling per-request hooks: plugin by plugin, only those that are on, so that one failure stays one failure."""

import logging
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from pluggy import HookImpl

from zelfregie_core.plugin_errors import PluginError
from zelfregie_core.plugins.contributions import Action, DirectoryEntry, SearchResult, Section
from zelfregie_core.plugins.deprecation import DEPRECATED_HOOKS, PluginDeprecationWarning
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_core.plugins.running import run_plugin_code

logger = logging.getLogger("zelfregie.plugins")

#: What each per-request hook must return a sequence of.
ANSWERED_TYPES: dict[str, type] = {
    "home_sections": Section,
    "home_actions": Action,
    "theme_sections": Section,
    "search_results": SearchResult,
    "directory_entries": DirectoryEntry,
}
#: What each per-request hook must return that answers with one thing, or None.
ANSWERED_TYPE: dict[str, type] = {"finder_path": str}


def plugin_is_enabled(plugin: str, request: HttpRequest | None = None) -> bool:
    """Whether a plugin is on in the current region. The house's own parts always are.

    :param plugin: a slug; one that is not installed is never on.
    """
    plugins = get_plugins()
    if plugin in plugins.HOUSE:
        return True
    if not plugins.is_installed(plugin):
        return False
    answer = plugins.pm.hook.plugin_is_enabled(plugin=plugin, request=request)
    return True if answer is None else bool(answer)


def enabled_plugins(request: HttpRequest | None = None) -> list[str]:
    """The slugs of the plugins that are on in the current region, sorted."""
    return [slug for slug in get_plugins().slugs() if plugin_is_enabled(slug, request)]


def call_plugins(hook: str, request: HttpRequest, **arguments: Any) -> Iterator[tuple[str, Any]]:
    """Call a per-request hook of every plugin that is on, one by one, and yield (slug, answer).

    A plugin that raises, or answers with something else than the hook's reference says, is logged with its name and
    left out; with ``ZELFREGIE_RAISE_PLUGIN_ERRORS`` the error surfaces. Answers of None are left out.
    """
    plugins = get_plugins()
    if hook in DEPRECATED_HOOKS:
        warnings.warn(DEPRECATED_HOOKS[hook].sentence(), PluginDeprecationWarning, stacklevel=2)
        hook = DEPRECATED_HOOKS[hook].replaced_by
    given = {"request": request, **arguments}
    for slug, implementation in plugins.implementations(hook).items():
        if not plugin_is_enabled(slug, request):
            continue
        values = [given[name] for name in implementation.argnames]
        try:
            answer = run_plugin_code(slug, f"hook {hook}", _ask, slug, hook, implementation, values)
        except Exception as error:
            if settings.ZELFREGIE_RAISE_PLUGIN_ERRORS:
                raise
            log_failure(slug, f"hook {hook}", error)
            continue
        if answer is not None:
            yield slug, answer


def call_plugins_flat(hook: str, request: HttpRequest, **arguments: Any) -> list[Any]:
    """The answers of ``call_plugins`` as one list: for hooks that return sequences."""
    return [item for _, answer in call_plugins(hook, request, **arguments) for item in answer]


def log_failure(plugin: str, part: str, error: Exception) -> None:
    """Log that a part of a plugin failed and was left out, with its type and place.

    The message of an error may hold what a visitor typed, so it is not logged.

    :param part: what failed, such as ``hook home_sections``.
    """
    logger.error(
        "Plugin '%s' failed in %s with %s at %s; its part was left out.",
        plugin,
        part,
        type(error).__name__,
        _place(error),
    )


def _ask(slug: str, hook: str, implementation: HookImpl, values: list[Any]) -> Any:
    return _checked(slug, hook, implementation.function(*values))


def _checked(slug: str, hook: str, answer: Any) -> Any:
    """An answer of the right type, read to its end; sections know their plugin."""
    if answer is None:
        return None
    if hook in ANSWERED_TYPE:
        if not isinstance(answer, ANSWERED_TYPE[hook]):
            raise _wrong(slug, hook, answer, ANSWERED_TYPE[hook].__name__)
        return answer
    expected = ANSWERED_TYPES[hook]
    if isinstance(answer, str | bytes) or not isinstance(answer, Sequence):
        raise _wrong(slug, hook, answer, f"a list of {expected.__name__}")
    for item in answer:
        if not isinstance(item, expected):
            raise _wrong(slug, hook, item, f"a list of {expected.__name__}")
    return [replace(item, plugin=slug) if isinstance(item, Section) else item for item in answer]


def _wrong(slug: str, hook: str, answer: Any, expected: str) -> PluginError:
    return PluginError(slug, f"{hook} returned a {type(answer).__name__}; return {expected}.")


def _place(error: Exception) -> str:
    """File and line where an error arose, without values."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return "an unknown place"
    return f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}"
