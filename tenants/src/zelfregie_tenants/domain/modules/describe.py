"""What a module adds, as its plugin itself says by what it contributes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.models import Page

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.plugins.contributions import Text
from zelfregie_core.plugins.guard import NAMESPACE_ATTRIBUTES
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_core.plugins.validation import flatten
from zelfregie_tenants.domain.modules.effects import plugin_models
from zelfregie_tenants.domain.modules.needs import Need, needs_of

WORDS = {
    "add": gettext_lazy("%(what)s toevoegen"),
    "change": gettext_lazy("%(what)s wijzigen"),
    "delete": gettext_lazy("%(what)s verwijderen"),
    "view": gettext_lazy("%(what)s bekijken"),
    "publish": gettext_lazy("%(what)s publiceren"),
}


@dataclass(frozen=True)
class Module:
    """An installed plugin, for people.

    Attributes:
        label: its name.
        version: of its distribution; empty when that cannot be told.
        parts: what it adds, as (heading, names), without empty ones.
        permissions: (role, what it may), in the order of the roles.
        needs: what it cannot do without.
        personal: (what, purpose) of the personal data that it keeps.
    """

    slug: str
    label: Text
    version: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    permissions: tuple[tuple[str, tuple[str, ...]], ...]
    needs: tuple[Need, ...] = ()
    personal: tuple[tuple[str, str], ...] = field(default=())


def label_of(plugin: str) -> Text:
    """Return the name of an installed plugin."""
    plugins = get_plugins()
    if plugin not in plugins.slugs():
        return plugin
    app = plugins.app_of(plugin)
    return next((config.verbose_name for config in apps.get_app_configs() if config.name == app), plugin)


def describe(plugin: str) -> Module:
    """Return what an installed plugin adds; asks no database."""
    return Module(
        plugin,
        label_of(plugin),
        get_plugins().declared(plugin).version,
        tuple((heading, tuple(names)) for heading, names in _parts(plugin) if names),
        tuple(_permissions(plugin)),
        tuple(needs_of(plugin)),
        tuple(_personal(plugin)),
    )


def is_of_use(plugin: str, kind: str) -> bool:
    """Whether a plugin has something for this kind of region: one whose pages are all for another kind has not."""
    pages = _items("register_starter_content", plugin)
    return not pages or any(kind in page.kinds for page in pages)


def _parts(plugin: str) -> list[tuple[str, list[str]]]:
    pages = [model for model in plugin_models(plugin) if issubclass(model, Page)]
    viewsets = [viewset for item in _items("register_viewsets", plugin) for viewset in flatten(item)]
    return [
        (_("Soorten pagina's"), [_text(model._meta.verbose_name) for model in pages]),
        (
            _("Blokken voor in pagina's"),
            [_text(item.block.label or item.name) for item in _items("register_blocks", plugin)],
        ),
        (
            _("In het menu van de beheeromgeving"),
            [
                *(_text(viewset.menu_label) for viewset in viewsets if getattr(viewset, "menu_label", "")),
                *(_text(item.label) for item in _items("register_menu_items", plugin)),
            ],
        ),
        (
            _("Pagina's bij de start van een regio"),
            [_text(item.title) for item in _items("register_starter_content", plugin)],
        ),
        (_("Cijfers"), [_text(item.label) for item in _items("register_indicators", plugin)]),
        (_("Werk op de achtergrond"), _tasks(plugin)),
        (_("Controles voor de opening"), [_text(item.title) for item in _items("register_readiness_checks", plugin)]),
        (_("Adressen"), _addresses(plugin, viewsets)),
    ]


def _tasks(plugin: str) -> list[str]:
    """Return how many tasks recur; their names mean nothing to people."""
    number = len(_items("register_scheduled_tasks", plugin))
    words = ngettext("%(number)d taak die vanzelf terugkeert", "%(number)d taken die vanzelf terugkeren", number)
    return [words % {"number": number}] if number else []


def _addresses(plugin: str, viewsets: Sequence[Any]) -> list[str]:
    """Return below which addresses it answers; those of its pages depend on where editors put them."""
    public = [f"/-/{plugin}/"] if _items("register_urls", plugin) else []
    admin = {
        f"/admin/{viewset.url_prefix}/"
        for viewset in viewsets
        if viewset.url_prefix and any(getattr(viewset, name, None) for name in NAMESPACE_ATTRIBUTES)
    }
    return [*public, *sorted(admin)]


def _permissions(plugin: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return what each role may do; one with access to nothing is left out."""
    names = _permission_names()
    found: dict[str, list[str]] = {}
    for item in _items("register_permission_sets", plugin):
        found.setdefault(item.role, []).extend(names.get(permission, permission) for permission in item.permissions)
    return [(GROUP_NAMES[role], tuple(dict.fromkeys(found[role]))) for role in Role if found.get(role)]


def _permission_names() -> dict[str, str]:
    """Return every permission in words. The database has names for them as well, but in English."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        meta = model._meta
        for action, words in WORDS.items():
            name = f"{meta.app_label}.{get_permission_codename(action, meta)}"
            found[name] = capfirst(str(words) % {"what": _text(meta.verbose_name_plural)})
        found |= {f"{meta.app_label}.{codename}": capfirst(_text(name)) for codename, name in meta.permissions}
    return found


def _personal(plugin: str) -> list[tuple[str, str]]:
    """Return what personal data it keeps, as it declares with `register_personal_data`."""
    return [
        (_text(item.title), _text(item.purpose))
        for item in _items("register_personal_data", plugin)
        if hasattr(item, "purpose")  # the others say of a field that it is not personal
    ]


def _items(hook: str, plugin: str) -> list[Any]:
    return [entry.item for entry in get_plugins().contributed(hook) if entry.plugin == plugin]


def _text(value: object) -> str:
    return str(value)
