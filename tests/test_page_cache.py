"""Kept pages: whose they are, and who gets none."""

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from keeping_pages import is_kept, make_pages, visit
from wagtail.models import PageViewRestriction

from zelfregie_tenants import page_cache
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import Domain, Region
from zelfregie_tenants.testing.client import RegionClient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keep(settings):
    """Keep pages, as in production."""
    settings.ZELFREGIE_PAGE_CACHE_SECONDS = 300
    yield
    caches["pages"].clear()


@pytest.fixture
def pages(noord, zuid, same_numbers):
    made = make_pages((noord, zuid), same_numbers)
    caches["pages"].clear()
    return made


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
