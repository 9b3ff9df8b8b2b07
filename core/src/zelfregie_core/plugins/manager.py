"""The plugin manager: loads the installed plugins, checks what they contribute and keeps it for the process."""

import difflib
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, TypeVar

import pluggy
from django.apps import apps

from zelfregie_core.discovery import HOUSE, InstalledPlugin, check_slug, import_hooks, installed_plugins
from zelfregie_core.plugin_app import PluginConfig
from zelfregie_core.plugin_errors import PluginError
from zelfregie_core.plugins import hookspecs
from zelfregie_core.plugins.deprecation import DEPRECATED_HOOKS, DeprecatedHook
from zelfregie_core.plugins.validation import CONTRIBUTED_TYPES, check_answer, check_requirements, refuse_duplicates

REFERENCE = "See the hook reference in docs/reference/hooks.md."
T = TypeVar("T")


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

    HOUSE = HOUSE

    def __init__(self) -> None:
        self.pm = pluggy.PluginManager("zelfregie")
        self.pm.add_hookspecs(hookspecs)
        self._apps: dict[str, str] = {}
        self._declared: dict[str, InstalledPlugin] = {}
        self._requires: dict[str, tuple[str, ...]] = {}
        #: slug -> hook -> what the plugin contributes; asked once, when it is registered.
        self._items: dict[str, dict[str, list[Any]]] = {}
        #: What follows from the above, each worked out when it is first asked: requests ask the same again and again.
        self._derived: dict[Any, Any] = {}

    def load_installed(self) -> None:
        """Import and register every installed plugin.

        :raises PluginError: with the name of the first plugin that cannot be used, and why.
        """
        for plugin in installed_plugins():
            if not any(
                isinstance(config, PluginConfig) and config.name == plugin.app for config in apps.get_app_configs()
            ):
                raise PluginError(
                    plugin.slug,
                    f"{plugin.app} of {plugin.distribution} has no app configuration that is a PluginConfig. "
                    "Derive the class in its apps.py from zelfregie_core.plugin_app.PluginConfig.",
                )
            self.register(import_hooks(plugin), plugin)

    def register(self, module: ModuleType | object, plugin: InstalledPlugin) -> None:
        """Register one plugin's hooks, ask what it contributes and check that, at once.

        :raises PluginError: for an unknown hook, a wrong argument, or a contribution of the wrong kind; the plugin
            then leaves nothing behind.
        """
        check_slug(plugin.slug, plugin.distribution)
        for slug, app in self._apps.items():
            if plugin.slug == slug or plugin.app == app:
                raise PluginError(plugin.slug, f"plugin '{slug}' of {app} is already there. Uninstall one of the two.")
        self._register(module, plugin.slug)
        try:
            self._refuse_wrong_hooks(module, plugin.slug)
            requires = check_requirements(plugin.slug, getattr(module, "REQUIRES", ()))
            items = self._ask(plugin.slug)
            refuse_duplicates(self._contributions({**self._items, plugin.slug: items}))
        except PluginError:
            self.unregister(plugin.slug)
            raise
        self._apps[plugin.slug] = plugin.app
        self._declared[plugin.slug] = plugin
        self._requires[plugin.slug] = requires
        self._items[plugin.slug] = items
        self._derived = {}

    def register_house(self, module: ModuleType | object, name: str) -> None:
        """Register hooks of the house itself (``core`` or ``tenants``), which no region can switch off."""
        if name not in self.HOUSE:
            raise ValueError(f"{name} is not a part of the house")
        if self.pm.has_plugin(name):
            return
        self._register(module, name)
        self._items[name] = self._ask(name)
        self._derived = {}

    def unregister(self, slug: str) -> None:
        """Take a plugin out again; used by the temporary-plugin fixture."""
        self.pm.unregister(name=slug)
        for kept in (self._apps, self._declared, self._requires, self._items):
            kept.pop(slug, None)
        self._derived = {}

    def derived(self, key: Any, work: Callable[[], T]) -> T:
        """What follows from the plugins that are registered now; worked out again only after one came or went.

        :param key: says what it is; the answer is shared, so nobody changes it.
        :param work: works it out.
        """
        kept = self._derived
        if key not in kept:
            kept[key] = work()
        found: T = kept[key]
        return found

    def slugs(self) -> list[str]:
        """The slugs of all plugins that a region can switch on, sorted."""
        return sorted(self._apps)

    def is_installed(self, slug: str) -> bool:
        """Whether a region can switch a plugin of this name on."""
        return slug in self._apps

    def app_of(self, slug: str) -> str:
        """The Django app (package) of a plugin."""
        return self._apps[slug]

    def declared(self, slug: str) -> InstalledPlugin:
        """A plugin as its distribution declares it."""
        return self._declared[slug]

    def requires(self, slug: str) -> tuple[str, ...]:
        """What a plugin cannot do without, as its hook module says in ``REQUIRES``: slugs, and names of hooks."""
        return self._requires[slug]

    def answering(self, hook: str) -> list[str]:
        """The slugs of the plugins that implement a hook, sorted."""
        return [slug for slug in self.implementations(hook) if slug in self._apps]

    def owner_of(self, dotted_path: str) -> str | None:
        """The slug of the plugin whose package contains a module, or None when it belongs to no plugin."""
        return next(
            (slug for slug, app in self._apps.items() if dotted_path == app or dotted_path.startswith(f"{app}.")),
            None,
        )

    def contributed(self, hook: str) -> tuple[Contributed, ...]:
        """What all plugins return from a ``register_*`` hook, in order of slug, with the house's own first."""
        return self.derived("contributed", lambda: self._contributions(self._items))[hook]

    def implementation(self, hook: str, name: str) -> pluggy.HookImpl | None:
        """A plugin's implementation of a hook, or None when it has none.

        One under the hook's deprecated name counts, unless the plugin has both: it then works with the core before as
        well, and the new one is meant.
        """
        return self.implementations(hook).get(name)

    def implementations(self, hook: str) -> Mapping[str, pluggy.HookImpl]:
        """Who implements a hook, and how: by slug, sorted, with the house's own first."""
        return self.derived(("implementations", hook), lambda: self._implementations(hook))

    def deprecations(self) -> list[tuple[str, DeprecatedHook]]:
        """(plugin, hook) for each deprecated hook that an installed plugin implements without the one in its place."""
        return [
            (slug, old)
            for slug in self.slugs()
            for old in DEPRECATED_HOOKS.values()
            if (found := self.implementation(old.replaced_by, slug)) is not None
            and found in getattr(self.pm.hook, old.name).get_hookimpls()
        ]

    def _contributions(self, items: dict[str, dict[str, list[Any]]]) -> dict[str, tuple[Contributed, ...]]:
        names = sorted(items, key=self._house_first)
        return {
            hook: tuple(Contributed(name, item) for name in names for item in items[name][hook])
            for hook in CONTRIBUTED_TYPES
        }

    def _implementations(self, hook: str) -> dict[str, pluggy.HookImpl]:
        found: dict[str, pluggy.HookImpl] = {}
        for known in (hook, *(old.name for old in DEPRECATED_HOOKS.values() if old.replaced_by == hook)):
            for implementation in getattr(self.pm.hook, known).get_hookimpls():
                found.setdefault(implementation.plugin_name, implementation)
        return {name: found[name] for name in sorted(found, key=self._house_first)}

    def _house_first(self, name: str) -> tuple[bool, str]:
        return name not in self.HOUSE, name

    def _register(self, module: ModuleType | object, name: str) -> None:
        self._derived = {}
        try:
            self.pm.register(module, name=name)
            self.pm.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            if self.pm.has_plugin(name):
                self.pm.unregister(name=name)
            raise PluginError(name, f"{error}.{_meant(str(error))} {REFERENCE}") from error

    def _refuse_wrong_hooks(self, module: ModuleType | object, slug: str) -> None:
        """Refuse what pluggy takes without a word and what would then do nothing, or too much."""
        for caller in self.pm.get_hookcallers(module) or []:
            found = self.implementation(caller.name, slug)
            if caller.name in hookspecs.PLATFORM_HOOKS:
                raise PluginError(slug, f"it implements {caller.name}, which only the platform answers. Remove it.")
            if found is not None and (found.wrapper or found.hookwrapper):
                raise PluginError(
                    slug, f"{caller.name} wraps what other plugins answer. Implement it without wrapper=True."
                )
        for hook in _hook_names():
            function = getattr(module, hook, None)
            own = inspect.isfunction(function) and function.__module__ == getattr(module, "__name__", None)
            if own and self.implementation(hook, slug) is None:
                raise PluginError(slug, f"{hook} is not marked as a hook. Put @hookimpl above it. {REFERENCE}")

    def _ask(self, name: str) -> dict[str, list[Any]]:
        """Call each ``register_*`` hook of one plugin and check what comes back."""
        items: dict[str, list[Any]] = {}
        for hook in CONTRIBUTED_TYPES:
            found = self.implementation(hook, name)
            if found is None:
                items[hook] = []
                continue
            try:
                answer = found.function()
            except Exception as error:
                raise PluginError(
                    name, f"{hook} raised {type(error).__name__}: {error}. Repair or uninstall the plugin."
                ) from error
            items[hook] = check_answer(name, hook, answer)
        return items


def _hook_names() -> list[str]:
    return [name for name, value in vars(hookspecs).items() if hasattr(value, "zelfregie_spec")]


def _meant(problem: str) -> str:
    """Return the sentence that names the hook that an unknown one is most like; empty when none is."""
    unknown = re.search(r"unknown hook '(\w+)'", problem)
    close = difflib.get_close_matches(unknown[1], _hook_names(), n=1) if unknown else []
    return f" Did you mean {close[0]}?" if close else ""


@cache
def get_plugins() -> Plugins:
    """The plugins of this process. Filled by ``CoreConfig.ready()``."""
    return Plugins()
