"""When kept pages are made anew. Changes are committed here, as on a server."""

import threading

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.db import connection, transaction
from django_tenants.utils import tenant_context
from keeping_pages import is_kept, make_pages, visit
from wagtail import hooks

from zelfregie_core.models import Branding, ContentPage, HomePage, SiteSettings
from zelfregie_groups.domain.changes import collected_changes
from zelfregie_groups.models import Group
from zelfregie_national.models import RegionsPage
from zelfregie_tenants.domain.life_cycle import resume_region, suspend_region
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import PageVersion
from zelfregie_tenants.testing.client import RegionClient

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def keep(settings):
    """Keep pages, as in production."""
    settings.ZELFREGIE_PAGE_CACHE_SECONDS = 300
    yield
    caches["pages"].clear()


@pytest.fixture
def pages(noord, zuid, same_numbers):
    return make_pages((noord, zuid), same_numbers)


def changes(noord, zuid, page):
    """What changes public pages of noord: name, where it shows, what is done, and a word that must be there after."""

    def publish():
        page.title = "Rouw en verlies"
        page.save_revision().publish()

    def rename_by_hand():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE wagtailcore_page SET title = 'Met de hand' WHERE slug = 'rouw'")

    def add_group():
        with collected_changes():
            Group.objects.create(name="Nieuwe wandelgroep")

    def brand():
        Branding.objects.update_or_create(defaults={"site_name": "Andere naam", "primary": "#123456"})

    def settings():
        SiteSettings.objects.update_or_create(defaults={"is_demo": True})

    def in_a_transaction():
        with transaction.atomic():
            ContentPage.objects.filter(slug="rouw").update(intro="In een transactie")

    yield "publish", "/rouw/", publish, "Rouw en verlies"
    yield "statement by hand", "/rouw/", rename_by_hand, "Met de hand"
    yield "in a transaction", "/rouw/", in_a_transaction, "In een transactie"
    yield "group", "/groepen/", add_group, "Nieuwe wandelgroep"
    yield "brand", "/merk.css", brand, "#123456"
    yield "settings", "/rouw/", settings, ""
    yield "module off", "/groepen/", lambda: set_plugin_enabled(noord, "groups", enabled=False), ""
    yield "module on", "/groepen/", lambda: set_plugin_enabled(noord, "groups", enabled=True), "Nieuwe wandelgroep"
    yield "unpublish", "/rouw/", page.unpublish, ""
    yield "suspend", "/", lambda: suspend_region("noord", operator="proef"), ""
    yield "resume", "/", lambda: resume_region("noord", operator="proef"), ""


def test_every_change_shows_at_once_and_only_there(pages, noord, zuid, settings):
    page = ContentPage.objects.get(slug="rouw")
    wrong, missing, others_lost = [], [], []

    for name, path, change, word in changes(noord, zuid, page):
        before = visit(noord, path)[0]
        visit(zuid, "/rouw/")
        change()
        answer = visit(noord, path)[0]
        settings.ZELFREGIE_PAGE_CACHE_SECONDS = 0
        fresh = visit(noord, path)[0]
        settings.ZELFREGIE_PAGE_CACHE_SECONDS = 300
        is_right = (answer.status_code, answer.content) == (fresh.status_code, fresh.content)
        wrong += [name] * (not is_right)
        missing += [name] * (
            word not in answer.text or (fresh.status_code, fresh.content) == (before.status_code, before.content)
        )
        others_lost += [name] * (not visit(zuid, "/rouw/")[1])

    assert (wrong, missing, others_lost) == ([], [], [])


def test_what_regions_show_of_each_other_changes_where_it_is_shown(pages, noord, zuid, hub):
    """The finder of noord and the country's own pages list groups of others; a page without them stays kept."""
    set_plugin_enabled(hub, "national", enabled=True)
    with tenant_context(hub):
        HomePage.objects.get().add_child(instance=RegionsPage(title="Regio's", slug="regios"))
    watched = [(noord, "/groepen/"), (hub, "/regios/")]
    visit(hub, "/")
    kept_before = [is_kept(region, path) for region, path in [*watched, (noord, "/rouw/")]]

    with tenant_context(zuid), collected_changes():
        Group.objects.create(name="Nieuw over de grens")
    hits = [visit(region, path)[1] for region, path in [*watched, (noord, "/rouw/")]]

    assert (kept_before, hits) == ([True] * 3, [False, False, True])


def test_change_that_is_rolled_back_makes_nothing_anew(pages, noord):
    visit(noord, "/rouw/")
    before = list(PageVersion.objects.order_by("pk").values_list("pk", "number"))

    with transaction.atomic():
        ContentPage.objects.filter(slug="rouw").update(title="Nooit")
        transaction.set_rollback(True)

    assert visit(noord, "/rouw/")[1]
    assert list(PageVersion.objects.order_by("pk").values_list("pk", "number")) == before


def test_page_that_was_begun_before_a_change_is_not_kept_as_one_of_after(pages, noord):
    """Somebody publishes while a visitor's page is being made."""

    def change():
        with tenant_context(noord):
            ContentPage.objects.filter(slug="rouw").update(title="Van na de wijziging")
        connection.close()

    def meanwhile(page, request, *arguments):
        thread = threading.Thread(target=change)
        thread.start()
        thread.join()

    with hooks.register_temporarily("before_serve_page", meanwhile):
        old = visit(noord, "/rouw/")[0].text

    new, hit = visit(noord, "/rouw/")

    assert ("Van na de wijziging" in old, "Van na de wijziging" in new.text, hit) == (False, True, False)


def test_writing_what_no_page_shows_leaves_pages_kept(pages, noord):
    """Who logs in and works changes rows all day; that would otherwise empty the cache all day."""
    anna = RegionClient(noord)
    anna.force_login(User.objects.create_superuser("anna", "anna@noord.example", "x" * 20))
    assert is_kept(noord, "/rouw/")

    anna.get("/admin/")
    session = anna.session
    session["iets"] = 1
    session.save()

    assert visit(noord, "/rouw/")[1]
