"""The list of words is there after a launch or a rebuild, before anybody searches."""

import pytest
from click.testing import CliRunner
from django.core.cache import cache
from django.db import connection
from django_tasks_db.models import DBTaskResult
from django_tenants.utils import tenant_context

from zelfregie_core.plugins import HERE, Correction, Listing, ListingQuery, hookimpl
from zelfregie_tenants.cli import main
from zelfregie_tenants.domain.directory.search import search_listings
from zelfregie_tenants.domain.launch import launch_region
from zelfregie_tenants.domain.plugins import set_plugin_enabled

pytestmark = pytest.mark.django_db

GROUPS = "source_id,name,themes,description,audience,form,location_name,address,postal_code,city,weekday,start_time\n"
ROW = "{number},{name},rouw,Samen praten.,self,in_person,Buurthuis,Markt 1,6411 AA,Heerlen,dinsdag,19:30\n"
MEANT = (Correction("xylofoom", "xylofoon"),)


@pytest.fixture
def launch(instance, django_capture_on_commit_callbacks):
    """Launch the region `parkstad` with groups of these names; what waits for the commit is done."""

    def run(*names):
        rows = (ROW.format(number=number, name=name) for number, name in enumerate(names, 1))
        instance.write("groups.csv", GROUPS + "".join(rows))
        with django_capture_on_commit_callbacks(execute=True):
            return launch_region(instance.folder, invite=False).region

    return run


@pytest.fixture
def rebuild(django_capture_on_commit_callbacks):
    """Run the command as from a shell in `public`."""

    def run(*arguments):
        before = connection.tenant
        connection.set_schema_to_public()
        try:
            with django_capture_on_commit_callbacks(execute=True):
                outcome = CliRunner().invoke(main, ["directory", "rebuild", *arguments])
        finally:
            connection.set_tenant(before)
        assert outcome.exit_code == 0, outcome.output

    return run


@pytest.fixture
def proef(temporary_plugin, noord, zuid, hub):
    """A plugin that is on everywhere: noord lists a xylofoon, and zuid a trombone under the same key."""
    titles = {"noord": "Xylofoon", "zuid": "Trombone"}

    @hookimpl
    def directory_listings(keys):
        if title := titles.get(connection.tenant.slug):
            yield Listing(key="proef:7001", title=title, path="/p/", words=(("A", title),))

    temporary_plugin("proef", directory_listings=directory_listings)
    for region in (noord, zuid, hub):
        set_plugin_enabled(region, "proef", enabled=True)
    return titles


def corrections(region, text="xylofoom", plugin="groups", where=HERE):
    with tenant_context(region):
        return search_listings(ListingQuery(plugin=plugin, text=text, region=where), region).corrections


def asked():
    """Which lists of words were asked for: (schema, plugin, id of the region)."""
    rows = DBTaskResult.objects.filter(task_path__endswith="refresh_vocabulary").select_related("envelope")
    return sorted((row.envelope.schema_name, *row.args_kwargs["args"]) for row in rows)


def test_first_mistake_after_a_launch_is_put_right(launch, task_queue):
    region = launch("Xylofoon")
    task_queue()

    assert corrections(region) == MEANT


def test_launch_counts_no_words_itself(launch, task_queue):
    statements = []

    def note(execute, sql, params, many, context):
        statements.append(str(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        region = launch("Xylofoon")

    assert [sql for sql in statements if "ts_stat" in sql] == []
    assert ("groups", region.pk) in [(plugin, pk) for schema, plugin, pk in asked() if schema == region.schema_name]


def test_first_search_after_a_launch_asks_for_nothing_again(launch, task_queue):
    region = launch("Xylofoon")
    before = asked()

    assert corrections(region) == ()  # the task has not run yet
    assert asked() == before


def test_hub_knows_the_words_of_a_region_that_was_launched(hub, launch, task_queue):
    launch("Xylofoon")
    task_queue()

    assert corrections(hub, where="") == MEANT


def test_later_launch_brings_new_words(launch, task_queue):
    launch("Xylofoon")
    task_queue()
    region = launch("Xylofoon", "Trombone")
    task_queue()

    assert corrections(region, "trombonne") == (Correction("trombonne", "trombone"),)


def test_rebuild_brings_the_words_of_every_region_and_of_none_other(rebuild, proef, noord, zuid, hub, task_queue):
    cache.clear()
    rebuild()
    task_queue()

    mistakes = ("xylofoom", "trombonne")
    found = {
        region.slug: [
            bool(corrections(region, mistake, "proef", "" if region == hub else HERE)) for mistake in mistakes
        ]
        for region in (noord, zuid, hub)
    }
    assert found == {"noord": [True, False], "zuid": [False, True], hub.slug: [True, True]}


def test_rebuild_of_one_region_asks_for_its_own_words_and_those_of_the_hub(rebuild, proef, noord, hub, task_queue):
    rebuild("--region", "noord")

    lists = [entry for entry in asked() if entry[1] == "proef"]
    assert lists == sorted([(hub.schema_name, "proef", None), (noord.schema_name, "proef", noord.pk)])


def test_hub_is_asked_once_while_its_list_is_being_made(rebuild, proef, hub, noord, zuid, task_queue):
    rebuild("--region", "noord")
    rebuild("--region", "zuid")

    assert [entry for entry in asked() if entry[0] == hub.schema_name and entry[1] == "proef"] == [
        (hub.schema_name, "proef", None)
    ]


def test_launch_that_cannot_ask_for_words_is_a_launch_all_the_same(launch, task_queue, caplog):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_words() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no words today'; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER refuse_words BEFORE INSERT ON public.{DBTaskResult._meta.db_table} FOR EACH ROW "
            "WHEN (NEW.task_path LIKE '%%refresh_vocabulary') EXECUTE FUNCTION refuse_words()"
        )

    region = launch("Xylofoon")

    assert (region.state, connection.tenant.slug, asked()) == ("launched", "noord", [])
    assert "no words today" in caplog.text
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER refuse_words ON public.{DBTaskResult._meta.db_table}")
    corrections(region)  # the first need asks
    assert asked() == [(region.schema_name, "groups", region.pk)]
