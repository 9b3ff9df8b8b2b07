"""`zelfregie directory rebuild`, and launches that fail: the directory holds what the regions publish, and no more."""

import pytest
from click.testing import CliRunner
from django.db import connection

from zelfregie_core.plugins import InstanceFile, Listing, PluginError, hookimpl
from zelfregie_tenants.cli import main
from zelfregie_tenants.domain.directory.store import store_listings
from zelfregie_tenants.domain.launch import launch_region
from zelfregie_tenants.models import Listing as ListingRow
from zelfregie_tenants.models import Region

pytestmark = pytest.mark.django_db

GROUPS = "source_id,name,themes,description,audience,form,location_name,address,postal_code,city,weekday,start_time\n"
ROW = "{number},{name},rouw,Samen praten.,self,in_person,Buurthuis,Markt 1,6411 AA,Heerlen,dinsdag,19:30\n"


def listing(key, title):
    return Listing(key=key, title=title, path="/p/", words=(("A", title),))


def listed():
    """What is in the directory: (region, key, title)."""
    return sorted(ListingRow.objects.values_list("region__slug", "key", "title"))


@pytest.fixture
def rebuild():
    """Run the command as from a shell in `public`; returns exit code and lines."""

    def run(*arguments):
        before = connection.tenant
        connection.set_schema_to_public()
        try:
            result = CliRunner().invoke(main, ["directory", "rebuild", *arguments])
        finally:
            connection.set_tenant(before)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output.splitlines()

    return run


@pytest.fixture
def proef(temporary_plugin):
    """A plugin that publishes two things in noord and in zuid, and nothing on the hub."""

    @hookimpl
    def directory_listings(keys):
        if connection.tenant.slug in ("noord", "zuid"):
            yield listing("proef:1", f"Een van {connection.tenant.slug}")
            yield listing("proef:2", f"Twee van {connection.tenant.slug}")

    temporary_plugin("proef", directory_listings=directory_listings)


PUBLISHED = [
    (slug, f"proef:{number}", f"{name} van {slug}")
    for slug in ("noord", "zuid")
    for number, name in ((1, "Een"), (2, "Twee"))
]


def test_rebuild_mends_what_is_missing_wrong_or_too_much_and_says_so(rebuild, proef, noord, zuid, hub):
    store_listings(noord, "proef", [listing("proef:1", "Verouderd"), listing("proef:9", "Weg")], ["proef:2"])
    store_listings(zuid, "verdwenen", [listing("verdwenen:1", "Van een module die er niet meer is")], [])

    code, lines = rebuild()

    assert (code, listed()) == (0, PUBLISHED)
    assert sorted(lines) == [
        "Mended 6 differences.",
        f"{hub.slug}: 0 listings, no differences",
        "noord: 2 listings, 1 added, 1 changed, 1 removed",
        "zuid: 2 listings, 2 added, 1 removed",
    ]


def test_rebuild_again_finds_nothing_to_mend(rebuild, proef):
    rebuild()
    changed = list(ListingRow.objects.values_list("pk", "changed_at"))

    code, lines = rebuild()

    assert (code, lines[-1]) == (0, "Everything was as it should be.")
    assert list(ListingRow.objects.values_list("pk", "changed_at")) == changed


def test_rebuild_of_one_region_leaves_the_others_alone(rebuild, proef):
    ListingRow.objects.all().delete()

    code, lines = rebuild("--region", "zuid")

    assert (code, lines) == (0, ["zuid: 2 listings, 2 added", "Mended 2 differences."])
    assert listed() == [row for row in PUBLISHED if row[0] == "zuid"]


def test_rebuild_of_an_unknown_region_says_which_there_are(rebuild):
    code, lines = rebuild("--region", "nergens")

    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith("Error: There is no region “nergens”. Regions: ")


def test_plugin_that_fails_keeps_its_listings_and_is_named(rebuild, temporary_plugin, noord, settings):
    settings.ZELFREGIE_RAISE_PLUGIN_ERRORS = False

    @hookimpl
    def directory_listings(keys):
        yield listing("stuk:2", "Half")
        raise RuntimeError("the disk is full")

    temporary_plugin("stuk", directory_listings=directory_listings)
    store_listings(noord, "stuk", [listing("stuk:1", "Blijft")], [])

    code, lines = rebuild("--region", "noord")

    assert (code, listed()) == (1, [("noord", "stuk:1", "Blijft")])
    assert lines == [
        "noord: 0 listings, no differences; failed: stuk",
        "Everything was as it should be.",
        "Error: The plugin stuk failed; what it lists was left as it was. See the log.",
    ]


@pytest.fixture
def mishap(temporary_plugin, instance):
    """A plugin whose file is read after the groups and fails; returns what was in the directory at that moment."""
    seen = []

    def fail(path):
        seen.append(listed())
        raise RuntimeError("the disk is full")

    @hookimpl
    def register_instance_files():
        return [InstanceFile("mishap.csv", fail)]

    temporary_plugin("mishap", register_instance_files=register_instance_files)
    return seen


def let_it_fail(instance):
    instance.write("mishap.csv", "a\n1\n")
    instance.edit("region.toml", "[hosting]", "[plugins.mishap]\n[hosting]")


def titles():
    return [title for _slug, _key, title in listed()]


def test_launch_that_fails_leaves_nothing_in_the_directory(instance, mishap):
    instance.write("groups.csv", GROUPS + ROW.format(number=1, name="Rouwcafé"))
    let_it_fail(instance)

    with pytest.raises(PluginError, match="Nothing was launched"):
        launch_region(instance.folder, invite=False)

    assert [[title for *_, title in seen] for seen in mishap] == [["Rouwcafé"]]  # the groups were listed by then
    assert (titles(), Region.objects.get(slug="parkstad").state) == ([], "draft")


def test_later_launch_that_fails_leaves_the_directory_as_it_was(instance, mishap):
    instance.write("groups.csv", GROUPS + ROW.format(number=1, name="Rouwcafé"))
    launch_region(instance.folder, invite=False)
    instance.write("groups.csv", GROUPS + ROW.format(number=1, name="Anders") + ROW.format(number=2, name="Nieuw"))
    let_it_fail(instance)

    with pytest.raises(PluginError, match="Nothing was launched"):
        launch_region(instance.folder, invite=False)

    assert [sorted(title for *_, title in seen) for seen in mishap] == [["Anders", "Nieuw"]]
    assert titles() == ["Rouwcafé"]
