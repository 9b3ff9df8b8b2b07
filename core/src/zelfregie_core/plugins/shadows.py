"""Addresses that a plugin wants and somebody else has: one of the two would never be reached, in silence."""

from collections.abc import Iterable, Iterator

from django.urls import URLPattern, URLResolver
from django.urls.resolvers import RoutePattern
from wagtail.admin.viewsets.base import ViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from zelfregie_core.plugin_errors import PluginError
from zelfregie_core.plugins.guard import NAMESPACE_ATTRIBUTES
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_core.plugins.validation import flatten


def shadowed_addresses() -> list[PluginError]:
    """Each clash, as a sentence with both names, in order of plugin. Reads the URLconf, so only after the start.

    A plugin's own addresses stand below ``/-/<slug>/``, where nothing can clash. Left are the prefixes of its viewsets
    in the admin, the slugs of its starter pages beside the addresses of the house, and its own name.
    """
    from wagtail.admin import urls as admin_urls  # noqa: PLC0415 -- asks for Wagtail's hooks, which need all apps

    from zelfregie_core import urls as site_urls  # noqa: PLC0415 -- includes the same

    admin = list(_routes(admin_urls.urlpatterns))
    site = list(_routes(site_urls.urlpatterns))
    plugins = get_plugins()
    found = []
    for entry in plugins.contributed("register_viewsets"):
        for viewset in flatten(entry.item):
            if owner := _owner(viewset, admin):
                wants = f"its viewset '{viewset.name}' wants /admin/{viewset.url_prefix}/, which {owner} has."
                found.append(PluginError(entry.plugin, f"{wants} Choose another url_prefix."))
    for entry in plugins.contributed("register_starter_content"):
        for route, owner in site:
            if route.split("/")[0] == entry.item.slug:
                wants = f"its starter page wants /{entry.item.slug}/, which {owner} has."
                found.append(PluginError(entry.plugin, f"{wants} Choose another slug."))
                break
    for slug in plugins.slugs():
        own = {
            namespace
            for entry in plugins.contributed("register_viewsets")
            if entry.plugin == slug
            for viewset in flatten(entry.item)
            for namespace in _namespaces(viewset)
        }
        for route, owner in admin:
            if owner == slug and owner not in own:
                wants = f"its name is that of the addresses /admin/{route}, which {owner} has."
                found.append(PluginError(slug, f"{wants} Choose another name."))
                break
    return found


def refuse_shadowed_addresses() -> None:
    """Stop the start of a server on which an address could not be reached.

    :raises PluginError: the first clash, with both names.
    """
    for problem in shadowed_addresses():
        raise problem


def _owner(viewset: ViewSet, routes: Iterable[tuple[str, str]]) -> str:
    """Whose address a viewset would take, or be hidden behind; empty when nobody's."""
    own = _namespaces(viewset)
    prefix = str(getattr(viewset, "url_prefix", "") or "")
    if not prefix or isinstance(viewset, SnippetViewSet):  # a snippet's lies below /admin/snippets/, as it should
        return ""
    wanted = f"{prefix}/"
    for route, owner in routes:
        if owner not in own and (wanted.startswith(route) or route.startswith(wanted)):
            return owner
    return ""


def _namespaces(viewset: ViewSet) -> set[str]:
    return {str(value) for name in NAMESPACE_ATTRIBUTES if (value := getattr(viewset, name, None))}


def _routes(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[tuple[str, str]]:
    """The fixed beginning of each route, with whose it is: a namespace, or the package of the view."""
    for pattern in patterns:
        route = str(pattern.pattern) if isinstance(pattern.pattern, RoutePattern) else ""
        start = route.partition("<")[0]
        if isinstance(pattern, URLResolver):
            namespace = str(pattern.namespace or pattern.app_name or "")
            if start and namespace:
                yield start, namespace
            elif start:
                yield start, _module(pattern)
            else:
                for inner, owner in _routes(pattern.url_patterns):
                    yield inner, namespace or owner
        elif start:
            yield start, str(pattern.name or _module(pattern))


def _module(pattern: URLPattern | URLResolver) -> str:
    if isinstance(pattern, URLResolver):
        return str(getattr(pattern.urlconf_name, "__name__", "Wagtail")).partition(".")[0]
    return str(getattr(pattern.callback, "__module__", "Wagtail")).partition(".")[0]
