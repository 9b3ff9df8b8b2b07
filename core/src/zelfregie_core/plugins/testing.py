"""Fixtures for tests of plugins. Distributed with core, loaded by pytest through the tenants distribution."""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from zelfregie_core.discovery import InstalledPlugin
from zelfregie_core.plugins.manager import get_plugins


@pytest.fixture
def temporary_plugin() -> Iterator[Callable[..., str]]:
    """Register a plugin for the length of a test: ``temporary_plugin("proef", home_sections=my_hookimpl)``.

    Its hooks are functions marked with ``hookimpl``. The app is the name of the plugin, prefixed with
    ``zelfregie_``, unless ``app`` says otherwise; ``version`` is that of its distribution. Other names of a hook
    module, such as ``REQUIRES``, may be given too. Returns the slug.
    """
    plugins = get_plugins()
    registered: list[str] = []

    def register(slug: str, app: str | None = None, version: str = "1.0", **hooks: Any) -> str:
        app = app or f"zelfregie_{slug}"
        plugin = InstalledPlugin(slug, app, f"zelfregie_{slug}.hooks", f"zelfregie-{slug} {version}")
        module = ModuleType(plugin.hook_module)
        vars(module).update(hooks)
        plugins.register(module, plugin)
        registered.append(slug)
        return slug

    yield register
    for slug in registered:
        plugins.unregister(slug)
