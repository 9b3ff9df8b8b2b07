"""What belongs to a plugin that is off does not answer: one guard, default deny."""

import datetime as dt
from typing import Any

import pytest
from django.http import Http404, HttpResponse
from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver, reverse
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.models import get_page_models
from wagtail.snippets.views.snippets import SnippetViewSet

from zelfregie_core.domain.site_search import search_site
from zelfregie_core.domain.visible_pages import visible_pages
from zelfregie_core.middleware import PluginGuardMiddleware
from zelfregie_core.models import HomePage, PluginPage, Theme
from zelfregie_core.plugins import Action, ScheduledTask, hookimpl
from zelfregie_core.plugins.guard import guard_menu_item, guard_viewset, plugin_of_match, viewset_namespaces
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_core.tasks import refresh_indicators_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def stories_page(home: HomePage) -> Any:
    """A page of a type that belongs to a plugin, with a sub-page of its own."""
    from zelfregie_stories.models import StoryIndexPage

    return home.add_child(instance=StoryIndexPage(title="Verhalen uit de buurt", slug="verhalen", show_in_menus=True))


def all_names(resolver: URLResolver, namespaces: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The namespaces and name of every URL below a resolver."""
    found = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inside = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            found += all_names(pattern, inside)
        elif isinstance(pattern, URLPattern):
            found.append((*namespaces, pattern.name or ""))
    return found


# --- URLs ---


def test_every_url_of_a_plugin_belongs_to_it() -> None:
    """Default deny holds only if the guard recognises every URL that comes from a plugin's package."""
    plugins = get_plugins()
    lost = []

    def walk(resolver: URLResolver, namespaces: list[str]) -> None:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern, [*namespaces, pattern.namespace] if pattern.namespace else namespaces)
                continue
            view = getattr(pattern.callback, "view_class", pattern.callback)
            owner = plugins.owner_of(getattr(view, "__module__", ""))
            match = ResolverMatch(pattern.callback, (), {}, pattern.name, namespaces=namespaces)
            if owner and plugin_of_match(match) != owner:
                lost.append((owner, pattern))

    walk(get_resolver("zelfregie_tenants.urls"), [])

    assert lost == []


def test_public_urls_of_a_plugin_are_in_its_namespace() -> None:
    names = all_names(get_resolver("zelfregie_tenants.urls"))

    assert ("stories", "submit") in names
    assert reverse("stories:submit") == "/-/stories/insturen/"


def test_url_of_an_off_plugin_is_not_found(client: Any, home: Any, switch: Any) -> None:
    codes = []
    for enabled in (True, False, True):
        switch("stories", enabled=enabled)
        codes.append(client.get("/-/stories/insturen/").status_code)

    assert codes == [200, 404, 200]


def test_url_of_an_off_plugin_does_nothing_on_post(client: Any, home: Any, switch: Any) -> None:
    switch("stories", enabled=False)

    assert client.post("/-/stories/insturen/", {"title": "x"}).status_code == 404


def test_url_is_guarded_per_region(client: Any, zuid: Any, region_client: Any, home: Any, switch: Any) -> None:
    switch("stories", enabled=False, region=zuid)

    codes = [visitor.get("/-/stories/insturen/").status_code for visitor in (client, region_client(zuid))]

    assert codes == [200, 404]


def test_view_in_a_plugins_package_is_guarded_without_a_namespace(
    request_to_noord: Any, temporary_plugin: Any, switch: Any
) -> None:
    def view(request: Any) -> HttpResponse:
        return HttpResponse()

    view.__module__ = "zelfregie_proef.interfaces.views"
    temporary_plugin("proef")
    switch("proef", enabled=False)
    del request_to_noord.region
    request_to_noord.resolver_match = ResolverMatch(view, (), {}, "x")

    with pytest.raises(Http404, match="plugin proef is off"):
        PluginGuardMiddleware(lambda request: HttpResponse()).process_view(request_to_noord, view, (), {})


def test_package_with_the_same_beginning_is_not_the_plugins(temporary_plugin: Any) -> None:
    temporary_plugin("proef")

    owners = [get_plugins().owner_of(f"zelfregie_{name}") for name in ("proef", "proef.a.b", "proefje", "proefje.a")]

    assert owners == ["proef", "proef", None, None]


def test_house_urls_are_never_guarded(client: Any, home: Any, switch: Any) -> None:
    for slug in get_plugins().slugs():
        switch(slug, enabled=False)

    codes = {path: client.get(path).status_code for path in ("/", "/zoeken/", "/merk.css", "/robots.txt")}

    assert set(codes.values()) == {200}


# --- the admin ---


@pytest.mark.parametrize("name", ["index", "index_results", "waiting"])
def test_viewset_of_an_off_plugin_is_not_found(client: Any, administrator: Any, switch: Any, name: str) -> None:
    client.force_login(administrator)
    codes = []
    for enabled in (True, False, True):
        switch("stories", enabled=enabled)
        codes.append(client.get(reverse(f"stories_moderation:{name}")).status_code)

    assert codes == [200, 404, 200]


def test_choosers_belong_to_the_plugin(temporary_plugin: Any) -> None:
    class ThemeChooser(ChooserViewSet):
        name = "proef_theme_chooser"
        model = Theme

    class ThemeSnippets(SnippetViewSet):
        name = "proef_themes"
        model = Theme
        url_namespace = "proef_themes"
        admin_url_namespace = "proef_themes_admin"
        chooser_admin_url_namespace = "proef_themes_choosers"

    class Group(ViewSetGroup):
        items = (ThemeSnippets,)
        menu_label = "Groep"

    @hookimpl
    def register_viewsets():
        return [ThemeChooser(), Group()]

    temporary_plugin("proef", register_viewsets=register_viewsets)

    owned = sorted(name for name, owner in viewset_namespaces().items() if owner == "proef")
    assert owned == ["proef_theme_chooser", "proef_themes", "proef_themes_admin", "proef_themes_choosers"]
    for namespace in owned:
        match = ResolverMatch(lambda request: None, (), {}, "choose", namespaces=[namespace])
        assert plugin_of_match(match) == "proef"


def test_menu_items_of_an_off_plugin_hide(client: Any, administrator: Any, switch: Any) -> None:
    client.force_login(administrator)
    shown = []
    for enabled in (True, False, True):
        switch("stories", enabled=enabled)
        shown.append("/admin/stories_moderation/" in client.get("/admin/").content.decode())

    assert shown == [True, False, True]


def test_menu_items_are_decided_per_region(
    client: Any, administrator: Any, zuid: Any, in_region: Any, region_client: Any, switch: Any, django_user_model: Any
) -> None:
    switch("stories", enabled=False, region=zuid)
    with in_region(zuid):
        other = django_user_model.objects.create_superuser("beheer", "beheer@zuid.test", "geheim")
    visitors = client, region_client(zuid)
    for visitor, user in zip(visitors, (administrator, other), strict=True):
        visitor.force_login(user)

    shown = ["/admin/stories_moderation/" in visitor.get("/admin/").content.decode() for visitor in visitors]

    assert shown == [True, False]


def test_menu_item_keeps_its_own_condition(request_to_noord: Any, temporary_plugin: Any) -> None:
    class Hidden(MenuItem):
        def is_shown(self, request: Any) -> bool:
            return False

    temporary_plugin("proef")

    assert guard_menu_item(Hidden("X", "/x/"), "proef").is_shown(request_to_noord) is False


def test_menu_of_a_group_hides_with_its_plugin(request_to_noord: Any, temporary_plugin: Any, switch: Any) -> None:
    class Things(ViewSet):
        name = "proef_things"
        menu_label = "Dingen"
        menu_url = "/dingen/"

    class Group(ViewSetGroup):
        items = (Things,)
        menu_label = "Groep"

    temporary_plugin("proef")
    item = guard_viewset(Group(), "proef").get_menu_item()
    request_to_noord.user = None
    before = item.is_shown(request_to_noord)

    switch("proef", enabled=False)
    del request_to_noord.region

    assert (before, item.is_shown(request_to_noord)) == (True, False)


# --- pages ---


def test_page_of_an_off_plugin_is_not_served_however_it_is_routed(client: Any, stories_page: Any, switch: Any) -> None:
    from zelfregie_stories.domain.moderation import publish_story
    from zelfregie_stories.models import Story

    publish_story(Story.objects.create(title="Deze", author_name="K", body="Tekst"))
    codes = []
    for enabled in (True, False, True):
        switch("stories", enabled=enabled)
        codes.append([client.get(path).status_code for path in ("/verhalen/", "/verhalen/deze/")])

    assert codes == [[200, 200], [404, 404], [200, 200]]


def test_page_type_of_an_off_plugin_cannot_be_created(
    client: Any, administrator: Any, home: HomePage, switch: Any
) -> None:
    from zelfregie_stories.models import StoryIndexPage

    client.force_login(administrator)
    choose = reverse("wagtailadmin_pages:add_subpage", args=[home.pk])
    create = reverse("wagtailadmin_pages:add", args=["zelfregie_stories", "storyindexpage", home.pk])
    seen = []
    for enabled in (True, False):
        switch("stories", enabled=enabled)
        listed = create in client.get(choose).content.decode()
        seen.append((StoryIndexPage.can_create_at(home), listed, client.get(create).status_code))

    assert seen == [(True, True, 200), (False, False, 302)]


def test_page_of_an_off_plugin_is_not_edited(
    client: Any, administrator: Any, stories_page: Any, home: HomePage, switch: Any
) -> None:
    client.force_login(administrator)
    edit = reverse("wagtailadmin_pages:edit", args=[stories_page.pk])
    switch("stories", enabled=False)

    response = client.post(edit, {"title": "Veranderd", "slug": "veranderd"})

    stories_page.refresh_from_db()
    assert response["Location"] == reverse("wagtailadmin_explore", args=[home.pk])
    assert stories_page.title == "Verhalen uit de buurt"


def test_page_of_an_off_plugin_is_in_no_menu_search_or_sitemap(
    client: Any, stories_page: Any, request_to_noord: Any, switch: Any
) -> None:
    def places() -> list[bool]:
        return [
            "Verhalen uit de buurt" in client.get("/").content.decode(),
            "/verhalen/" in client.get("/sitemap.xml").content.decode(),
            stories_page.page_ptr in visible_pages(),
            [result.title for result in search_site(request_to_noord, "buurt").results] != [],
        ]

    on = places()
    switch("stories", enabled=False)
    del request_to_noord.region
    off = places()

    assert (on, off) == ([True] * 4, [False] * 4)


def test_page_types_of_plugins_know_their_plugin() -> None:
    owners = {model.__name__: model.plugin() for model in get_page_models() if issubclass(model, PluginPage)}

    assert owners["StoryIndexPage"] == "stories"
    assert None not in owners.values()


# --- hooks and tasks ---


def test_hooks_of_an_off_plugin_are_not_called(client: Any, home: Any, temporary_plugin: Any, switch: Any) -> None:
    called = []

    @hookimpl
    def home_actions():
        called.append("proef")
        return [Action("A", "/", "", "phone")]

    temporary_plugin("proef", home_actions=home_actions)
    switch("proef", enabled=False)

    client.get("/")

    assert called == []


def test_task_of_an_off_plugin_is_not_started(noord: Any, zuid: Any, temporary_plugin: Any, switch: Any) -> None:
    from zelfregie_tenants.tasks.schedule import enqueue_due_tasks

    @hookimpl
    def register_scheduled_tasks():
        return [ScheduledTask(refresh_indicators_task, every=dt.timedelta(hours=1))]

    temporary_plugin("proef", register_scheduled_tasks=register_scheduled_tasks)
    switch("proef", enabled=False)
    switch("proef", enabled=True, region=zuid)

    started = [region for region, task in enqueue_due_tasks() if task.endswith("refresh_indicators_task")]

    assert started == ["zuid"]


def test_indicators_of_an_off_plugin_are_not_counted(noord: Any, switch: Any) -> None:
    from zelfregie_core.domain.indicators import count_indicators

    on = ("stories", "published") in count_indicators()
    switch("stories", enabled=False)

    assert (on, ("stories", "published") in count_indicators()) == (True, False)
