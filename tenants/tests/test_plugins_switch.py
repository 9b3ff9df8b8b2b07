"""Switching a plugin on and off for one region, while everything runs."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.urls import path
from django_tenants.utils import schema_context, tenant_context

from zelfregie_core.plugins import hookimpl, plugin_is_enabled
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.plugins import UnknownPlugin, is_plugin_enabled, plugin_settings, set_plugin_enabled
from zelfregie_tenants.models import PluginActivation, Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def proef(temporary_plugin):
    """A plugin without hooks, on in noord."""
    return temporary_plugin("proef")


def test_plugin_is_on_only_where_it_was_switched_on(proef, noord, zuid):
    in_noord = plugin_is_enabled("proef")
    with tenant_context(zuid):
        in_zuid = plugin_is_enabled("proef")

    assert (in_noord, in_zuid) == (True, False)


def test_switching_works_at_once_in_the_running_context(proef, noord):
    answers = [plugin_is_enabled("proef")]
    for enabled in (False, True):
        set_plugin_enabled(noord, "proef", enabled=enabled)
        answers.append(plugin_is_enabled("proef"))

    assert answers == [True, False, True]


def test_switch_in_another_process_is_seen_by_the_next_request(proef, noord, client, rf):
    from zelfregie_tenants.middleware import RegionMiddleware

    middleware = RegionMiddleware(lambda request: HttpResponse(str(plugin_is_enabled("proef", request))))
    request = rf.get("/", headers={"host": "noord.test"})
    before = middleware(request).content

    # Another process has objects of its own: only the row changes.
    PluginActivation.objects.filter(region=noord, plugin="proef").update(enabled=False)

    assert (before, middleware(request).content) == (b"True", b"False")


def test_rows_are_read_once_per_request(proef, noord, django_assert_num_queries):
    connection.set_tenant(Region.objects.get(pk=noord.pk))
    PluginActivation.objects.count()

    with django_assert_num_queries(1):
        answers = [plugin_is_enabled(slug) for slug in (*get_plugins().slugs(), "proef")]

    assert answers.count(True) > 1


def test_plugin_is_off_in_public_and_when_it_is_not_installed(proef, noord):
    PluginActivation.objects.create(region=noord, plugin="verdwenen", enabled=True)
    gone = (plugin_is_enabled("verdwenen"), is_plugin_enabled(noord, "verdwenen"))
    connection.set_schema_to_public()

    assert (gone, plugin_is_enabled("proef")) == ((False, False), False)


def test_plugin_is_found_on_when_only_the_name_of_the_schema_is_known(proef):
    with schema_context("region_noord"):
        assert plugin_is_enabled("proef") is True
    with schema_context("region_zuid"):
        assert plugin_is_enabled("proef") is False


def test_switching_says_whether_something_changed(proef, noord):
    answers = [set_plugin_enabled(noord, "proef", enabled=enabled) for enabled in (True, False, False)]

    assert answers == [False, True, False]


def test_switching_off_keeps_the_settings(proef, noord):
    set_plugin_enabled(noord, "proef", enabled=True, settings={"max": 3})

    set_plugin_enabled(noord, "proef", enabled=False)

    assert plugin_settings(noord, "proef") == {"max": 3}


def test_unknown_plugin_is_refused_by_name(noord):
    with pytest.raises(UnknownPlugin, match="There is no plugin “weg” here"):
        set_plugin_enabled(noord, "weg", enabled=True)


def test_settings_of_a_plugin_are_those_of_the_region(proef, noord, zuid):
    set_plugin_enabled(noord, "proef", enabled=True, settings={"max": 3})
    ask = get_plugins().pm.hook.plugin_settings

    in_noord = ask(plugin="proef", request=None)
    with tenant_context(zuid):
        in_zuid = ask(plugin="proef", request=None)

    assert (in_noord, in_zuid) == ({"max": 3}, None)


def test_url_of_a_plugin_answers_only_where_it_is_on(temporary_plugin, noord, zuid, region_client, settings):
    @hookimpl
    def register_urls():
        return [path("dag/", lambda request: HttpResponse(request.region.slug))]

    temporary_plugin("proef", register_urls=register_urls)
    # URLs are mounted when the process starts; a test mounts them now.
    import importlib
    import sys

    from django.urls import clear_url_caches

    names = ("zelfregie_core.urls", "zelfregie_tenants.urls")
    kept = {name: sys.modules[name] for name in names if name in sys.modules}
    for name in names:
        sys.modules.pop(name, None)
    clear_url_caches()
    try:
        importlib.import_module("zelfregie_tenants.urls")
        answers = [region_client(region).get("/-/proef/dag/") for region in (noord, zuid)]
    finally:
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(kept)
        clear_url_caches()

    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[0].content == b"noord"
