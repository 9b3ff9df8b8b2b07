"""Every address that a site answers at, read from the URLconf: no list made by hand, so that none is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from zelfregie_core.plugins.guard import plugin_of_match


@dataclass(frozen=True)
class Address:
    """One pattern of the URLconf.

    Args:
        route: as it is written, from the root on: `-/stories/bedankt/<str:token>/`.
        name: for `reverse`, with its namespaces; empty when it has none.
        parameters: what it wants to know.
        view: what answers.
        plugin: the slug of the plugin that it belongs to, or None.
    """

    route: str
    name: str
    parameters: tuple[str, ...]
    view: Callable[..., Any]
    plugin: str | None


def all_addresses(urlconf: str | None = None) -> Iterator[Address]:
    """Yield every address of an URLconf, by default of a region's site."""
    yield from _below(get_resolver(urlconf).url_patterns, "", (), ())


def _below(patterns: list, prefix: str, namespaces: tuple[str, ...], known: tuple[str, ...]) -> Iterator[Address]:
    for found in patterns:
        route = prefix + str(found.pattern)
        parameters = (*known, *_parameters(found.pattern))
        if isinstance(found, URLResolver):
            inner = (*namespaces, found.namespace) if found.namespace else namespaces
            yield from _below(found.url_patterns, route, inner, parameters)
        elif isinstance(found, URLPattern):
            name = ":".join([*namespaces, found.name]) if found.name else ""
            match = SimpleNamespace(namespaces=list(namespaces), func=found.callback)
            yield Address(route, name, parameters, found.callback, plugin_of_match(match))


def _parameters(pattern: Any) -> tuple[str, ...]:
    converters = getattr(pattern, "converters", None) or {}
    return tuple(converters) or tuple(pattern.regex.groupindex)
