"""The plugin manager: loads the installed plugins, checks what they contribute and keeps it for the process."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, TypeVar

import pluggy
from django.apps import apps
from django.urls import URLPattern, URLResolver
from wagtail import blocks
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from zelfregie_core.discovery import InstalledPlugin, import_hooks, installed_plugins
from zelfregie_core.plugin_errors import PluginError
from zelfregie_core.plugins import contributions, hookspecs
from zelfregie_core.plugins.settings_schema import check_schema

T = TypeVar("T")

#: What each ``register_*`` hook must return a sequence of.
CONTRIBUTED_TYPES: dict[str, tuple[type, ...]] = {
    "register_urls": (URLPattern, URLResolver),
    "register_blocks": (contributions.Block,),
    "register_viewsets": (ViewSet, ViewSetGroup),
    "register_menu_items": (contributions.AdminMenuItem,),
    "register_permission_sets": (contributions.PermissionSet,),
    "register_starter_content": (contributions.StarterPage,),
    "register_instance_files": (contributions.InstanceFile,),
    "register_indicators": (contributions.Indicator,),
    "register_scheduled_tasks": (contributions.ScheduledTask,),
    "register_commands": (contributions.Command,),
    "register_settings": (contributions.Settings,),
}


@dataclass(frozen=True)
class Contributed:
    """One thing that one plugin contributes."""

    plugin: str
    item: Any


class Plugins:
    """The loaded plugins of this process.

    ``pm`` is the pluggy manager. Names of registered modules are the plugins' slugs; ``core`` and ``tenants`` are the
    house's own and are always on.
    """

    HOUSE = frozenset({"core", "tenants"})

    def __init__(self) -> None:
        self.pm = pluggy.PluginManager("zelfregie")
        self.pm.add_hookspecs(hookspecs)
        self._apps: dict[str, str] = {}
        self._contributed: dict[str, tuple[Contributed, ...]] | None = None

    def load_installed(self) -> None:
        """Import and register every installed plugin.

        :raises PluginError: with the name of the first plugin that cannot be used, and why.
        """
        for plugin in installed_plugins():
            self.register(import_hooks(plugin), plugin)

    def register(self, module: ModuleType | object, plugin: InstalledPlugin) -> None:
        """Register one plugin's hooks and check them at once.

        :raises PluginError: for an unknown hook, a wrong argument, or a contribution of the wrong kind.
        """
        self._register(module, plugin.slug)
        self._apps[plugin.slug] = plugin.app
        self._contributed = None
        try:
            self._refuse_platform_hooks(module, plugin.slug)
            self._check_contributions(plugin.slug)
        except PluginError:
            self.unregister(plugin.slug)
            raise

    def register_house(self, module: ModuleType | object, name: str) -> None:
        """Register hooks of the house itself (``core`` or ``tenants``), which no region can switch off."""
        if name not in self.HOUSE:
            raise ValueError(f"{name} is not a part of the house")
        if self.pm.has_plugin(name):
            return
        self._register(module, name)
        self._contributed = None

    def unregister(self, slug: str) -> None:
        """Take a plugin out again; used by the temporary-plugin fixture."""
        self.pm.unregister(name=slug)
        self._apps.pop(slug, None)
        self._contributed = None

    def slugs(self) -> list[str]:
        """The slugs of all plugins that a region can switch on, sorted."""
        return sorted(self._apps)

    def app_of(self, slug: str) -> str:
        """The Django app (package) of a plugin."""
        return self._apps[slug]

    def owner_of(self, dotted_path: str) -> str | None:
        """The slug of the plugin whose package contains a module, or None when it belongs to no plugin."""
        return next(
            (slug for slug, app in self._apps.items() if dotted_path == app or dotted_path.startswith(f"{app}.")),
            None,
        )

    def contributed(self, hook: str) -> tuple[Contributed, ...]:
        """What all plugins return from a ``register_*`` hook, in order of slug, with the house's own first.

        :raises PluginError: when a plugin's hook raises or returns nonsense.
        """
        if self._contributed is None:
            self._contributed = {name: self._collect(name) for name in CONTRIBUTED_TYPES}
            _refuse_duplicates(self._contributed)
        return self._contributed[hook]

    def _register(self, module: ModuleType | object, name: str) -> None:
        try:
            self.pm.register(module, name=name)
            self.pm.check_pending()
        except pluggy.PluginValidationError as error:
            if self.pm.has_plugin(name):
                self.pm.unregister(name=name)
            raise PluginError(name, f"{error}. See the hook reference in docs/reference/hooks.md.") from error

    def _refuse_platform_hooks(self, module: ModuleType | object, slug: str) -> None:
        for hook in hookspecs.PLATFORM_HOOKS & set(dir(module)):
            if self.pm.parse_hookimpl_opts(module, hook):
                raise PluginError(slug, f"it implements {hook}, which only the platform answers. Remove it.")

    def _check_contributions(self, slug: str) -> None:
        for hook in CONTRIBUTED_TYPES:
            self._call(hook, slug)
        _ = self.contributed("register_urls")

    def _collect(self, hook: str) -> tuple[Contributed, ...]:
        names = sorted(
            (name for name, _ in self.pm.list_name_plugin()), key=lambda name: (name not in self.HOUSE, name)
        )
        return tuple(Contributed(name, item) for name in names for item in self._call(hook, name))

    def _call(self, hook: str, name: str) -> list[Any]:
        """Call one ``register_*`` hook of one plugin and check what comes back."""
        module = self.pm.get_plugin(name)
        if module is None or not self.pm.parse_hookimpl_opts(module, hook):
            return []
        others = [plugin for other, plugin in self.pm.list_name_plugin() if other != name]
        try:
            answers = self.pm.subset_hook_caller(hook, remove_plugins=others)()
        except Exception as error:
            raise PluginError(name, f"{hook} raised {type(error).__name__}: {error}.") from error
        items: list[Any] = []
        for answer in answers:
            if isinstance(answer, str) or not isinstance(answer, Sequence):
                raise PluginError(name, f"{hook} returned {type(answer).__name__}; return a list.")
            items.extend(answer)
        for item in items:
            _check_item(name, hook, item)
        return items


def _check_item(name: str, hook: str, item: Any) -> None:
    expected = CONTRIBUTED_TYPES[hook]
    if not isinstance(item, expected):
        names = " or ".join(kind.__name__ for kind in expected)
        raise PluginError(name, f"{hook} returned a {type(item).__name__} in its list; return {names}.")
    if isinstance(item, contributions.Block):
        if name not in Plugins.HOUSE and not item.name.startswith(f"{name}_"):
            raise PluginError(name, f"block '{item.name}' must be called '{name}_...'.")
        if not isinstance(item.block, blocks.Block):
            raise PluginError(name, f"block '{item.name}' is a {type(item.block).__name__}, not a Wagtail block.")
    if isinstance(item, ViewSet) and not str(item.name or "").startswith(name):
        raise PluginError(name, f"viewset '{item.name}' must have a name that starts with '{name}'.")
    if isinstance(item, contributions.AdminMenuItem) and not item.name.startswith(name):
        raise PluginError(name, f"menu item '{item.name}' must have a name that starts with '{name}'.")
    if isinstance(item, contributions.Settings) and (problem := check_schema(item.schema)):
        raise PluginError(name, f"register_settings: {problem}.")
    if isinstance(item, contributions.StarterPage):
        try:
            apps.get_model(item.model)
        except (LookupError, ValueError) as error:
            raise PluginError(name, f"starter page '{item.slug}' names an unknown page type {item.model}.") from error


def _refuse_duplicates(contributed: dict[str, tuple[Contributed, ...]]) -> None:
    """Two contributions may not claim the same name: the second would silently win."""
    keys = {
        "register_blocks": lambda item: item.name,
        "register_menu_items": lambda item: item.name,
        "register_starter_content": lambda item: item.slug,
        "register_instance_files": lambda item: item.name,
        "register_settings": lambda item: item.schema,
    }
    for hook, key in keys.items():
        seen: dict[str, str] = {}
        for entry in contributed[hook]:
            value = key(entry.item)
            if value in seen:
                raise PluginError(
                    entry.plugin,
                    f"{hook} returned '{value}', which plugin '{seen[value]}' already contributes.",
                )
            seen[value] = entry.plugin


@cache
def get_plugins() -> Plugins:
    """The plugins of this process. Filled by ``CoreConfig.ready()``."""
    return Plugins()
