"""What modules need of each other: a plugin says so in `REQUIRES` of its hook module."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from zelfregie_core.plugins import hookspecs
from zelfregie_core.plugins.manager import get_plugins


@dataclass(frozen=True)
class Need:
    """One thing that a plugin cannot do without.

    Attributes:
        plugin: who needs it.
        name: the slug of another plugin, or the hook that some other plugin must answer.
        providers: the installed plugins that fulfil it, sorted; empty when none is installed.
    """

    plugin: str
    name: str
    providers: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What is needed, for an operator."""
        if not self.providers:
            return f"{self.plugin} needs {self.name}, and no plugin that is installed here brings it."
        return f"{self.plugin} needs {' or '.join(self.providers)}."


def needs_of(plugin: str) -> list[Need]:
    """Return all that an installed plugin needs, in its own order."""
    return [Need(plugin, name, _providers(plugin, name)) for name in get_plugins().requires(plugin)]


def missing_needs(plugin: str, enabled: Collection[str]) -> list[Need]:
    """Return what a plugin needs and does not have when exactly these plugins are on."""
    return [need for need in needs_of(plugin) if not set(need.providers) & set(enabled)]


def dependents(plugin: str, enabled: Collection[str]) -> list[str]:
    """Return the plugins that are on and would lose what they need when this one is switched off, sorted."""
    after = set(enabled) - {plugin}
    known = set(get_plugins().slugs())
    return [
        other
        for other in sorted(after & known)
        if len(missing_needs(other, after)) > len(missing_needs(other, enabled))
    ]


def pulled_in(plugin: str, enabled: Collection[str]) -> tuple[list[str], list[Need]]:
    """Return what must be switched on first, in that order, and what cannot be fulfilled without a choice.

    Where exactly one installed plugin fulfils a need, that is the one. With several the administrator chooses.
    """
    first: list[str] = []
    open_needs: list[Need] = []
    todo, seen = [plugin], {plugin}
    while todo:
        for need in missing_needs(todo.pop(), {*enabled, *seen}):
            if len(need.providers) == 1 and need.providers[0] not in seen:
                seen.add(need.providers[0])
                first.insert(0, need.providers[0])
                todo.append(need.providers[0])
            else:
                open_needs.append(need)
    return first, open_needs


def _providers(plugin: str, name: str) -> tuple[str, ...]:
    plugins = get_plugins()
    spec = getattr(hookspecs, name, None)
    if hasattr(spec, "zelfregie_spec") and name not in hookspecs.PLATFORM_HOOKS:
        return tuple(slug for slug in plugins.answering(name) if slug != plugin)
    return (name,) if name in plugins.slugs() else ()
