"""Switching a module by hand: what it says first, what it needs, what is on record, and that nothing is lost."""

import json
from pathlib import Path

import pytest
from django.utils import translation
from django_tenants.utils import tenant_context

from zelfregie_core.models import ContentPage, HomePage, Theme
from zelfregie_core.plugins import hookimpl
from zelfregie_core.plugins.deprecation import PluginDeprecationWarning
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_stories.models import Story, StoryIndexPage
from zelfregie_tenants.domain.modules.effects import RowCount, count_effects
from zelfregie_tenants.domain.modules.needs import pulled_in
from zelfregie_tenants.domain.modules.switch import Switched, SwitchRefused, enabled_now, switch_off, switch_on
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import RegionEvent

pytestmark = pytest.mark.django_db


@hookimpl
def directory_entries(text, keys):
    return []


@hookimpl
def finder_url(request):
    return None


def fill(stories: int, blocks: int) -> None:
    """Give the current region pages, rows, blocks and links of the stories plugin."""
    home = HomePage.objects.get()
    index = home.add_child(instance=StoryIndexPage(title="Verhalen", slug="verhalen", show_in_menus=True))
    Story.objects.bulk_create(Story(title=f"V{n}", author_name="K", body="Tekst") for n in range(stories))
    teaser = {"type": "stories_teaser", "value": {"title": "Meer", "theme": "", "number": 2}}
    link = {"type": "paragraph", "value": f'<p><a linktype="page" id="{index.pk}">Lees verhalen</a></p>'}
    body = json.dumps([*[teaser] * blocks, link, {"type": "heading", "value": "stories_teaser"}])
    home.add_child(instance=ContentPage(title="Over ons", slug="over-ons", body=body))
    home.add_child(instance=ContentPage(title="Ook", slug="ook", body=json.dumps([teaser])))


def test_effects_are_counted_per_region_in_a_number_of_queries_that_does_not_grow(
    noord, zuid, django_assert_max_num_queries
):
    fill(stories=3, blocks=2)
    with tenant_context(zuid):
        fill(stories=1, blocks=1)

    with django_assert_max_num_queries(7):
        here = count_effects(noord, "stories")
    there = count_effects(zuid, "stories")

    assert [(str(page.label), page.total, page.live) for page in here.pages] == [
        (str(StoryIndexPage._meta.verbose_name), 1, 1)
    ]
    assert (here.in_menu, here.links, here.blocks, here.block_pages) == (1, 1, 3, 2)
    assert RowCount(Story._meta.verbose_name_plural, 3) in here.rows
    assert (here.addresses, here.listings) == (True, 0)
    assert (there.blocks, there.block_pages, there.links) == (2, 2, 1)
    assert RowCount(Story._meta.verbose_name_plural, 1) in there.rows


def test_effects_of_every_installed_plugin_can_be_counted(noord, hub):
    empty = {slug: count_effects(noord, slug).blocks for slug in get_plugins().slugs()}

    assert set(empty.values()) == {0}


def test_off_and_on_keeps_everything_and_says_who_did_it(noord):
    fill(stories=2, blocks=1)
    before = count_effects(noord, "stories")

    switched = switch_off(noord, "stories", operator="anna"), switch_on(noord, "stories", operator="bram")

    assert (switched, count_effects(noord, "stories")) == ((True, Switched(("stories",))), before)
    events = RegionEvent.objects.filter(slug="noord").order_by("pk")
    assert [(event.action, event.reason, event.operator) for event in events] == [
        ("plugin_off", "stories", "anna"),
        ("plugin_on", "stories", "bram"),
    ]
    assert switch_on(noord, "stories", operator="bram") == Switched(())
    assert events.count() == 2


def test_module_that_came_after_the_launch_has_its_starter_page_ready_as_a_draft(noord, run):
    switch_off(noord, "stories", operator="anna")
    home = HomePage.objects.get()
    StoryIndexPage.objects.all().delete()
    home.get_children().filter(slug__startswith="verhalen").delete()
    home.add_child(instance=ContentPage(title="Al bezet", slug="verhalen"))

    looked = run("plugin", "enable", "noord", "stories", "--dry-run")[1].splitlines()[-1]
    with translation.override("en"):
        first = run("plugin", "enable", "noord", "stories")[1].splitlines()[-2:]
    switch_off(noord, "stories", operator="anna")
    again = switch_on(noord, "stories", operator="bram")

    page = StoryIndexPage.objects.get()
    assert looked == "A draft of the page “Verhalen” would be made."
    assert first == [
        "stories is now on in noord.",
        "A draft of the page “Verhalen” stands ready; an editor publishes it.",
    ]
    assert (page.title, page.slug, page.live, page.show_in_menus, page.get_parent().specific) == (
        "Verhalen",
        "verhalen-2",
        False,
        True,
        home,
    )
    assert page.get_latest_revision().as_object().title == "Verhalen"
    assert again == Switched(("stories",))


def test_module_that_another_one_needs_cannot_go_off_first(noord, run):
    with pytest.raises(SwitchRefused) as refused:
        switch_off(noord, "groups", operator="anna")

    assert str(refused.value) == (
        "referrals needs groups. Switch that off first: `zelfregie plugin disable noord referrals`."
    )
    assert refused.value.dependents == ("referrals",)
    assert run("plugin", "disable", "noord", "groups")[1].splitlines()[-1] == f"Error: {refused.value}"
    assert "groups" in enabled_now(noord)


def test_module_is_switched_on_together_with_what_it_needs(noord, run):
    for slug in ("referrals", "groups"):
        switch_off(noord, slug, operator="anna")

    refused = run("plugin", "enable", "noord", "referrals")
    looked = run("plugin", "enable", "noord", "referrals", "--with-needed", "--dry-run")
    between = enabled_now(noord)
    done = run("plugin", "enable", "noord", "referrals", "--with-needed")

    assert (refused[0], refused[1].splitlines()[-1]) == (
        1,
        "Error: referrals needs groups in noord. Switch on both: "
        "`zelfregie plugin enable noord referrals --with-needed`.",
    )
    assert (looked[0], "groups" in between) == (0, False)
    assert done[1].splitlines()[-4:] == [
        "groups is now on in noord.",
        "referrals is now on in noord.",
        "A draft of the page “Groepen” stands ready; an editor publishes it.",
        "A draft of the page “Ik heb een verwijskaart” stands ready; an editor publishes it.",
    ]


def test_need_that_several_modules_fulfil_is_a_choice(temporary_plugin, noord):
    for slug in ("referrals", "groups"):
        switch_off(noord, slug, operator="anna")
    temporary_plugin("kaart", directory_entries=directory_entries)
    switch_off(noord, "kaart", operator="anna")

    with pytest.raises(SwitchRefused) as refused:
        switch_on(noord, "referrals", operator="anna", with_needed=True)
    switch_on(noord, "kaart", operator="anna")

    assert str(refused.value) == (
        "referrals needs groups or kaart. Choose one: `zelfregie plugin enable noord PLUGIN`."
    )
    assert switch_on(noord, "referrals", operator="anna").plugins == ("referrals",)


def test_needs_are_followed_to_the_end_and_round_in_a_circle(temporary_plugin, noord):
    temporary_plugin("een", REQUIRES=("twee",))
    temporary_plugin("twee", REQUIRES=("drie",))
    temporary_plugin("drie", REQUIRES=("een",))
    temporary_plugin("vier", REQUIRES=("nergens",))

    first, open_needs = pulled_in("een", [])
    _none, missing = pulled_in("vier", [])

    assert (first, open_needs) == (["drie", "twee"], [])
    assert [need.sentence for need in missing] == [
        "vier needs nergens, and no plugin that is installed here brings it."
    ]


def test_command_says_what_goes_out_of_sight(noord, run):
    fill(stories=2, blocks=1)
    set_plugin_enabled(noord, "stories", enabled=True)

    lines = run("plugin", "disable", "noord", "stories", "--dry-run")[1].splitlines()

    assert lines[0] == "stories in noord: what goes out of sight, and is kept:"
    assert lines[1] == f"  1 page (1 live): {StoryIndexPage._meta.verbose_name}"
    assert "  2 rows: verhalen" in lines
    assert lines[-4:] == [
        "  1 place in the menu of the site",
        "  2 blocks",
        "  2 pages with such a block",
        "  1 other page that links to these",
    ]
    assert ("stories" in enabled_now(noord), Theme.objects.exists()) == (True, True)


def test_commands_of_the_how_to_work(noord, run):
    text = (Path(__file__).parents[3] / "docs" / "how-to" / "switch-a-module.md").read_text(encoding="utf-8")
    section = text.split("## On the command line")[1].split("##")[0]
    commands = [line[2:].replace("twente", "noord").split()[1:] for line in section.splitlines() if line[:2] == "$ "]

    codes = [run(*command)[0] for command in commands]

    assert codes == [0] * 4
    assert list(RegionEvent.objects.order_by("pk").values_list("action", "reason")) == [
        ("plugin_off", "stories"),
        ("plugin_on", "stories"),
    ]


def test_list_says_what_a_plugin_needs_and_what_of_it_will_go(noord, zuid, temporary_plugin, run):
    with pytest.warns(PluginDeprecationWarning):
        temporary_plugin("proef", version="1.4", REQUIRES=("groups",), finder_url=finder_url)

    lines = run("plugin", "list")[1].splitlines()

    at = lines.index("proef (zelfregie-proef 1.4)")
    assert lines[at + 3 : at + 5] == ["  on in: noord", "  proef needs groups."]
    assert lines[-1] == get_plugins().deprecations()[0][1].sentence("proef")
