"""A plugin that is installed in an older version than the one that wrote the regions' data."""

import logging

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from zelfregie_tenants import checks as own_checks
from zelfregie_tenants.domain.modules.versions import note_versions, sort_key, start_with_versions
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import PluginActivation

pytestmark = pytest.mark.django_db


def complaints() -> list[str]:
    found = own_checks.check_database(None, databases=["default"])
    return [message.msg for message in found if message.id == "zelfregie_tenants.E010"]


def noted(plugin: str) -> dict[str, str]:
    rows = PluginActivation.objects.filter(plugin=plugin).order_by("region__slug")
    return dict(rows.values_list("region__slug", "version"))


def test_versions_stand_in_their_order():
    versions = ["", "0.9", "1.0.dev3", "1.0a1", "1.0b2", "1.0rc1", "1.0", "1.0.post1", "1.0.1", "1.2", "1.10"]

    assert sorted(versions, key=sort_key) == versions
    assert sort_key("1.0") == sort_key("1.0.0")


def test_start_notes_the_versions_and_only_raises_them(temporary_plugin, noord, zuid):
    temporary_plugin("proef", version="1.10")
    set_plugin_enabled(zuid, "proef", enabled=False)
    fresh = noted("proef")
    PluginActivation.objects.filter(plugin="proef", region=zuid).update(version="1.9")

    start_with_versions()

    assert (fresh, noted("proef")) == ({"noord": "1.10", "zuid": "1.10"}, {"noord": "1.10", "zuid": "1.10"})
    assert note_versions() == 0


def test_older_version_with_the_same_tables_may_serve_and_is_reported_until_somebody_decides(
    temporary_plugin, noord, zuid, run, caplog
):
    temporary_plugin("proef", version="1.9")
    PluginActivation.objects.filter(plugin="proef", region=noord).update(version="1.10")

    with caplog.at_level(logging.ERROR, "zelfregie.plugins"):
        start_with_versions()

    sentence = (
        "Version 1.10 of the plugin “proef” worked in noord, and 1.9 is installed. Install 1.10 again, or say that the "
        "older one may go on with `zelfregie plugin forget proef --version`."
    )
    assert [record.getMessage() for record in caplog.records] == [sentence]
    assert complaints() == [sentence]
    assert noted("proef") == {"noord": "1.10"}
    assert run("plugin", "forget", "proef", "--version") == (
        0,
        "proef goes on with the data of a newer version in 1 region.\n",
    )
    assert complaints() == []


def test_older_version_that_does_not_know_a_regions_tables_cannot_start(noord, zuid, run):
    PluginActivation.objects.filter(plugin="stories").update(version="9.0")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO region_zuid.django_migrations (app, name, applied) "
            "VALUES ('zelfregie_stories', '0900_mood', now())"
        )

    with pytest.raises(ImproperlyConfigured) as refused:
        start_with_versions()

    sentence = (
        "Version 9.0 of the plugin “stories” wrote the data of zuid, and 0.1.0 is installed, which does not know their "
        "tables (0900_mood). Install the newer version again, or restore a backup of before it."
    )
    assert str(refused.value) == sentence
    assert complaints() == [sentence]
    assert run("plugin", "forget", "stories", "--version") == (1, f"Error: {sentence}\n")
