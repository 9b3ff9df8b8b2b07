"""Finding installed plugins: first by name only, later by importing them.

Phase one runs while Django reads its settings and must not import a plugin, because its models need the settings.
That is also why this module stands beside ``zelfregie_core.plugins``, which imports Wagtail. Phase two runs in
``zelfregie_core.apps.CoreConfig.ready()``, when models may be imported.
"""

import re
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from types import ModuleType

from zelfregie_core.plugin_errors import PluginError

GROUP = "zelfregie.plugins"
SLUG = re.compile(r"[a-z][a-z0-9_]{1,30}")
#: Names under which the house registers its own hooks; no region can switch these off.
HOUSE = frozenset({"core", "tenants"})
#: A slug is a URL namespace; these belong to others.
TAKEN_PREFIXES = ("wagtail", "zelfregie")


@dataclass(frozen=True)
class InstalledPlugin:
    """A plugin as its distribution declares it.

    :param slug: the entry-point name: URL prefix, namespace and key of the activation row.
    :param app: the Django app, the parent package of the hook module.
    :param hook_module: dotted path of the module with the hook implementations.
    :param distribution: name and version of the distribution, for messages.
    """

    slug: str
    app: str
    hook_module: str
    distribution: str

    @property
    def version(self) -> str:
        """The version of its distribution; empty when that cannot be told."""
        name, _space, version = self.distribution.partition(" ")
        return version if name and version[:1].isdigit() else ""


def installed_plugins() -> list[InstalledPlugin]:
    """The installed plugins by entry point, sorted by slug. Imports none of them.

    :raises PluginError: when a name cannot be a slug, or two distributions use the same one.
    """
    found: dict[str, InstalledPlugin] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        plugin = _declared(point)
        if plugin.slug in found and found[plugin.slug] != plugin:
            raise PluginError(
                plugin.slug,
                f"two distributions use this name, {found[plugin.slug].distribution} and {plugin.distribution}. "
                "Uninstall one of them.",
            )
        found[plugin.slug] = plugin
    return list(found.values())


def plugin_apps() -> list[str]:
    """The Django apps of the installed plugins, for ``INSTALLED_APPS``. Imports nothing.

    :raises PluginError: when a plugin's package is not there.
    """
    plugins = installed_plugins()
    for plugin in plugins:
        if find_spec(plugin.app.partition(".")[0]) is None:
            raise PluginError(
                plugin.slug,
                f"{plugin.distribution} declares the app {plugin.app}, which cannot be found. "
                "Install or uninstall this distribution again.",
            )
    return [plugin.app for plugin in plugins]


def check_slug(slug: str, distribution: str) -> None:
    """Refuse a name that cannot be a plugin's.

    :param distribution: for the message.
    :raises PluginError: when it has other signs than a slug may have, or belongs to the house or to Wagtail.
    """
    if not SLUG.fullmatch(slug):
        raise PluginError(
            slug,
            f"{distribution} declares a name that cannot be used: use 2 to 31 lower-case letters, digits and "
            "underscores, starting with a letter.",
        )
    if slug in HOUSE or slug.startswith(TAKEN_PREFIXES):
        raise PluginError(slug, f"{distribution} declares a name that is taken by the platform. Choose another name.")


def import_hooks(plugin: InstalledPlugin) -> ModuleType:
    """Import a plugin's hook module.

    :raises PluginError: when the import fails, whatever the reason; the cause is chained.
    """
    point = EntryPoint(plugin.slug, plugin.hook_module, GROUP)
    try:
        module = point.load()
    except Exception as error:
        raise PluginError(
            plugin.slug,
            f"{plugin.hook_module} of {plugin.distribution} could not be imported: "
            f"{type(error).__name__}: {error}. Repair or uninstall this distribution.",
        ) from error
    if not isinstance(module, ModuleType):
        raise PluginError(
            plugin.slug,
            f"its entry point {plugin.hook_module} is not a module. Point it at a module with hooks.",
        )
    return module


def _declared(point: EntryPoint) -> InstalledPlugin:
    distribution = f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown distribution"
    check_slug(point.name, distribution)
    app, _, module = point.value.rpartition(".")
    if not app or not module:
        raise PluginError(
            point.name,
            f"{distribution} declares '{point.value}', which has no parent package. "
            "Declare a module in the plugin's app, such as 'zelfregie_stories.hooks'.",
        )
    return InstalledPlugin(point.name, app, point.value, distribution)
