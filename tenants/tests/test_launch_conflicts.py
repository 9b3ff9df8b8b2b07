"""What the platform has against a folder that is fine in itself, and how the command says so."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from django_tenants.utils import tenant_context

from zelfregie_core.models import ContentPage
from zelfregie_tenants.cli.region import region as command
from zelfregie_tenants.domain.launch import launch_region
from zelfregie_tenants.domain.plan import plan_region
from zelfregie_tenants.manifest import ManifestError
from zelfregie_tenants.models import Region

pytestmark = pytest.mark.django_db


def _conflicts(instance) -> list[tuple[str, str, str]]:
    """Return what a plan is refused for; a launch must be refused for the same."""
    with pytest.raises(ManifestError) as planned:
        plan_region(instance.folder)
    with pytest.raises(ManifestError) as launched:
        launch_region(instance.folder)
    assert planned.value.problems == launched.value.problems
    return [(problem.key, problem.message, problem.remedy) for problem in planned.value.problems]


def test_two_folders_with_one_slug_are_refused_until_the_second_adopts(instance, make_instance):
    launch_region(instance.folder, invite=False)
    other = make_instance("parkstad", "elders")
    other.edit("region.toml", 'name = "Stichting Parkstad"', 'name = "Vereniging Parkstad"')
    other.edit("region.toml", 'tagline = "Vind', 'tagline = "Hier vind')

    assert _conflicts(other) == [
        (
            "region.slug",
            '"parkstad" is already taken by Zelfregie Parkstad, launched from another folder.',
            "Choose another slug. Is it the same region under a new name? Then launch once with --adopt.",
        )
    ]
    adopted = launch_region(other.folder, adopt=True, invite=False)
    assert [item.key for item in adopted.plan.changes] == ["tagline", "region.tagline", "organisation.name"]
    assert plan_region(other.folder).changes == ()


def test_a_copy_of_the_folder_elsewhere_is_the_same_region(instance, make_instance):
    launch_region(instance.folder, invite=False)

    assert plan_region(make_instance("parkstad", "elders").folder).changes == ()


def test_a_domain_of_another_region_is_refused(instance):
    instance.edit("region.toml", '["parkstad.test"]', '["parkstad.test", "noord.test"]')

    assert _conflicts(instance) == [
        (
            "region.domains",
            '"noord.test" already leads to Zelfregie Noord (noord).',
            "Choose another domain, or take it away from that region first.",
        )
    ]
    assert not Region.objects.filter(slug="parkstad").exists()


def test_the_kind_of_a_region_cannot_change_and_there_is_one_hub(instance):
    launch_region(instance.folder, invite=False)
    instance.edit("region.toml", 'slug = "parkstad"', 'slug = "parkstad"\nkind = "national"')

    assert _conflicts(instance) == [
        (
            "region.kind",
            'is "national", and parkstad was launched as "region".',
            "The kind of a region cannot change: choose another slug.",
        ),
        ("region.kind", "there is a national hub already: landelijk.", 'Use kind = "region".'),
    ]


def test_an_archived_region_is_not_launched_again(instance):
    region = launch_region(instance.folder, invite=False).region
    Region.objects.filter(pk=region.pk).update(state="archived")

    assert _conflicts(instance) == [
        (
            "region.slug",
            "parkstad is archived.",
            "Choose another slug, or take it out of the archive: zelfregie region unarchive parkstad.",
        )
    ]


def test_a_suspended_region_stays_so(instance):
    region = launch_region(instance.folder, invite=False).region
    Region.objects.filter(pk=region.pk).update(state="suspended")

    assert launch_region(instance.folder, invite=False).region.state == "suspended"


def test_settings_that_a_plugin_does_not_know_are_refused(instance):
    instance.edit("region.toml", "[plugins.stories]", "[plugins.stories]\nnonsense = 3")

    ((key, message, _remedy),) = _conflicts(instance)

    assert key == "plugins.stories.nonsense"
    assert message.startswith("is not a setting of plugin 'stories'.")


def test_a_page_at_the_address_of_a_plugins_page_is_refused(instance):
    instance.page("verhalen", "title: Verhalen\ntype: content")

    assert _conflicts(instance) == [
        (
            "slug",
            '"verhalen" is the address of a page that Zelfregie or a plugin makes itself.',
            "Choose another slug for this page.",
        )
    ]


def test_plan_command_shows_what_a_launch_would_do(instance):
    result = CliRunner().invoke(command, ["plan", str(instance.folder)])

    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0] == "parkstad is new."
    assert "+ editor bram@parkstad.example: Bram van der Proef, moderator" in lines
    assert lines[-1] == f"To carry this out: zelfregie region launch {instance.folder}"


def test_launch_command_reports_and_ends_well(instance):
    first = CliRunner().invoke(command, ["launch", str(instance.folder), "--no-invite"])
    with tenant_context(Region.objects.get(slug="parkstad")):
        ContentPage.objects.get(slug="over-ons").unpublish()
    second = CliRunner().invoke(command, ["launch", str(instance.folder), "--no-invite"])

    assert (first.exit_code, first.output) == (0, "Zelfregie Parkstad is online: http://parkstad.test/\n")
    assert (second.exit_code, second.output) == (
        0,
        "Zelfregie Parkstad is up to date: http://parkstad.test/\n"
        "! page page:over-ons: taken off line by hand; stays as it is\n",
    )


@pytest.mark.parametrize("verb", ["plan", "launch"])
def test_commands_list_every_problem_with_its_remedy(instance, verb):
    instance.edit("region.toml", 'primary = "#0b5d4e"', 'primary = "groen"')
    instance.edit("region.toml", "[plugins.stories]", "[plugins.storys]")

    result = CliRunner().invoke(command, [verb, str(instance.folder)])

    assert result.exit_code == 1
    assert result.output == (
        f"{instance.folder}: 2 things to put right.\n\n"
        "region.toml:11 brand.primary\n"
        '  is "groen", which is not a colour. Write # and six hex digits: "#7a1f5c".\n'
        "region.toml:29 plugins.storys\n"
        '  is not an installed plugin. Did you mean "stories"? Or install the distribution that brings it.\n'
    )


def test_commands_say_how_they_are_used():
    result = CliRunner().invoke(command, ["launch"])

    assert result.exit_code == 2
    assert "Missing argument 'DIR'" in result.output


def test_launch_command_refuses_a_known_password_for_a_real_region(instance):
    instance.edit("region.toml", "demo = true", "demo = false")

    result = CliRunner().invoke(command, ["launch", str(instance.folder), "--demo-password", "geheim"])

    assert result.exit_code == 1
    assert result.output == (
        "Error: A known password is only for demonstrations: set demo = true below [hosting], "
        "or leave the password out.\n"
    )
