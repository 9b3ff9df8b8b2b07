"""The public API for plugin authors. Everything a plugin needs is imported from here."""

import pluggy

from zelfregie_core.plugin_errors import PluginError
from zelfregie_core.plugins.calls import (
    call_plugins,
    call_plugins_flat,
    enabled_plugins,
    plugin_is_enabled,
)
from zelfregie_core.plugins.contributions import (
    Action,
    AdminMenuItem,
    Block,
    Command,
    DirectoryEntry,
    ExportFile,
    ImportReport,
    Indicator,
    InstanceFile,
    PermissionSet,
    RegionFigure,
    RegionOverview,
    RowProblem,
    ScheduledTask,
    SearchResult,
    Section,
    Settings,
    StarterPage,
)
from zelfregie_core.plugins.listings import HERE, Correction, Listing, ListingHit, ListingQuery, ListingResults
from zelfregie_core.plugins.personal_data import (
    Erasure,
    ErasureRefused,
    HealthGround,
    LegalGround,
    NotPersonal,
    Person,
    PersonalData,
)
from zelfregie_core.plugins.readiness import Finding, Outcome, ReadinessCheck

#: Marks a function in a plugin's hook module as the implementation of the hook with the same name.
hookimpl = pluggy.HookimplMarker("zelfregie")

__all__ = [
    "HERE",
    "Action",
    "AdminMenuItem",
    "Block",
    "Command",
    "Correction",
    "DirectoryEntry",
    "Erasure",
    "ErasureRefused",
    "ExportFile",
    "Finding",
    "HealthGround",
    "ImportReport",
    "Indicator",
    "InstanceFile",
    "LegalGround",
    "Listing",
    "ListingHit",
    "ListingQuery",
    "ListingResults",
    "NotPersonal",
    "Outcome",
    "PermissionSet",
    "Person",
    "PersonalData",
    "PluginError",
    "ReadinessCheck",
    "RegionFigure",
    "RegionOverview",
    "RowProblem",
    "ScheduledTask",
    "SearchResult",
    "Section",
    "Settings",
    "StarterPage",
    "call_plugins",
    "call_plugins_flat",
    "enabled_plugins",
    "hookimpl",
    "plugin_is_enabled",
]
