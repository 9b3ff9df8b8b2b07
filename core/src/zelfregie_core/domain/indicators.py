"""Counting a region's indicators, and asking for a new count when something changed."""

import logging
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction

from zelfregie_core.plugins.calls import plugin_is_enabled
from zelfregie_core.plugins.manager import get_plugins

logger = logging.getLogger("zelfregie.indicators")


def count_indicators() -> Mapping[tuple[str, str], int]:
    """The current region's figures, by (plugin, key), for the plugins that are on. One query per indicator.

    An indicator that fails is logged with its plugin's name and left out.
    """
    figures = {}
    for contributed in get_plugins().contributed("register_indicators"):
        if not plugin_is_enabled(contributed.plugin):
            continue
        try:
            with transaction.atomic():
                figures[contributed.plugin, contributed.item.key] = int(contributed.item.count())
        except Exception as error:
            if settings.ZELFREGIE_RAISE_PLUGIN_ERRORS:
                raise
            logger.error(
                "Plugin '%s' failed to count '%s': %s.",
                contributed.plugin,
                contributed.item.key,
                type(error).__name__,
            )
    return figures


def refresh_indicators() -> Mapping[tuple[str, str], int]:
    """Count the current region's figures and keep them for the comparison of regions."""
    figures = count_indicators()
    get_plugins().pm.hook.store_indicators(values=figures, request=None)
    return figures


def indicators_changed() -> None:
    """Say that something countable changed; a background task counts after the transaction is committed.

    Call it from domain functions that publish, withdraw or remove what an indicator counts.
    """
    from zelfregie_core.tasks import refresh_indicators_task  # noqa: PLC0415 -- tasks need loaded settings

    transaction.on_commit(refresh_indicators_task.enqueue)
