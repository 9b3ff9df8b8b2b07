"""An answer takes so long at most: a view that loops for ever, and a statement that does not end."""

import time
from types import ModuleType

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.urls import include, path

import zelfregie_tenants.urls
from zelfregie_core.models import Theme
from zelfregie_core.plugins import call_plugins, hookimpl
from zelfregie_tenants.domain.rights import limit_this_process, platform_rights, region_rights
from zelfregie_tenants.postgresql.base import DatabaseWrapper
from zelfregie_tenants.testing.client import RegionClient

pytestmark = pytest.mark.django_db


def endless(request):
    """What a view without an end is: also one that catches every error."""
    while True:
        try:
            sum(range(100))
        except Exception:  # noqa: S112 -- the fault that is tried: a loop that no error ends
            continue


def endless_in_a_block(request):
    with transaction.atomic():
        Theme.objects.create(slug="half", name="Half")
        endless(request)


def patient(request):
    """Takes longer than an answer may."""
    until = time.monotonic() + 2.5
    while time.monotonic() < until:
        sum(range(100))
    return HttpResponse("klaar")


def asks_others(request):
    """Asks all plugins, of which one does not come back."""
    return HttpResponse(str([answer for _plugin, answer in call_plugins("finder_path", request)]))


@hookimpl
def endless_path(request):
    endless(request)


@pytest.fixture
def visitor(noord, temporary_plugin, settings):
    """Somebody in noord, where the plugin `proef` is on and has addresses that take too long."""
    temporary_plugin("proef")
    patterns = [path("eindeloos/", endless), path("blok/", endless_in_a_block), path("anderen/", asks_others)]
    module = ModuleType("proef_urls")
    module.urlpatterns = [
        path("-/proef/", include((patterns, "proef"), namespace="proef")),
        path("eindeloos/", endless),
        path("admin/van-het-huis/", patient),
        path("admin/van-proef/", include(([path("", patient, name="x")], "proef"), namespace="proef")),
        *zelfregie_tenants.urls.urlpatterns,
    ]
    settings.ROOT_URLCONF = module
    settings.ZELFREGIE_ANSWER_SECONDS = 0.3
    return RegionClient(noord, raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "owner"),
    [("/-/proef/eindeloos/", "proef"), ("/-/proef/blok/", "proef"), ("/eindeloos/", "core")],
)
def test_view_that_loops_for_ever_is_stopped_and_the_next_visitor_gets_an_answer(visitor, settings, address, owner):
    answer = visitor.get(address)
    settings.ZELFREGIE_ANSWER_SECONDS = 60.0  # what comes next may be slow

    assert answer.status_code == 500
    assert str(answer.exc_info[1]).startswith(f"Plugin '{owner}': an answer took more than 0.3 seconds")
    assert visitor.get("/zoeken/").status_code == 200
    assert (connection.schema_name, Theme.objects.filter(slug="half").exists()) == ("region_noord", False)


def test_in_the_admin_only_plugins_are_stopped(visitor):
    answers = [visitor.get(f"/admin/van-{whose}/") for whose in ("het-huis", "proef")]

    assert [(answer.status_code, b"klaar" in answer.content) for answer in answers] == [(200, True), (500, False)]


def test_hook_inside_a_view_has_its_own_shorter_time(visitor, temporary_plugin, settings):
    """The view of one plugin does not suffer for the loop in another."""
    settings.ZELFREGIE_ANSWER_SECONDS, settings.ZELFREGIE_PLUGIN_SECONDS = 60.0, 0.3
    settings.ZELFREGIE_RAISE_PLUGIN_ERRORS = False
    temporary_plugin("aaa", finder_path=endless_path)

    assert visitor.get("/-/proef/anderen/").status_code == 200


@pytest.mark.parametrize("rights", [region_rights, platform_rights])
def test_server_ends_a_statement_that_does_not_end_itself(noord, rights, monkeypatch):
    """A thread that waits for the database cannot be ended from inside."""
    for name in ("starts_limited", "statement_seconds"):
        monkeypatch.setattr(DatabaseWrapper, name, getattr(DatabaseWrapper, name))
    limit_this_process(statement_seconds=0.2)
    connection.search_path_set_schemas = None

    with pytest.raises(OperationalError, match="statement timeout"), transaction.atomic(), rights():
        connection.cursor().execute("SELECT pg_sleep(60)")

    assert Theme.objects.exists()
