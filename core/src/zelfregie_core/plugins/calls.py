"""Calling per-request hooks: plugin by plugin, only those that are on, so that one failure stays one failure."""

import logging
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from zelfregie_core.plugins.manager import get_plugins

logger = logging.getLogger("zelfregie.plugins")


def plugin_is_enabled(plugin: str, request: HttpRequest | None = None) -> bool:
    """Whether a plugin is on in the current region. The house's own parts always are.

    :param plugin: a slug; one that is not installed is never on.
    """
    plugins = get_plugins()
    if plugin in plugins.HOUSE:
        return True
    if plugin not in plugins.slugs():
        return False
    answer = plugins.pm.hook.plugin_is_enabled(plugin=plugin, request=request)
    return True if answer is None else bool(answer)


def enabled_plugins(request: HttpRequest | None = None) -> list[str]:
    """The slugs of the plugins that are on in the current region, sorted."""
    return [slug for slug in get_plugins().slugs() if plugin_is_enabled(slug, request)]


def call_plugins(hook: str, request: HttpRequest, **arguments: Any) -> Iterator[tuple[str, Any]]:
    """Call a per-request hook of every plugin that is on, one by one, and yield (slug, answer).

    A plugin that raises is logged with its name and left out; with ``ZELFREGIE_RAISE_PLUGIN_ERRORS`` the error
    surfaces. Answers of None are left out.
    """
    pm = get_plugins().pm
    registered = dict(pm.list_name_plugin())
    for slug in ("core", *enabled_plugins(request)):
        module = registered.get(slug)
        if module is None or not pm.parse_hookimpl_opts(module, hook):
            continue
        others = [plugin for name, plugin in registered.items() if name != slug and plugin is not None]
        caller = pm.subset_hook_caller(hook, remove_plugins=others)
        try:
            answers = caller(request=request, **arguments)
        except Exception as error:
            if settings.ZELFREGIE_RAISE_PLUGIN_ERRORS:
                raise
            # The message of an error may hold what a visitor typed: log its type and place, not its text.
            logger.error(
                "Plugin '%s' failed in hook %s with %s at %s; its part was left out.",
                slug,
                hook,
                type(error).__name__,
                _place(error),
            )
            continue
        for answer in answers if isinstance(answers, list) else [answers]:
            if answer is not None:
                yield slug, answer


def call_plugins_flat(hook: str, request: HttpRequest, **arguments: Any) -> list[Any]:
    """The answers of ``call_plugins`` as one list: for hooks that return sequences."""
    return [item for _, answer in call_plugins(hook, request, **arguments) for item in answer]


def _place(error: Exception) -> str:
    """File and line where an error arose, without values."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return "an unknown place"
    return f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}"
