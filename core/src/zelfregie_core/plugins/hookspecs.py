"""Every hook a plugin can implement. This file is the table of contents of the plugin API.

``register_*`` hooks run once per process, when Django starts, without a region; they return frozen dataclasses of
``zelfregie_core.plugins.contributions`` and an error in them stops the start. Every other hook runs per request or
region, only for plugins that are on there; an error in one is logged with the plugin's name and its answer is left
out (``ZELFREGIE_RAISE_PLUGIN_ERRORS`` makes it surface, in development and in tests). ``directory_listings`` and
``region_export`` run where the plugin is off as well, and an error in one undoes what it was called for.

The *platform hooks* at the end are answered by the platform (the tenants distribution), not by plugins.
"""

# mypy: disable-error-code="empty-body"
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pluggy
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from zelfregie_core.plugins.contributions import (
    Action,
    AdminMenuItem,
    Block,
    Command,
    DirectoryEntry,
    ExportFile,
    Indicator,
    InstanceFile,
    PermissionSet,
    RegionOverview,
    ScheduledTask,
    SearchResult,
    Section,
    Settings,
    StarterPage,
)
from zelfregie_core.plugins.deprecation import DEPRECATED_HOOKS, PluginDeprecationWarning
from zelfregie_core.plugins.listings import Listing, ListingQuery, ListingResults
from zelfregie_core.plugins.personal_data import NotPersonal, PersonalData
from zelfregie_core.plugins.readiness import ReadinessCheck

hookspec = pluggy.HookspecMarker("zelfregie")


# --- once per process ---


@hookspec
def register_urls() -> Sequence[URLPattern | URLResolver]:
    """Public URLs of the plugin, mounted at ``/-/<slug>/`` with ``<slug>`` as namespace.

    Once per process, without a region. They answer 404 in a region where the plugin is off.

    :return: URL patterns.
    """


@hookspec
def register_blocks() -> Sequence[Block]:
    """StreamField blocks for content pages, home and theme pages.

    Once per process, without a region. In a region where the plugin is off a block is not offered and not rendered,
    but stays in the pages.

    :return: blocks whose names start with ``<slug>_``.
    """


@hookspec
def register_viewsets() -> Sequence[ViewSet | ViewSetGroup]:
    """Wagtail admin viewsets.

    Once per process, without a region. Menu items hide and URLs answer 404 where the plugin is off.

    :return: viewsets (or groups of them) whose names start with ``<slug>``.
    """


@hookspec
def register_menu_items() -> Sequence[AdminMenuItem]:
    """Items of the Wagtail admin menu that no viewset brings.

    Once per process, without a region; whether one is shown is decided per request.

    :return: menu items as data.
    """


@hookspec
def register_permission_sets() -> Sequence[PermissionSet]:
    """What each role may do with the plugin's models.

    Once per process, without a region; synced to each region's groups at launch and after migrations.

    :return: permission sets.
    """


@hookspec
def register_starter_content() -> Sequence[StarterPage]:
    """Pages that a region gets when it is launched with the plugin on.

    Once per process, without a region. A page that an editor removed is not made again.

    :return: starter pages.
    """


@hookspec
def register_instance_files() -> Sequence[InstanceFile]:
    """Files in an instance folder that the plugin reads at launch.

    Once per process, without a region; loading runs inside the launch's transaction.

    :return: instance files.
    """


@hookspec
def register_indicators() -> Sequence[Indicator]:
    """Figures by which regions are compared.

    Once per process, without a region; counted in each region where the plugin is on.

    :return: indicators.
    """


@hookspec
def register_scheduled_tasks() -> Sequence[ScheduledTask]:
    """Background tasks that recur.

    Once per process, without a region; each run enters one region, and is skipped where the plugin is off.

    :return: scheduled tasks.
    """


@hookspec
def register_commands() -> Sequence[Command]:
    """Commands of the command line ``zelfregie``.

    Once per process, without a region; each run names its region.

    :return: commands.
    """


@hookspec
def register_settings() -> Sequence[Settings]:
    """The settings a region may give the plugin in its manifest.

    Once per process, without a region.

    :return: at most one schema.
    """


@hookspec
def register_personal_data() -> Sequence[PersonalData | NotPersonal]:
    """What the plugin's tables hold about people: whose, why, how long, how exported and how erased.

    Once per process, without a region. Asked for the register of processing activities, for a request of a person and
    every night; also where the plugin is off, because its data are still there.

    :return: declarations, and fields that look personal but are not.
    """


@hookspec
def register_readiness_checks() -> Sequence[ReadinessCheck]:
    """What must or should be in order before a site is opened for visitors.

    Once per process, without a region; each check runs inside one region where the plugin is on: before the site is
    opened, whenever somebody asks, and every week after.

    :return: readiness checks.
    """


# --- per request ---


@hookspec
def home_sections(request: HttpRequest) -> Sequence[Section]:
    """Parts of the home page: a story, the next meetings.

    Once per view of the home page.

    :return: sections; an empty list when there is nothing to show.
    """


@hookspec
def home_actions(request: HttpRequest) -> Sequence[Action]:
    """Next steps on the home page: share your story, refer a patient.

    Once per view of the home page.

    :return: actions.
    """


@hookspec
def theme_sections(request: HttpRequest, theme: Any) -> Sequence[Section]:
    """Parts of a theme page: the groups, stories or tips of that theme.

    Once per view of a theme page.

    :param theme: a ``zelfregie_core.models.Theme``.
    :return: sections, also empty ones (``is_empty``), so that the page can say what is missing.
    """


@hookspec
def search_results(request: HttpRequest, query: str) -> Sequence[SearchResult]:
    """Results for the search over the site, best first.

    Once per search.

    :param query: what the visitor typed, trimmed; not empty.
    :return: at most 20 results.
    """


@hookspec
def finder_path(request: HttpRequest) -> str | None:
    """The page where a visitor finds a group; the home page's search form sends ``q`` and ``plaats`` there.

    Once per view of the home page; the first answer that is not None is used.

    :return: a path of this site, or None when there is no such page (yet).
    """


@hookspec(warn_on_impl=PluginDeprecationWarning(DEPRECATED_HOOKS["finder_url"].sentence()))
def finder_url(request: HttpRequest) -> str | None:
    """``finder_path`` under its old name: the answer was always a path, never a whole address.

    :return: a path of this site, or None when there is no such page (yet).
    """


@hookspec
def directory_entries(request: HttpRequest, text: str, keys: Sequence[str] | None) -> Sequence[DirectoryEntry]:
    """What other modules can point at, such as a group on a referral card.

    :param text: words to search for; empty for all.
    :param keys: when given, exactly these entries, also those that are no longer open.
    :return: at most 50 entries, best first.
    """


# --- per region ---


@hookspec
def directory_listings(keys: Sequence[str] | None) -> Iterator[Listing]:
    """What the current region publishes in the directory across regions.

    Called inside a region whenever something changed (``listings_changed``) and when the directory is rebuilt; without
    a request, also in tasks and commands.

    :param keys: when given, exactly these; one that is not yielded is taken out of the directory.
    :return: the listings, in any order, read in chunks so that memory stays flat. Their keys begin with ``<slug>:``.
    """


@hookspec
def region_export() -> Sequence[ExportFile]:
    """What the current region takes along of this plugin when it leaves, and how another installation reads it back.

    Called inside a region when it is exported or imported; without a request, and also where the plugin is off: the
    data are the region's. An error stops the export or import, which then leaves nothing behind.

    :return: files in open formats; a plugin without data of its own returns an empty list.
    """


# --- platform hooks: answered by the platform, once, without a region ---


@hookspec(firstresult=True)
def plugin_is_enabled(plugin: str, request: HttpRequest | None) -> bool | None:
    """Whether a plugin is on in the current region. Platform hook; without a platform everything is on.

    :param plugin: the plugin's slug.
    :param request: the current request, or None in a task or command.
    """


@hookspec(firstresult=True)
def plugin_settings(plugin: str, request: HttpRequest | None) -> Mapping[str, Any] | None:
    """The settings that the current region gave a plugin. Platform hook.

    :param plugin: the plugin's slug.
    :param request: the current request, or None in a task or command.
    :return: names and values as the manifest gave them, or None when there are none.
    """


@hookspec(firstresult=True)
def regions_overview(request: HttpRequest) -> Sequence[RegionOverview] | None:
    """All live regions with their last figures, sorted by name. Platform hook.

    :return: from read models, with a number of queries that does not grow with the regions.
    """


@hookspec(firstresult=True)
def store_indicators(values: Mapping[tuple[str, str], int], request: HttpRequest | None) -> bool | None:
    """Keep the figures of the current region. Platform hook.

    :param values: (plugin, indicator key) to value.
    :return: True when they were kept.
    """


@hookspec(firstresult=True)
def store_listings(plugin: str, listings: Iterable[Listing], removed: Sequence[str] | None) -> int | None:
    """Write listings of the current region to the directory, in the same transaction. Platform hook.

    :param plugin: the slug of the plugin whose listings these are.
    :param listings: read in chunks; one that is already so is left alone.
    :param removed: keys to take out; None to take out everything of this plugin and region that is not in ``listings``.
    :return: how many listings the directory has of them now, or None outside a region.
    """


@hookspec(firstresult=True)
def search_listings(query: ListingQuery, request: HttpRequest | None) -> ListingResults | None:
    """Search the directory. Finds only launched regions in which the plugin is on. Platform hook.

    :param query: what is searched for.
    :return: None when the platform keeps no directory.
    """


#: Hooks that are called in a region, also by tasks and commands, and so without a request.
REGION_HOOKS = frozenset({"directory_listings", "region_export"})

#: Hooks that the platform answers; a plugin that implements one is refused at start.
PLATFORM_HOOKS = frozenset(
    {
        "plugin_is_enabled",
        "plugin_settings",
        "regions_overview",
        "search_listings",
        "store_indicators",
        "store_listings",
    }
)
