"""A folder and a site that both moved on: what a launch applies, what waits for a decision, what is never lost."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.contrib.auth import get_user_model
from django_tenants.utils import tenant_context

from zelfregie_core.models import Branding, ContentPage, HomePage, LegalPage, ThemePage
from zelfregie_groups.models import Group
from zelfregie_tenants.cli import main
from zelfregie_tenants.domain.launch import launch_region
from zelfregie_tenants.domain.plan import plan_region
from zelfregie_tenants.domain.plan_items import Action
from zelfregie_tenants.domain.plugins import activations, set_plugin_enabled
from zelfregie_tenants.models import AppliedItem, Region

pytestmark = pytest.mark.django_db


def _run(*arguments):
    return CliRunner().invoke(main, ["region", *map(str, arguments)])


def _launch(instance, *options):
    return _run("launch", instance.folder, "--no-invite", *options)


def _told(plan):
    return {item.name: item.note for item in plan.items if item.action is not Action.KEEP}


def _publish(page, **values):
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_a_conflict_waits_for_a_decision_and_is_settled_by_it(instance):
    region = launch_region(instance.folder, invite=False).region
    with tenant_context(region):
        _publish(HomePage.objects.get(), title="Van de redactie", intro="Met de hand.")
        _publish(ContentPage.objects.get(slug="over-ons"), title="Van de redactie")
        Branding.objects.update(tagline="Van de redactie")
        get_user_model().objects.get(username="bram@parkstad.example").delete()
    instance.edit("content/home.md", "title: Welkom", "title: Uit de map")
    instance.edit("content/over-ons.md", "title: Over ons", "title: Uit de map")
    instance.edit("content/over-ons.md", "Een **eerste** regel", "Een andere regel")
    instance.edit("region.toml", 'tagline = "Vind', 'tagline = "Uit de map. Vind')
    instance.edit("region.toml", 'role = "moderator"', 'role = "editor"')
    conflicts = ["setting region.tagline", "page home", "page page:over-ons", "editor bram@parkstad.example"]

    shown = _run("plan", instance.folder, "--diff")
    data = _run("plan", instance.folder, "--json")
    undecided = _launch(instance)

    assert (shown.exit_code, data.exit_code, undecided.exit_code) == (3, 3, 3)
    lines = shown.output.splitlines()
    at = lines.index(
        "X page home: Van de redactie -> Uit de map (changed by hand, and changed in the folder; "
        "stays as it is until you decide)"
    )
    assert lines[at + 1 : at + 9] == [
        "    title (conflict)",
        "      - Welkom",
        "      f Uit de map",
        "      s Van de redactie",
        "    intro (site)",
        "      - Samen verder.",
        "      s Met de hand.",
        "X page page:over-ons: Van de redactie -> Uit de map (changed by hand, and changed in the folder; "
        "stays as it is until you decide)",
    ]
    assert f"  zelfregie region launch {instance.folder} --take folder setting region.tagline" in lines
    plan = json.loads(data.output)
    assert plan["counts"]["conflict"] == 4
    home = next(item for item in plan["items"] if item["key"] == "home")
    assert home["fields"][0] == {
        "name": "title",
        "state": "conflict",
        "base": "Welkom",
        "folder": "Uit de map",
        "site": "Van de redactie",
    }
    assert [item.name for item in plan_region(instance.folder).conflicts] == conflicts
    with tenant_context(region):
        assert HomePage.objects.get().title == "Van de redactie"

    takes = [word for name in (conflicts[0], conflicts[3]) for word in ("--take", "folder", *name.split())]
    keeps = [word for name in conflicts[1:3] for word in ("--keep", "site", *name.split())]
    decided = _launch(instance, *takes, *keeps)

    assert decided.exit_code == 0, decided.output
    assert "~ page page:over-ons: title changed by hand; stays as it is\n" in decided.output
    with tenant_context(region):
        assert Branding.load().tagline == "Uit de map. Vind mensen die hetzelfde meemaken."
        assert (HomePage.objects.get().title, HomePage.objects.get().intro) == ("Van de redactie", "Met de hand.")
        about = ContentPage.objects.get(slug="over-ons")
        assert (about.title, "Een andere regel" in about.body[0].value.source) == ("Van de redactie", True)
        assert get_user_model().objects.get(username="bram@parkstad.example").groups.get().name == "Redacteuren"
    # Decided once is enough, until the folder changes again.
    again = _launch(instance)
    assert (again.exit_code, plan_region(instance.folder).changes) == (0, ())
    instance.edit("content/home.md", "title: Uit de map", "title: Nog nieuwer")
    assert [item.name for item in plan_region(instance.folder).conflicts] == ["page home"]
    useless = _launch(instance, "--keep", "site", "page", "page:contact")
    assert (useless.exit_code, useless.output) == (
        1,
        "Error: There is nothing to decide about page page:contact. In conflict: page home.\n",
    )


def test_rows_of_an_older_release_and_what_editors_work_on(instance):
    region = launch_region(instance.folder, invite=False).region
    AppliedItem.objects.filter(region=region).update(content=None)
    with tenant_context(region):
        draft = HomePage.objects.get()
        draft.intro = "Hier werkt iemand aan."
        draft.save_revision()
        LegalPage.objects.get(kind="privacy").unpublish()
        ThemePage.objects.get(theme__slug="rouw").delete()
        made = ContentPage(title="Met de hand", slug="nieuw", intro="Van de redactie.")
        HomePage.objects.get().add_child(instance=made)
    instance.edit("content/home.md", "intro: Samen verder.", "intro: Uit de map.")
    instance.edit("content/over-ons.md", "title: Over ons", "title: Uit de map")
    instance.edit("content/rouw.md", "title: Rouw bij ons", "title: Rouw")
    instance.page("nieuw", "title: Uit de map\ntype: legal\nlegal: crisis\nslug: nieuw")
    instance.edit("content/privacy.md", "title: Privacy", "title: Privacy en jij")

    told = _told(plan_region(instance.folder))
    taken = _launch(instance, "--take", "folder", "page", "legal:privacy", "--take", "folder", "page", "theme:rouw")
    other_type = _launch(instance, "--take", "folder", "page", "legal:crisis")

    wait = "stays as it is until you decide"
    assert told == {
        "page home": f"an editor is changing it, and changed in the folder; {wait}",
        "page legal:crisis": f"made by hand, and different in the folder; {wait}",
        "page legal:privacy": f"taken off line by hand, and changed in the folder; {wait}",
        "page page:over-ons": "",
        "page theme:rouw": "removed by hand, and changed in the folder; stays away until you decide",
    }
    assert taken.exit_code == 3
    assert (other_type.exit_code, "is a page of another type on the site" in other_type.output) == (1, True)
    with tenant_context(region):
        assert HomePage.objects.get().latest_revision.content["intro"] == "Hier werkt iemand aan."
        assert (ContentPage.objects.get(slug="nieuw").title, made.pk) == ("Met de hand", made.pk)
        assert ContentPage.objects.get(slug="over-ons").title == "Uit de map"
        privacy = LegalPage.objects.get(kind="privacy")
        assert (privacy.title, privacy.live) == ("Privacy en jij", True)
        assert ThemePage.objects.get(theme__slug="rouw").title == "Rouw"
    assert set(_told(plan_region(instance.folder))) == {"page home", "page legal:crisis"}


def test_two_pages_never_get_one_address(instance):
    region = launch_region(instance.folder, invite=False).region
    with tenant_context(region):
        _publish(ContentPage.objects.get(slug="over-ons"), slug="bezet")
        HomePage.objects.get().add_child(instance=ContentPage(title="Met de hand", slug="gegevens"))
    instance.page("bezet", "title: Nieuw\ntype: content")
    instance.edit("content/privacy.md", "type: legal", "type: legal\nslug: gegevens")

    told = _told(plan_region(instance.folder))
    new = _launch(instance, "--take", "folder", "page", "page:bezet")
    moved = _launch(instance, "--take", "folder", "page", "legal:privacy")

    wait = "stays as it is until you decide"
    assert told == {
        "page legal:privacy": f"another page has the address “gegevens”, and changed in the folder; {wait}",
        "page page:bezet": f"another page has the address “bezet”, and different in the folder; {wait}",
        "page page:over-ons": "changed by hand; stays as it is",
    }
    assert (new.exit_code, "remove it or change its address there first" in new.output) == (1, True)
    assert (moved.exit_code, "page legal:privacy cannot be published as the folder has it" in moved.output) == (1, True)
    with tenant_context(region):
        assert ContentPage.objects.filter(slug="bezet").count() == 1
        assert LegalPage.objects.get(kind="privacy").slug == "privacy"


def test_what_is_in_use_is_not_lost_because_the_folder_forgets_it(instance, region_client, noord):
    instance.edit("region.toml", '["parkstad.test"]', '["parkstad.test", "heerlen.test"]')
    instance.edit("region.toml", "[plugins.stories]", "[plugins.stories]\n[plugins.national]")
    region = launch_region(instance.folder, invite=False).region
    with tenant_context(region):
        Group.objects.create(name="Rouwcafé", slug="rouwcafe")
        rows = sum(model._base_manager.count() for model in Group._meta.app_config.get_models())
    with tenant_context(noord):
        Group.objects.create(name="Van noord", slug="van-noord")
    instance.edit("region.toml", '["parkstad.test", "heerlen.test"]', '["nieuw.test"]')
    instance.edit("region.toml", "[plugins.groups]", "[plugins.groups]\nenabled = false")
    instance.edit("region.toml", "[plugins.national]\n", "")
    instance.edit(
        "region.toml", '[[editors]]\nemail = "bram@parkstad.example"', "[[editors]]\nemail = 'cees@x.example'"
    )

    first = launch_region(instance.folder, invite=False).plan

    stays = "no longer in the folder; goes on leading to the site: --remove-domains takes it away"
    told = _told(first)
    assert {name: told[name] for name in told if not name.startswith("page")} == {
        "plugin groups": f"switched off; loses nothing (it keeps {rows} rows)",
        "plugin national": "no longer in the folder; stays on: write enabled = false to switch it off "
        "(it keeps 0 rows)",
        "editor cees@x.example": "",
        "editor bram@parkstad.example": "no longer in the folder; keeps the account: block it on the site",
        "domain nieuw.test": "",
        "domain heerlen.test": stays,
        "domain parkstad.test": stays,
    }
    region = Region.objects.get(pk=region.pk)
    assert {name: row.enabled for name, row in activations(region).items()} == {
        "groups": False,
        "national": True,
        "referrals": False,
        "stories": True,
    }
    with tenant_context(region):
        assert Group.objects.get().name == "Rouwcafé"
        assert get_user_model().objects.filter(username="bram@parkstad.example", is_active=True).exists()
    response = region_client(region).get("/", headers={"host": "heerlen.test"})
    assert (response.status_code, response["Location"]) == (302, "http://nieuw.test/")

    kept = launch_region(instance.folder, invite=False).plan
    gone = launch_region(instance.folder, invite=False, remove_domains=True).plan

    assert kept.changes == ()
    assert [(item.name, item.action) for item in gone.changes] == [
        ("domain heerlen.test", Action.REMOVE),
        ("domain parkstad.test", Action.REMOVE),
    ]
    assert list(region.domains.values_list("domain", flat=True)) == ["nieuw.test"]
    assert _told(launch_region(instance.folder, invite=False).plan) == {
        name: note for name, note in told.items() if "no longer in the folder" in note and "domain" not in name
    }


def test_settings_of_a_plugin_are_merged_one_by_one(instance):
    instance.edit("region.toml", "[plugins.groups]", "[plugins.groups]\ndistance_km = 10\nfresh_groups = 3")
    region = launch_region(instance.folder, invite=False).region
    set_plugin_enabled(region, "groups", enabled=True, settings={"distance_km": 25, "fresh_groups": 3})
    set_plugin_enabled(region, "stories", enabled=False)
    instance.edit("region.toml", "fresh_groups = 3", "fresh_groups = 4")

    plan = launch_region(instance.folder, invite=False).plan

    assert _told(plan) == {
        "plugin groups": "settings.distance_km changed by hand; stays as it is",
        "plugin stories": "changed by hand; stays as it is",
    }
    rows = activations(Region.objects.get(pk=region.pk))
    assert (rows["groups"].enabled, rows["groups"].settings) == (True, {"distance_km": 25, "fresh_groups": 4})
    assert not rows["stories"].enabled
