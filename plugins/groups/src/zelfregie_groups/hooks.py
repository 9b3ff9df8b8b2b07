"""The hooks that the groups plugin implements."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zelfregie_core.domain.roles import Role
from zelfregie_core.plugins import (
    Action,
    Block,
    Command,
    DirectoryEntry,
    ExportFile,
    Indicator,
    InstanceFile,
    Listing,
    NotPersonal,
    PermissionSet,
    PersonalData,
    ReadinessCheck,
    ScheduledTask,
    SearchResult,
    Section,
    Settings,
    StarterPage,
    hookimpl,
)
from zelfregie_groups.domain import addresses, directory, leaving, listings, page_context, privacy
from zelfregie_groups.domain.importing.from_file import import_groups
from zelfregie_groups.domain.readiness import CHECKS
from zelfregie_groups.domain.settings import GroupsSettings
from zelfregie_groups.interfaces.blocks import GroupsTeaserBlock
from zelfregie_groups.interfaces.commands import import_command
from zelfregie_groups.interfaces.import_wizard.viewset import import_viewset
from zelfregie_groups.interfaces.urls import urlpatterns
from zelfregie_groups.interfaces.viewsets import group_viewset
from zelfregie_groups.models import Group
from zelfregie_groups.tasks import refresh_feeds_task, refresh_groups_task

WRITE = ("zelfregie_groups.add_group", "zelfregie_groups.change_group", "zelfregie_groups.view_group")
CARDS_ON_HOME = 3
CARDS_ON_THEME = 6


@hookimpl
def register_urls() -> Sequence[URLPattern | URLResolver]:
    return urlpatterns


@hookimpl
def register_viewsets() -> Sequence[Any]:
    return [group_viewset, import_viewset]


@hookimpl
def register_blocks() -> Sequence[Block]:
    return [Block("groups_teaser", GroupsTeaserBlock())]


@hookimpl
def register_permission_sets() -> Sequence[PermissionSet]:
    return [
        PermissionSet(Role.EDITOR, WRITE),
        PermissionSet(Role.MODERATOR, (*WRITE, "zelfregie_groups.delete_group")),
        PermissionSet(Role.ADMINISTRATOR, (*WRITE, "zelfregie_groups.delete_group")),
    ]


@hookimpl
def register_starter_content() -> Sequence[StarterPage]:
    return [
        StarterPage(
            model="zelfregie_groups.GroupFinderPage",
            slug="groepen",
            title=gettext_lazy("Groepen"),
            order=10,
            fields={"intro": gettext_lazy("Praten met mensen die hetzelfde meemaken. Zoek een groep die bij je past.")},
        )
    ]


@hookimpl
def register_instance_files() -> Sequence[InstanceFile]:
    return [InstanceFile("groups.csv", import_groups)]


@hookimpl
def register_indicators() -> Sequence[Indicator]:
    return [
        Indicator(
            key="published",
            label=gettext_lazy("Groepen"),
            definition=gettext_lazy("Het aantal groepen op de site, ook groepen die vol zijn of pauze hebben."),
            version=1,
            count=lambda: Group.objects.published().count(),
        ),
        Indicator(
            key="with_room",
            label=gettext_lazy("Groepen met plek"),
            definition=gettext_lazy("Het aantal groepen op de site dat bijeenkomt en plek heeft voor iemand erbij."),
            version=1,
            count=lambda: Group.objects.published().with_room().count(),
        ),
    ]


@hookimpl
def register_commands() -> Sequence[Command]:
    return [Command(import_command)]


@hookimpl
def register_scheduled_tasks() -> Sequence[ScheduledTask]:
    return [
        ScheduledTask(refresh_groups_task, every=dt.timedelta(days=1)),
        ScheduledTask(refresh_feeds_task, every=dt.timedelta(hours=1)),
    ]


@hookimpl
def register_personal_data() -> Sequence[PersonalData | NotPersonal]:
    return privacy.DECLARED


@hookimpl
def register_readiness_checks() -> Sequence[ReadinessCheck]:
    return CHECKS


@hookimpl
def register_settings() -> Sequence[Settings]:
    return [Settings(GroupsSettings)]


@hookimpl
def home_sections(request: HttpRequest) -> Sequence[Section]:
    base = addresses.finder_url(request)
    if base is None:
        return []
    cards = page_context.cards_with_room(base, CARDS_ON_HOME)
    return [
        Section(
            title=_("Groepen met plek"),
            template="zelfregie_groups/sections/groups.html",
            context={"cards": cards},
            order=20,
            more_url=base,
            more_label=_("Zoek een groep"),
            is_empty=not cards,
        )
    ]


@hookimpl
def home_actions(request: HttpRequest) -> Sequence[Action]:
    url = addresses.start_a_group_url(request)
    if not url:
        return []
    return [
        Action(
            label=_("Begin een groep"),
            url=url,
            description=_("Is er nog geen groep voor jou? Begin er een, samen met een maatje."),
            icon="seedling",
            order=40,
        )
    ]


@hookimpl
def theme_sections(request: HttpRequest, theme: Any) -> Sequence[Section]:
    base = addresses.finder_url(request)
    if base is None:
        return []
    cards = page_context.cards_about(base, theme.slug, CARDS_ON_THEME)
    return [
        Section(
            title=_("Groepen"),
            template="zelfregie_groups/sections/groups.html",
            context={"cards": cards},
            order=10,
            more_url=f"{base}?thema={theme.slug}",
            more_label=_("Zoek bij jou in de buurt"),
            is_empty=not cards,
        )
    ]


@hookimpl
def search_results(request: HttpRequest, query: str) -> Sequence[SearchResult]:
    return directory.search_results(query, request) if addresses.finder_url(request) else []


@hookimpl
def finder_path(request: HttpRequest) -> str | None:
    return addresses.finder_url(request)


@hookimpl
def directory_entries(request: HttpRequest, text: str, keys: Sequence[str] | None) -> Sequence[DirectoryEntry]:
    return directory.directory_entries(text, keys, addresses.finder_url(request), request)


@hookimpl
def directory_listings(keys: Sequence[str] | None) -> Iterator[Listing]:
    return listings.directory_listings(keys)


@hookimpl
def region_export() -> Sequence[ExportFile]:
    return leaving.export_files()
