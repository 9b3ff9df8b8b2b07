"""All that the plugin adds to the site of a region where it is on."""

import datetime as dt
from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSet

from [[ cookiecutter.__package ]].blocks import UpcomingBlock
from [[ cookiecutter.__package ]].domain import leaving
from [[ cookiecutter.__package ]].domain.upcoming import index_url, search
from [[ cookiecutter.__package ]].interfaces.viewsets import viewset
from [[ cookiecutter.__package ]].models import [[ cookiecutter.model ]]
from [[ cookiecutter.__package ]].plugin_settings import PluginSettings
from [[ cookiecutter.__package ]].tasks import erase_past_task
from zelfregie_core.plugins import (
    Block,
    ExportFile,
    Indicator,
    NotPersonal,
    PermissionSet,
    ScheduledTask,
    SearchResult,
    Section,
    Settings,
    StarterPage,
    hookimpl,
)

ON_HOME = 3
WRITE = tuple(
    f"[[ cookiecutter.__package ]].{action}_[[ cookiecutter.__var ]]" for action in ("view", "add", "change", "delete")
)


@hookimpl
def register_viewsets() -> Sequence[ViewSet]:
    return [viewset]


@hookimpl
def register_blocks() -> Sequence[Block]:
    return [Block("[[ cookiecutter.slug ]]_upcoming", UpcomingBlock())]


@hookimpl
def register_permission_sets() -> Sequence[PermissionSet]:
    return [PermissionSet(role, WRITE) for role in ("editor", "moderator", "administrator")]


@hookimpl
def register_starter_content() -> Sequence[StarterPage]:
    return [
        StarterPage(
            model="[[ cookiecutter.__package ]].[[ cookiecutter.model ]]IndexPage",
            slug="[[ cookiecutter.__path ]]",
            title=_("[[ cookiecutter.title ]]"),
            order=40,
            fields={"intro": _("Kom langs en ontmoet mensen uit de buurt.")},
        )
    ]


@hookimpl
def register_indicators() -> Sequence[Indicator]:
    return [
        Indicator(
            key="upcoming",
            label=_("[[ cookiecutter.title ]]"),
            definition=_("Het aantal op de site dat nog komt."),
            version=1,
            count=lambda: [[ cookiecutter.model ]].objects.upcoming().count(),
        )
    ]


@hookimpl
def register_scheduled_tasks() -> Sequence[ScheduledTask]:
    return [ScheduledTask(erase_past_task, every=dt.timedelta(days=1))]


@hookimpl
def register_settings() -> Sequence[Settings]:
    return [Settings(PluginSettings)]


@hookimpl
def register_personal_data() -> Sequence[NotPersonal]:
    return [
        NotPersonal(
            "[[ cookiecutter.__package ]].[[ cookiecutter.model ]]",
            ("summary",),
            "Public text by editors; the form asks not to name people.",
        )
    ]


@hookimpl
def home_sections(request: HttpRequest) -> Sequence[Section]:
    url = index_url(request)
    items = list([[ cookiecutter.model ]].objects.upcoming()[:ON_HOME]) if url else []
    return [
        Section(
            title=_("[[ cookiecutter.title ]]"),
            template="[[ cookiecutter.__package ]]/cards.html",
            context={"items": items, "index_url": url},
            order=30,
            more_url=url or "",
            more_label=_("Bekijk alles"),
            is_empty=not items,
        )
    ]


@hookimpl
def search_results(request: HttpRequest, query: str) -> Sequence[SearchResult]:
    url = index_url(request)
    found = search(query)[:20] if url else []
    return [SearchResult(item.title, f"{url}{item.slug}/", item.summary, _("[[ cookiecutter.title ]]")) for item in found]


@hookimpl
def region_export() -> Sequence[ExportFile]:
    return leaving.export_files()
