"""What a plugin can do wrong at run time, each tried: what catches it, and that nobody else notices.

Elsewhere: nonsense at the start, such as duplicate names and wrong types, in core/tests/plugins/test_refusals.py; a
real process with a broken plugin, model or migration in core/tests/plugins/test_boot.py; a migration that fails in one
region of many in tenants/tests/test_upgrade.py; an older version, and one that is gone, in
tenants/tests/modules/test_versions.py and tests/test_pitfalls.py.
"""

import json
import threading

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django_tenants.utils import schema_context, tenant_context
from wagtail import blocks
from wagtail.admin.viewsets.base import ViewSet

from zelfregie_core import blocks as core_blocks
from zelfregie_core.models import ContentPage, HomePage, Theme
from zelfregie_core.plugin_errors import PluginError
from zelfregie_core.plugins import (
    Action,
    Block,
    SearchResult,
    Section,
    StarterPage,
    call_plugins,
    hookimpl,
)
from zelfregie_core.plugins.calls import ANSWERED_TYPE, ANSWERED_TYPES
from zelfregie_core.plugins.deprecation import DEPRECATED_HOOKS, PluginDeprecationWarning
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_core.plugins.shadows import refuse_shadowed_addresses, shadowed_addresses
from zelfregie_tenants.domain.plugins import set_plugin_enabled

pytestmark = pytest.mark.django_db
PER_REQUEST = sorted([*ANSWERED_TYPES, *ANSWERED_TYPE])
CARD = "zelfregie_core/components/card.html"


@pytest.fixture
def as_in_production(settings):
    """Errors of plugins are logged, and a plugin has little time."""
    settings.ZELFREGIE_RAISE_PLUGIN_ERRORS = False
    settings.ZELFREGIE_PLUGIN_SECONDS = 0.3


@pytest.fixture
def good_plugin(temporary_plugin):
    """A plugin that does what it should, called after the others."""

    @hookimpl
    def home_actions(request):
        return [Action("Dit werkt", "/", "", "phone")]

    return temporary_plugin("zzz", home_actions=home_actions)


def said(caplog) -> list[str]:
    """What was logged of plugins, without the place."""
    return [line.getMessage().split(" at /")[0] for line in caplog.records if line.name == "zelfregie.plugins"]


# --- raises in every hook, or answers with nonsense


@pytest.mark.parametrize("fault", ["raises", "answers with nonsense", "answers with an iterator"])
def test_site_answers_while_a_plugin_fails_in_every_hook(
    client, noord, temporary_plugin, good_plugin, as_in_production, caplog, fault
):
    def fail():
        if fault == "raises":
            raise ValueError("geheim")
        return object() if fault == "answers with nonsense" else iter([])

    # A function of its own for each: the mark is put on the function.
    hooks = {name: hookimpl(specname=name)(lambda: fail()) for name in PER_REQUEST}
    temporary_plugin("aaa", **hooks)

    answers = [client.get(address) for address in ("/", "/zoeken/?q=rouw")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Dit werkt" in answers[0].content.decode()
    failed = {line.split("hook ")[1].split()[0] for line in said(caplog) if line.startswith("Plugin 'aaa' failed in")}
    assert {"home_sections", "home_actions", "finder_path", "search_results"} <= failed
    assert "geheim" not in caplog.text


# --- loops for ever


def endless():
    while True:
        try:
            sum(range(100))
        except Exception:  # noqa: S112 -- the fault that is tried: a loop that no error ends
            continue


@hookimpl
def endless_actions(request):
    endless()


@hookimpl
def endless_section(request):
    return [Section("Nooit klaar", CARD, {"title": Endless()})]


class Endless:
    def __str__(self) -> str:
        return endless()


class EndlessBlock(blocks.CharBlock):
    def render(self, value, context=None):
        return endless()


def test_plugin_that_loops_for_ever_is_stopped_and_left_out(
    client, noord, temporary_plugin, good_plugin, as_in_production, caplog
):
    temporary_plugin(
        "aaa",
        home_actions=endless_actions,
        home_sections=endless_section,
        register_blocks=hookimpl(lambda: [Block("aaa_line", EndlessBlock())], specname="register_blocks"),
    )

    text = client.get("/").content.decode()
    line = core_blocks.build_stream_block().child_blocks["aaa_line"].render("x")

    assert ("Dit werkt" in text, "Nooit klaar" in text, line) == (True, False, "")
    assert said(caplog) == [
        "Plugin 'aaa' failed in hook home_actions with PluginError",
        f"Plugin 'aaa' failed in section {CARD} with PluginError",
        "Plugin 'aaa' failed in block aaa_line with PluginError",
    ]
    assert client.get("/zoeken/").status_code == 200


def test_loop_in_one_thread_does_not_touch_what_others_are_doing(noord, rf, temporary_plugin, settings):
    settings.ZELFREGIE_PLUGIN_SECONDS = 0.3
    temporary_plugin("aaa", home_actions=endless_actions)
    request = rf.get("/", headers={"host": "noord.test"})
    outcomes: list[str] = []

    def other() -> None:
        total = 0
        while not done.is_set():
            total += 1
        outcomes.append("came to its end")

    done = threading.Event()
    thread = threading.Thread(target=other)
    thread.start()
    try:
        with pytest.raises(PluginError, match="hook home_actions took more than") as told:
            list(call_plugins("home_actions", request))
    finally:
        done.set()
        thread.join()

    assert (outcomes, told.value.plugin) == (["came to its end"], "aaa")
    assert Theme.objects.exists()  # the connection is as it was


# --- forgets where it is


def test_plugin_that_leaves_the_region_does_not_take_the_page_along(
    client, noord, zuid, temporary_plugin, good_plugin, as_in_production, caplog
):
    @hookimpl
    def home_actions(request):
        connection.set_schema_to_public()
        return []

    @hookimpl
    def home_sections(request):
        connection.set_tenant(zuid)
        return [Section("Uit zuid", CARD, {"title": str(HomePage.objects.get().title)})]

    temporary_plugin("aaa", home_actions=home_actions, home_sections=home_sections)

    text = client.get("/").content.decode()

    assert ("Dit werkt" in text, "Uit zuid" in text) == (True, False)
    assert said(caplog) == [
        "Plugin 'aaa' failed in hook home_sections with PluginError",
        "Plugin 'aaa' failed in hook home_actions with PluginError",
    ]


def test_plugin_that_forgets_the_region_altogether_finds_no_table(noord):
    Theme.objects.create(slug="alleen-noord", name="Alleen noord")

    with schema_context("public"), pytest.raises(DatabaseError):
        list(Theme.objects.all())


# --- keeps data of a region in the process


def test_data_of_a_region_in_a_module_global_is_what_the_sweep_finds(noord, zuid, region_client, temporary_plugin):
    """As the sweep of tests/isolation looks, and `zelfregie plugin check`: for words of one region in another."""
    kept: dict[str, str] = {}

    @hookimpl
    def search_results(request, query):
        title = kept.setdefault(query, Theme.objects.get(slug="rouw").name)
        return [SearchResult(title, "/", "", "Thema")]

    temporary_plugin("proef", search_results=search_results)
    set_plugin_enabled(zuid, "proef", enabled=True)
    Theme.objects.filter(slug="rouw").update(name="verklikker-noord")
    with tenant_context(zuid):
        Theme.objects.filter(slug="rouw").update(name="verklikker-zuid")

    pages = [region_client(region).get("/zoeken/?q=xyz").content.decode() for region in (noord, zuid)]

    assert ["verklikker-noord" in page for page in pages] == [True, True]


# --- takes the address or the name of another


class Pages(ViewSet):
    name = "proef_pages"
    url_prefix = "pages"


class Modules(ViewSet):
    name = "proef_modules"
    url_prefix = "modules/noord"


class Own(ViewSet):
    name = "proef_own"
    url_prefix = "proef-eigen"


def test_installed_plugins_shadow_nothing():
    assert shadowed_addresses() == []


def test_plugin_that_takes_an_address_of_another_is_refused_at_the_start_with_both_names(temporary_plugin):
    temporary_plugin(
        "proef",
        register_viewsets=hookimpl(lambda: [Pages(), Modules(), Own()], specname="register_viewsets"),
        register_starter_content=hookimpl(
            lambda: [StarterPage("zelfregie_core.ContentPage", "zoeken", "Zoeken")],
            specname="register_starter_content",
        ),
    )

    with pytest.raises(PluginError) as refused:
        refuse_shadowed_addresses()

    assert [str(found) for found in shadowed_addresses()] == [
        "Plugin 'proef': its viewset 'proef_pages' wants /admin/pages/, which wagtailadmin_explore_root has. "
        "Choose another url_prefix.",
        "Plugin 'proef': its viewset 'proef_modules' wants /admin/modules/noord/, which modules has. "
        "Choose another url_prefix.",
        "Plugin 'proef': its starter page wants /zoeken/, which zelfregie_core has. Choose another slug.",
    ]
    assert str(refused.value) == str(shadowed_addresses()[0])


def test_plugin_with_the_name_of_a_part_of_the_admin_is_refused(temporary_plugin):
    temporary_plugin("modules")

    assert [str(found) for found in shadowed_addresses()] == [
        "Plugin 'modules': its name is that of the addresses /admin/modules/, which modules has. Choose another name."
    ]


# --- is uninstalled while pages use its block


def test_page_with_a_block_of_a_plugin_that_is_gone_is_served_and_says_so_once(client, noord, caplog):
    core_blocks._log_unknown.cache_clear()
    body = [{"type": "weg_line", "value": "x", "id": None}, {"type": "heading", "value": "Kop"}]
    page = HomePage.objects.get().add_child(instance=ContentPage(title="Oud", slug="oud"))
    ContentPage.objects.filter(pk=page.pk).update(body=json.dumps(body))

    texts = [client.get("/oud/").content.decode() for _time in range(2)]

    assert [(text.count("Kop") > 0, "weg_line" in text) for text in texts] == [(True, False)] * 2
    assert said(caplog) == ["Pages hold the block 'weg_line', which no installed plugin brings; it is left out."]


# --- a hook that is on its way out


@hookimpl
def finder_url(request):
    return "/oude-vinder/"


@hookimpl
def finder_path(request):
    return "/nieuwe-vinder/"


def action_of(client) -> str:
    return client.get("/").content.decode().split('class="zr-search" method="get" action="')[1].split('"')[0]


def test_deprecated_hook_works_on_warns_and_is_listed(client, noord, temporary_plugin):
    old = DEPRECATED_HOOKS["finder_url"]

    with pytest.warns(PluginDeprecationWarning, match="rename it to finder_path"):
        temporary_plugin("aaa", finder_url=finder_url)

    assert action_of(client) == "/oude-vinder/"
    assert get_plugins().deprecations() == [("aaa", old)]
    assert old.sentence("aaa") == (
        "Plugin 'aaa': the hook finder_url is deprecated since zelfregie-core 0.1.0 and goes in 0.3.0: "
        "rename it to finder_path."
    )


def test_plugin_with_both_names_works_with_two_releases_of_core(client, noord, temporary_plugin):
    with pytest.warns(PluginDeprecationWarning):
        temporary_plugin("aaa", finder_url=finder_url, finder_path=finder_path)

    assert (action_of(client), get_plugins().deprecations()) == ("/nieuwe-vinder/", [])


def test_deprecated_hook_is_asked_for_under_its_new_name(noord, rf, temporary_plugin):
    temporary_plugin("aaa", finder_path=finder_path)
    request = rf.get("/", headers={"host": "noord.test"})

    with pytest.warns(PluginDeprecationWarning, match="finder_url is deprecated"):
        answers = dict(call_plugins("finder_url", request))

    assert answers["aaa"] == "/nieuwe-vinder/"


def test_check_tells_what_is_deprecated(temporary_plugin, capsys):
    with pytest.warns(PluginDeprecationWarning):
        temporary_plugin("aaa", finder_url=finder_url)

    call_command("check", tags=["compatibility"])

    assert "Plugin 'aaa': the hook finder_url is deprecated" in capsys.readouterr().err
