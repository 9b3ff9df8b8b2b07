"""The one guard: what belongs to a plugin that is off in a region does not answer there."""

from typing import Any

from django.urls import ResolverMatch
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from zelfregie_core.plugins.calls import plugin_is_enabled
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_core.plugins.validation import flatten

#: Attributes of Wagtail's viewsets that hold a URL namespace.
NAMESPACE_ATTRIBUTES = ("url_namespace", "admin_url_namespace", "chooser_admin_url_namespace")


def plugin_of_match(match: ResolverMatch) -> str | None:
    """The slug of the plugin that a resolved URL belongs to, or None when it belongs to the house.

    By namespace (the plugin's own URLs and its viewsets), else by the package of the view.
    """
    plugins = get_plugins()
    owners = plugins.derived("namespaces", lambda: {slug: slug for slug in plugins.slugs()} | viewset_namespaces())
    for namespace in match.namespaces:
        if namespace in owners:
            return owners[namespace]
    view = getattr(match.func, "view_class", match.func)
    return plugins.owner_of(getattr(view, "__module__", ""))


def viewset_namespaces() -> dict[str, str]:
    """URL namespace to plugin slug, for every viewset that plugins contribute."""
    found: dict[str, str] = {}
    for contributed in get_plugins().contributed("register_viewsets"):
        for viewset in flatten(contributed.item):
            for attribute in NAMESPACE_ATTRIBUTES:
                namespace = getattr(viewset, attribute, None)
                if isinstance(namespace, str) and namespace:
                    found[namespace] = contributed.plugin
    return found


def guard_menu_item(item: MenuItem, plugin: str) -> MenuItem:
    """Make a menu item show only where its plugin is on. Decided per request: Wagtail keeps items per process."""
    is_shown = item.is_shown

    def guarded(request: Any) -> bool:
        return plugin_is_enabled(plugin, request) and is_shown(request)

    item.is_shown = guarded
    return item


def guard_viewset(viewset: ViewSet | ViewSetGroup, plugin: str) -> ViewSet | ViewSetGroup:
    """Make a viewset's (or group's) menu items show only where its plugin is on."""
    if isinstance(viewset, ViewSetGroup):
        viewset.registerables = [guard_viewset(inner, plugin) for inner in viewset.registerables]
    original = viewset.get_menu_item

    def get_menu_item(*args: Any, **kwargs: Any) -> MenuItem:
        return guard_menu_item(original(*args, **kwargs), plugin)

    viewset.get_menu_item = get_menu_item
    return viewset
