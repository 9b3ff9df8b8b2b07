"""One test per hook: what a plugin returns arrives where it should."""

import datetime as dt
import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import click
import pytest
from contributed import personal_data
from django.db import connection
from django.http import HttpResponse
from django.urls import path, reverse
from wagtail import blocks
from wagtail.admin.viewsets.base import ViewSet

from zelfregie_core.blocks import build_stream_block
from zelfregie_core.domain import directory
from zelfregie_core.domain.directory import listings_changed, rebuild_listings
from zelfregie_core.domain.indicators import count_indicators, refresh_indicators
from zelfregie_core.domain.leaving import export_files
from zelfregie_core.domain.plugin_settings import settings_of
from zelfregie_core.domain.roles import GROUP_NAMES, Role, sync_roles
from zelfregie_core.models import Theme, ThemeIndexPage, ThemePage
from zelfregie_core.plugins import (
    HERE,
    Action,
    Block,
    Command,
    DirectoryEntry,
    ExportFile,
    Finding,
    ImportReport,
    Indicator,
    InstanceFile,
    Listing,
    ListingQuery,
    NotPersonal,
    PermissionSet,
    PluginError,
    ReadinessCheck,
    ScheduledTask,
    SearchResult,
    Section,
    Settings,
    StarterPage,
    call_plugins_flat,
    enabled_plugins,
    hookimpl,
    plugin_is_enabled,
)
from zelfregie_core.plugins.guard import viewset_namespaces
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_core.tasks import refresh_indicators_task
from zelfregie_core.urls import plugin_urlpatterns

pytestmark = pytest.mark.django_db


def of_proef(hook: str) -> list[Any]:
    return [entry.item for entry in get_plugins().contributed(hook) if entry.plugin == "proef"]


# --- once per process ---


def test_hook_register_urls(temporary_plugin: Any) -> None:
    @hookimpl
    def register_urls():
        return [path("hallo/", lambda request: HttpResponse("Hallo"), name="hallo")]

    temporary_plugin("proef", register_urls=register_urls)

    (mounted,) = [pattern for pattern in plugin_urlpatterns() if pattern.namespace == "proef"]
    match = mounted.resolve("proef/hallo/")
    assert (match.view_name, match.func(None).content) == ("proef:hallo", b"Hallo")


def test_hook_register_blocks(temporary_plugin: Any) -> None:
    @hookimpl
    def register_blocks():
        return [Block("proef_line", blocks.CharBlock(label="Regel"))]

    temporary_plugin("proef", register_blocks=register_blocks)

    block = build_stream_block()
    assert (block.child_blocks["proef_line"].label, block.owners["proef_line"]) == ("Regel", "proef")
    assert "paragraph" in block.child_blocks


def test_hook_register_viewsets(temporary_plugin: Any) -> None:
    class ProefViewSet(ViewSet):
        name = "proef_things"

    @hookimpl
    def register_viewsets():
        return [ProefViewSet()]

    temporary_plugin("proef", register_viewsets=register_viewsets)

    assert viewset_namespaces()["proef_things"] == "proef"


def test_hook_register_menu_items(client: Any, administrator: Any) -> None:
    client.force_login(administrator)

    text = client.get("/admin/").content.decode()

    assert reverse("stories_moderation:waiting") in text


def test_hook_register_permission_sets(noord: Any, temporary_plugin: Any) -> None:
    from django.contrib.auth.models import Group

    @hookimpl
    def register_permission_sets():
        return [PermissionSet(Role.EDITOR, ("zelfregie_core.delete_theme",))]

    temporary_plugin("proef", register_permission_sets=register_permission_sets)
    sync_roles()

    may = {
        role: Group.objects.get(name=GROUP_NAMES[role]).permissions.filter(codename="delete_theme").exists()
        for role in (Role.EDITOR, Role.MODERATOR)
    }
    assert may == {Role.EDITOR: True, Role.MODERATOR: False}


def test_hook_register_starter_content(temporary_plugin: Any) -> None:
    page = StarterPage(model="zelfregie_core.ContentPage", slug="proef", title="Proef")

    @hookimpl
    def register_starter_content():
        return [page]

    temporary_plugin("proef", register_starter_content=register_starter_content)

    assert of_proef("register_starter_content") == [page]


def test_hook_register_instance_files(temporary_plugin: Any, tmp_path: Path) -> None:
    @hookimpl
    def register_instance_files():
        return [InstanceFile("proef.csv", lambda file: ImportReport(created=len(file.read_text().splitlines())))]

    temporary_plugin("proef", register_instance_files=register_instance_files)
    (tmp_path / "proef.csv").write_text("a\nb\n")

    (file,) = of_proef("register_instance_files")
    assert file.load(tmp_path / file.name) == ImportReport(created=2)


def test_hook_register_indicators(temporary_plugin: Any) -> None:
    @hookimpl
    def register_indicators():
        return [Indicator("themes", "Thema's", "Het aantal thema's.", 1, lambda: Theme.objects.count())]

    temporary_plugin("proef", register_indicators=register_indicators)

    assert count_indicators()["proef", "themes"] == Theme.objects.count()


def test_hook_register_readiness_checks(temporary_plugin: Any) -> None:
    from zelfregie_core.domain.readiness.running import Status, current_checks, run_checks

    @hookimpl
    def register_readiness_checks():
        finding = Finding.wrong("Er is te weinig.", "/admin/")
        return [ReadinessCheck("proef_a", "Er is genoeg", "Anders is er niets.", lambda: [finding], blocking=True)]

    temporary_plugin("proef", register_readiness_checks=register_readiness_checks)

    (result,) = run_checks(found for found in current_checks() if found.plugin == "proef")
    assert (result.key, result.status, result.blocks) == ("proef_a", Status.WRONG, True)


def test_hook_register_personal_data(temporary_plugin: Any, noord: Any) -> None:
    from zelfregie_core.domain.privacy.requests import erase
    from zelfregie_core.plugins import Person

    Theme.objects.create(slug="van-anna", name="anna@voorbeeld.nl")

    @hookimpl
    def register_personal_data():
        found = personal_data(find=lambda person: Theme.objects.filter(person.q("name")))
        return [found, NotPersonal("zelfregie_core.Theme", ("synonyms",), "Words.")]

    temporary_plugin("proef", register_personal_data=register_personal_data)
    before, after = erase(Person("Anna@voorbeeld.nl"))

    assert [found.declared.item.key for found in before.found] == ["proef_a"]
    assert (after.is_empty, Theme.objects.filter(slug="van-anna").exists()) == (True, False)


def test_hook_register_scheduled_tasks(noord: Any, temporary_plugin: Any) -> None:
    from zelfregie_tenants.tasks.schedule import enqueue_due_tasks

    @hookimpl
    def register_scheduled_tasks():
        return [ScheduledTask(refresh_indicators_task, every=dt.timedelta(hours=1))]

    temporary_plugin("proef", register_scheduled_tasks=register_scheduled_tasks)

    assert ("noord", "zelfregie_core.tasks.refresh_indicators_task") in enqueue_due_tasks()


def test_hook_register_commands(temporary_plugin: Any) -> None:
    from zelfregie_tenants.cli.plugin_commands import PluginGroup

    @click.command("hallo")
    def hallo() -> None:
        click.echo("Hallo")

    @hookimpl
    def register_commands():
        return [Command(hallo)]

    temporary_plugin("proef", register_commands=register_commands)

    assert PluginGroup("proef").list_commands(click.Context(click.Command("zelfregie"))) == ["hallo"]


def test_hook_register_settings(noord: Any, temporary_plugin: Any) -> None:
    @dataclass(frozen=True)
    class ProefSettings:
        days: int = 3

    @hookimpl
    def register_settings():
        return [Settings(ProefSettings)]

    temporary_plugin("proef", register_settings=register_settings)

    assert settings_of("proef") == ProefSettings(days=3)


# --- per request ---


def test_hook_home_sections(client: Any, home: Any, temporary_plugin: Any) -> None:
    @hookimpl
    def home_sections(request):
        card = "zelfregie_core/components/card.html"
        return [
            Section(title="Proefdeel", template=card, context={"title": f"Op {request.path}"}, order=1),
            Section(title="Leeg deel", template=card, context={}, is_empty=True),
        ]

    temporary_plugin("proef", home_sections=home_sections)

    text = client.get("/").content.decode()

    assert ("Proefdeel" in text, "Op /" in text, "Leeg deel" in text) == (True, True, False)


def test_hook_home_actions(client: Any, home: Any, temporary_plugin: Any) -> None:
    @hookimpl
    def home_actions(request):
        return [
            Action("Later", "/later/", "Straks.", "phone", order=2),
            Action("Eerst", "/eerst/", "Nu.", "phone", order=1),
        ]

    temporary_plugin("proef", home_actions=home_actions)

    actions = client.get("/").context["actions"]

    assert [action.label for action in actions[:2]] == ["Eerst", "Later"]


def test_hook_theme_sections(client: Any, home: Any, temporary_plugin: Any) -> None:
    @hookimpl
    def theme_sections(theme):
        card = "zelfregie_core/components/card.html"
        return [Section(title="Proefdeel", template=card, context={"title": f"Over {theme.slug}"})]

    temporary_plugin("proef", theme_sections=theme_sections)
    index = home.add_child(instance=ThemeIndexPage(title="Thema's", slug="themas"))
    index.add_child(instance=ThemePage(title="Rouw", slug="rouw", theme=Theme.objects.get(slug="rouw")))

    text = client.get("/themas/rouw/").content.decode()

    assert ("Proefdeel" in text, "Over rouw" in text) == (True, True)


def test_hook_search_results(client: Any, home: Any, temporary_plugin: Any) -> None:
    @hookimpl
    def search_results(query):
        return [SearchResult(f"Iets over {query}", "/iets/", "Zomaar.", "Ding")]

    temporary_plugin("proef", search_results=search_results)

    results = client.get("/zoeken/", {"q": "rouw"}).context["results"]

    assert SearchResult("Iets over rouw", "/iets/", "Zomaar.", "Ding") in list(results)


def test_hook_finder_path(client: Any, home: Any, temporary_plugin: Any) -> None:
    @hookimpl
    def finder_path(request):
        return "/vind-een-groep/"

    temporary_plugin("aaa", finder_path=finder_path)  # the first in order of slug

    assert '<form class="zr-search" method="get" action="/vind-een-groep/"' in client.get("/").content.decode()


def test_hook_directory_entries(request_to_noord: Any, temporary_plugin: Any) -> None:
    entries = [DirectoryEntry(f"proef:{number}", "Titel", "/", "") for number in (1, 2)]

    @hookimpl
    def directory_entries(text, keys):
        return [entry for entry in entries if keys is None or entry.key in keys]

    temporary_plugin("proef", directory_entries=directory_entries)

    chosen = call_plugins_flat("directory_entries", request_to_noord, text="", keys=["proef:2"])

    assert chosen == [entries[1]]


def test_hook_directory_listings(noord: Any, temporary_plugin: Any) -> None:
    @hookimpl
    def directory_listings(keys):
        shown = {"proef:1": "Een", "proef:2": "Twee"}
        for key, title in shown.items():
            if keys is None or key in keys:
                yield Listing(key=key, title=title, path=f"/{title}/", words=(("A", title),))

    temporary_plugin("proef", directory_listings=directory_listings)

    rebuild_listings("proef")
    listings_changed("proef", ["proef:2", "proef:3"])

    found = directory.search(ListingQuery(plugin="proef", region=HERE, sort="name"))
    assert [(hit.listing.key, hit.url, hit.is_own) for hit in found.hits] == [
        ("proef:1", "/Een/", True),
        ("proef:2", "/Twee/", True),
    ]


def test_hook_region_export(noord: Any, temporary_plugin: Any, switch: Any) -> None:
    def write(target):
        target.write(b"noord")

    @hookimpl
    def region_export():
        return [ExportFile("personal/proef.txt", write, "Een proef.", "A test.", personal=True)]

    temporary_plugin("proef", region_export=region_export)
    switch("proef", enabled=False)

    found = next(item.file for item in export_files() if item.plugin == "proef")
    target = BytesIO()
    found.write(target)

    assert (found.name, target.getvalue()) == ("personal/proef.txt", b"noord")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("data/proef.json", "region_export returned a str; return a list of ExportFile."),
        (["data/proef.json"], "region_export returned a str in its list; return ExportFile."),
        ([ExportFile("../uit.json", print, "", "")], "'../uit.json' is no path; use lower-case names"),
        ([ExportFile("groups.csv", print, "", "")], "'groups.csv' is already written by plugin 'groups'."),
        ([ExportFile("proef.csv", print, "", "", personal=True)], "'proef.csv' belongs below personal/"),
        ([ExportFile("personal/proef.csv", print, "", "")], "'personal/proef.csv' belongs outside personal/"),
    ],
)
def test_hook_region_export_refuses_what_cannot_be_written(
    noord: Any, temporary_plugin: Any, answer: Any, sentence: str
) -> None:
    @hookimpl
    def region_export():
        return answer

    temporary_plugin("proef", region_export=region_export)

    with pytest.raises(PluginError, match=re.escape(sentence)):
        export_files()


# --- platform hooks ---


def test_hook_plugin_is_enabled(request_to_noord: Any, temporary_plugin: Any, switch: Any) -> None:
    temporary_plugin("proef")
    answers = [("proef" in enabled_plugins(), plugin_is_enabled("proef", request_to_noord))]

    switch("proef", enabled=False)
    del request_to_noord.region

    answers.append(("proef" in enabled_plugins(), plugin_is_enabled("proef", request_to_noord)))
    assert answers == [(True, True), (False, False)]
    assert (plugin_is_enabled("core"), plugin_is_enabled("bestaat_niet")) == (True, False)


def test_hook_plugin_settings(noord: Any, temporary_plugin: Any) -> None:
    from zelfregie_tenants.domain.plugins import set_plugin_enabled

    @dataclass(frozen=True)
    class ProefSettings:
        days: int = 3
        word: str = "ja"

    @hookimpl
    def register_settings():
        return [Settings(ProefSettings)]

    temporary_plugin("proef", register_settings=register_settings)
    # An older manifest: one setting is gone, one has another type.
    set_plugin_enabled(noord, "proef", enabled=True, settings={"days": 9, "word": 4, "gone": True})

    assert settings_of("proef") == ProefSettings(days=9, word="ja")


def test_hook_regions_overview(request_to_noord: Any) -> None:
    overviews = get_plugins().pm.hook.regions_overview(request=request_to_noord)

    assert [overview.slug for overview in overviews] == ["noord", "zuid"]


def test_hook_store_indicators(noord: Any, temporary_plugin: Any) -> None:
    from zelfregie_tenants.models import IndicatorSnapshot

    @hookimpl
    def register_indicators():
        return [Indicator("themes", "Thema's", "Het aantal thema's.", 1, lambda: 7)]

    temporary_plugin("proef", register_indicators=register_indicators)

    refresh_indicators()

    snapshot = IndicatorSnapshot.objects.get(region=noord, plugin="proef", key="themes")
    assert snapshot.numerator == 7


def test_hook_store_listings(noord: Any, temporary_plugin: Any) -> None:
    temporary_plugin("proef")
    store = get_plugins().pm.hook.store_listings
    listings = [Listing(key=f"proef:{number}", title=str(number), path="/") for number in (1, 2)]

    totals = [
        store(plugin="proef", listings=listings, removed=[]),
        store(plugin="proef", listings=[], removed=["proef:1"]),
        store(plugin="proef", listings=listings[:1], removed=None),
    ]

    found = directory.search(ListingQuery(plugin="proef", region=HERE))
    assert (totals, [hit.listing.key for hit in found.hits]) == ([2, 1, 1], ["proef:1"])


def test_hook_search_listings(noord: Any, request_to_noord: Any, temporary_plugin: Any) -> None:
    temporary_plugin("proef")
    listing = Listing(key="proef:1", title="Koffie", path="/koffie/", words=(("A", "Koffie"),))
    get_plugins().pm.hook.store_listings(plugin="proef", listings=[listing], removed=[])
    query = ListingQuery(plugin="proef", text="koffie")

    found = [directory.search(query, request_to_noord).total, directory.search(query).total]

    connection.set_schema_to_public()
    # Outside any region there is nobody to search for.
    assert get_plugins().pm.hook.search_listings(query=query, request=None) is None
    assert directory.search(query).total == 0
    assert found == [1, 1]
