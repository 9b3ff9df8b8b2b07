"""What all plugins say about personal data, and which of it concerns the current region."""

from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model

from zelfregie_core.plugins.calls import plugin_is_enabled
from zelfregie_core.plugins.contributions import Text
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_core.plugins.personal_data import NotPersonal, PersonalData, TextNow


@dataclass(frozen=True)
class Declared:
    """A declaration with the plugin that made it; ``core`` and ``tenants`` are the house's own."""

    plugin: str
    item: PersonalData

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.item.model)


def declarations() -> list[Declared]:
    """All declarations, also of plugins that are off here: their data are still there."""
    found = get_plugins().contributed("register_personal_data")
    return [Declared(entry.plugin, entry.item) for entry in found if isinstance(entry.item, PersonalData)]


def exceptions() -> list[NotPersonal]:
    """What looks personal and is declared not to be."""
    found = get_plugins().contributed("register_personal_data")
    return [entry.item for entry in found if isinstance(entry.item, NotPersonal)]


def concerns_region(declared: Declared) -> bool:
    """True iff the plugin is on in the current region, or its table holds something."""
    return plugin_is_enabled(declared.plugin) or declared.model._base_manager.exists()


def text_now(text: TextNow) -> Text:
    """A text that may depend on the region's settings."""
    return text() if callable(text) else text
