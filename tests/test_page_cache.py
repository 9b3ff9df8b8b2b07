"""Kept pages: whose they are, when they are made anew, and who gets none. Changes are committed, as on a server."""

from __future__ import annotations

import threading

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import tenant_context
from wagtail import hooks
from wagtail.models import Page, PageViewRestriction

from zelfregie_core.models import Branding, ContentPage, HomePage, SiteSettings
from zelfregie_groups.domain.changes import collected_changes
from zelfregie_groups.models import Group, GroupFinderPage
from zelfregie_national.models import RegionsPage
from zelfregie_tenants import page_cache
from zelfregie_tenants.domain.life_cycle import resume_region, suspend_region
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import Domain, PageVersion, Region
from zelfregie_tenants.testing.client import RegionClient

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def kept_pages(settings):
    """Keep pages, as in production."""
    settings.ZELFREGIE_PAGE_CACHE_SECONDS = 300
    yield
    caches["pages"].clear()


@pytest.fixture
def pages(noord, zuid, same_numbers):
    """A page with the same key at the same address in both regions, and a finder with a group in each."""
    same_numbers(Page)
    made = {}
    for region in (noord, zuid):
        set_plugin_enabled(region, "groups", enabled=True)
        with tenant_context(region):
            home = HomePage.objects.get()
            page = home.add_child(instance=ContentPage(title=f"Rouw in {region.slug}", slug="rouw"))
            page.save_revision().publish()
            home.add_child(instance=GroupFinderPage(title="Groepen", slug="groepen", show_in_menus=True))
            with collected_changes():
                Group.objects.create(name=f"Rouwcafé {region.slug}")
            made[region.slug] = page
        RegionClient(region).get("/")  # the first visitor of a new site makes rows of settings
    assert made["noord"].pk == made["zuid"].pk
    return made


def visit(region, path, **extra):
    """Return the answer, and whether it is a kept page."""
    visitor = extra.pop("visitor", None) or RegionClient(region)
    answer = visitor.get(path, **extra)
    return answer, getattr(answer.wsgi_request, "page_cache", "off") == "hit"


def is_kept(region, path, **extra):
    """True iff the second of two visits in a row gets a kept page."""
    visit(region, path, **extra)
    return visit(region, path, **extra)[1]


def test_second_visitor_gets_the_page_that_was_kept_and_it_is_the_same(pages, noord, zuid):
    for path in ("/", "/rouw/", "/groepen/", "/robots.txt", "/sitemap.xml", "/merk.css"):
        made = [visit(region, path) for region in (noord, zuid)]
        kept = [visit(region, path) for region in (noord, zuid)]

        assert ([hit for _answer, hit in made], [hit for _answer, hit in kept]) == ([False] * 2, [True] * 2), path
        for (first, _miss), (second, _hit) in zip(made, kept, strict=True):
            numbered = {"X-Request-ID"}
            assert second.content == first.content
            assert {n: v for n, v in second.headers.items() if n not in numbered} == {
                n: v for n, v in first.headers.items() if n not in numbered
            }
            assert (dict(second.cookies), "default-src 'self'" in second.headers["Content-Security-Policy"]) == (
                {},
                True,
            )


def test_kept_page_costs_one_query(pages, noord):
    visitor = RegionClient(noord)
    visitor.get("/groepen/")

    with CaptureQueriesContext(connection) as queries:
        _answer, hit = visit(noord, "/groepen/", visitor=visitor)

    asked = [query["sql"] for query in queries if not query["sql"].startswith("SET ")]
    assert (hit, len(asked)) == (True, 1), asked


def test_page_of_a_region_is_never_anothers(pages, noord, zuid, hub):
    """Same key, same address, same host name even: the region is in the name under which a page is kept, twice."""
    first = [visit(region, "/rouw/")[0].text for region in (noord, zuid)]
    host = Domain.objects.get(tenant=noord, is_primary=True)
    Domain.objects.filter(tenant=noord).update(domain="weg.test")
    Domain.objects.filter(tenant=zuid).update(domain=host.domain)

    moved, hit = visit(zuid, "/rouw/")

    assert ["Rouw in noord" in text for text in first] == [True, False]
    assert ("Rouw in zuid" in moved.text, "Rouw in noord" in moved.text, hit) == (True, False, False)


def test_region_made_anew_under_the_same_name_begins_without_pages(pages, noord, monkeypatch):
    """A schema that is restored from a backup has the name and the version of before, and another number."""
    visit(noord, "/rouw/")
    region = Region.objects.get(pk=noord.pk)
    region.page_versions = {}
    request = type("Request", (), {"scheme": "http", "path": "/", "region": region, "get_host": lambda self: "x"})()

    keys = set()
    for region.schema_number in (1, 2):
        keys.add(page_cache.page_key(request))

    assert len(keys) == 2


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


def test_writing_what_nobody_sees_yet_leaves_pages_kept(pages, noord):
    """A draft, a login, a session: an office that works all day would otherwise empty the cache all day."""
    visit(noord, "/rouw/")
    User.objects.create_superuser("anna", "anna@noord.example", "x" * 20)
    visit(noord, "/rouw/")
    anna = RegionClient(noord)
    anna.force_login(User.objects.get(username="anna"))
    login_makes_anew = visit(noord, "/rouw/")[1]
    visit(noord, "/rouw/")

    anna.get("/admin/")
    ContentPage.objects.get(slug="rouw").save_revision(changed=False)
    session = anna.session
    session["iets"] = 1
    session.save()

    assert login_makes_anew in {True, False}
    assert "Rouw in noord" in visit(noord, "/rouw/")[0].text


@pytest.fixture
def anna(noord):
    """Somebody who works on the site, logged in."""
    visitor = RegionClient(noord)
    visitor.force_login(User.objects.create_superuser("anna", "anna@noord.example", "x" * 20))
    return visitor


def test_who_is_known_gets_and_leaves_no_kept_page(pages, noord, anna):
    visit(noord, "/rouw/")
    known = visit(noord, "/rouw/", visitor=anna)
    caches["pages"].clear()
    visit(noord, "/rouw/", visitor=anna)

    stranger = visit(noord, "/rouw/")

    assert (known[1], stranger[1]) == (False, False)
    assert "wagtail-userbar" not in stranger[0].text


OF_THEIR_OWN = {
    "session": {"HTTP_COOKIE": "sessionid=abc"},
    "messages": {"HTTP_COOKIE": "messages=abc"},
    "any cookie": {"HTTP_COOKIE": "csrftoken=abc; iets=1"},
    "authorization": {"HTTP_AUTHORIZATION": "Basic abc"},
    "query": {"query_params": {"p": "2"}},
    "other host": {"HTTP_HOST": "www.noord.test"},
}


def test_request_that_may_have_an_answer_of_its_own_gets_no_kept_page(pages, noord):
    assert is_kept(noord, "/rouw/")

    hits = {name: visit(noord, "/rouw/", **extra)[1] for name, extra in OF_THEIR_OWN.items()}

    assert hits == dict.fromkeys(OF_THEIR_OWN, False)
    assert visit(noord, "/rouw/", HTTP_COOKIE="csrftoken=" + "a" * 32)[1]


def test_page_behind_a_password_or_with_a_form_is_not_kept(pages, noord):
    PageViewRestriction.objects.create(
        page=pages["noord"], restriction_type=PageViewRestriction.PASSWORD, password="geheim"
    )
    set_plugin_enabled(noord, "stories", enabled=True)
    paths = ("/rouw/", "/-/stories/vertellen/", "/admin/login/", "/er-is-niets/", "/zoeken/", "/.well-known/zelfregie")

    kept = {path: is_kept(noord, path) for path in paths}

    assert kept == dict.fromkeys(paths, False)


def test_switched_off_nothing_is_kept(pages, noord, settings):
    settings.ZELFREGIE_PAGE_CACHE_SECONDS = 0

    assert is_kept(noord, "/rouw/") is False
