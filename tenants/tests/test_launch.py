"""Launching a region: what is there afterwards, and what a second launch leaves alone."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django_tenants.utils import tenant_context
from wagtail.models import Page, ReferenceIndex, Site

from zelfregie_core.models import Branding, ContentPage, SiteSettings, ThemePage
from zelfregie_core.plugins import InstanceFile, PluginError, hookimpl
from zelfregie_tenants.domain.launch import LaunchRefused, launch_region
from zelfregie_tenants.domain.plan import plan_offline, plan_region
from zelfregie_tenants.domain.plan_items import Action
from zelfregie_tenants.domain.plugins import activations, set_plugin_enabled
from zelfregie_tenants.domain.region_lock import RegionBusy, region_lock
from zelfregie_tenants.domain.schemas import schema_exists
from zelfregie_tenants.manifest import read_manifest
from zelfregie_tenants.models import AppliedItem, Region

pytestmark = pytest.mark.django_db

GROUPS = "source_id,name,themes,description,audience,form,location_name,address,postal_code,city,weekday,start_time\n"


def _launch(instance):
    return launch_region(instance.folder, invite=False)


def _actions(plan) -> dict[str, Action]:
    """Return what a plan does, without what stays as it is."""
    return {f"{item.kind} {item.key}": item.action for item in plan.items if item.action is not Action.KEEP}


def test_launch_puts_a_region_online(instance, region_client):
    result = _launch(instance)

    region = Region.objects.get(slug="parkstad")
    assert (region.state, region.name, region.is_demo) == ("launched", "Zelfregie Parkstad", True)
    assert region.area == {"municipalities": ["0917", "0928"], "postcodes": ["6400-6479"]}
    assert {name: row.enabled for name, row in activations(region).items()} == {
        "groups": True,
        "stories": True,
        "referrals": False,
    }
    response = region_client(region).get("/")
    assert response.status_code == 200
    assert "Zelfregie Parkstad" in response.text
    assert result.url == "http://parkstad.test"
    assert (result.plan.is_new, result.plan.drift, result.row_problems) == (True, (), 0)


def test_launch_writes_pages_brand_and_people(instance):
    region = _launch(instance).region

    with tenant_context(region):
        site = Site.objects.get()
        assert (site.hostname, site.root_page.title) == ("parkstad.test", "Welkom")
        page = ContentPage.objects.get(slug="over-ons")
        assert page.get_parent().pk == site.root_page_id
        first, second, third, fourth = page.body
        assert first.value.source == (
            '<p>Een <strong>eerste</strong> regel met een <a href="https://example.nl">adres</a>.</p>'
        )
        assert (second.block_type, second.value) == ("heading", "Tips")
        assert third.value.source == "<ul>\n<li>Kom langs</li>\n<li>Neem <em>iemand</em> mee</li>\n</ul>"
        assert (fourth.block_type, fourth.value["text"]) == ("quote", "Ik was niet alleen.")
        assert ThemePage.objects.get(theme__slug="rouw").title == "Rouw bij ons"
        assert ThemePage.objects.get(theme__slug="burn-out").body[0].value["items"][0].startswith("Ga met je klachten")
        assert Branding.load().primary == "#0b5d4e"
        with Branding.load().logo.open() as logo:
            assert logo.read() == (instance.folder / "brand/logo.svg").read_bytes()
        assert SiteSettings.load().privacy_name == "Anna Voorbeeld"
        people = {user.username: (user.last_name, user.groups.get().name) for user in get_user_model().objects.all()}
        assert people == {
            "anna@parkstad.example": ("Voorbeeld", "Beheerders"),
            "bram@parkstad.example": ("van der Proef", "Moderatoren"),
        }
        assert not any(user.check_password("") for user in get_user_model().objects.all())
        assert Page.find_problems() == ([], [], [], [], [])
        for page in Page.objects.specific():
            ReferenceIndex.create_or_update_for_object(page)
        assert not ReferenceIndex.objects.filter(base_content_type__model="page").exclude(model_path="locale").exists()


def test_launching_again_changes_nothing(instance):
    region = _launch(instance).region
    with tenant_context(region):
        before = list(Page.objects.order_by("pk").values())
    applied = AppliedItem.objects.count()

    result = _launch(instance)

    assert _actions(result.plan) == {}
    assert AppliedItem.objects.count() == applied
    with tenant_context(region):
        assert list(Page.objects.order_by("pk").values()) == before


def test_plan_writes_nothing_and_equals_the_launch(instance):
    plan = plan_region(instance.folder)

    assert not Region.objects.filter(slug="parkstad").exists()
    assert not schema_exists("region_parkstad")
    assert {item.action for item in plan.items} == {Action.CREATE}
    assert plan == plan_offline(read_manifest(instance.folder))
    assert plan == _launch(instance).plan


def test_a_newer_folder_updates_what_nobody_touched(instance):
    region = _launch(instance).region
    instance.edit("content/over-ons.md", "Een **eerste** regel", "Een andere regel")
    instance.edit("region.toml", 'primary = "#0b5d4e"', 'primary = "#1f4e8c"')
    instance.edit("region.toml", 'role = "moderator"', 'role = "editor"')
    instance.edit("region.toml", '["parkstad.test"]', '["nieuw.test", "parkstad.test"]')
    wanted = {
        "setting brand.primary": Action.UPDATE,
        "page page:over-ons": Action.UPDATE,
        "editor bram@parkstad.example": Action.UPDATE,
        "domain nieuw.test": Action.CREATE,
        "domain parkstad.test": Action.UPDATE,
    }

    assert _actions(plan_region(instance.folder)) == wanted
    assert _actions(_launch(instance).plan) == wanted
    assert _actions(_launch(instance).plan) == {}

    with tenant_context(region):
        assert "Een andere regel" in ContentPage.objects.get(slug="over-ons").body[0].value.source
        assert Branding.load().primary == "#1f4e8c"
        assert get_user_model().objects.get(username="bram@parkstad.example").groups.get().name == "Redacteuren"
        assert Site.objects.get().hostname == "nieuw.test"


def test_what_was_changed_by_hand_is_reported_and_never_overwritten(instance):
    region = _launch(instance).region
    with tenant_context(region):
        page = ContentPage.objects.get(slug="over-ons")
        page.title = "Wie wij zijn"
        page.save_revision().publish()
        brand = Branding.load()
        brand.tagline = "Met de hand"
        brand.save()
        get_user_model().objects.get(username="bram@parkstad.example").delete()
        ThemePage.objects.get(theme__slug="roken").unpublish()
        ThemePage.objects.get(theme__slug="slaap").delete()
        draft = ThemePage.objects.get(theme__slug="rouw")
        draft.intro = "Hier werkt iemand aan."
        draft.save_revision()
    set_plugin_enabled(region, "stories", enabled=False)
    instance.edit("content/over-ons.md", "Een **eerste** regel", "Een andere regel")
    instance.edit("content/rouw.md", "Een **eerste** regel", "Een andere regel")
    instance.edit("region.toml", 'primary = "#0b5d4e"', 'primary = "#1f4e8c"')

    result = _launch(instance)

    assert _actions(result.plan) == {
        "plugin stories": Action.DRIFT,
        "setting region.tagline": Action.DRIFT,
        "setting brand.primary": Action.UPDATE,
        "page page:over-ons": Action.UPDATE,
        "page theme:roken": Action.DRIFT,
        "page theme:slaap": Action.DRIFT,
        "page theme:rouw": Action.CONFLICT,
        "editor bram@parkstad.example": Action.DRIFT,
    }
    with tenant_context(region):
        page = ContentPage.objects.get(slug="over-ons")
        assert (page.title, "Een andere regel" in page.body[0].value.source) == ("Wie wij zijn", True)
        assert Branding.load().tagline == "Met de hand"
        assert Branding.load().primary == "#1f4e8c"
        assert ThemePage.objects.get(theme__slug="rouw").has_unpublished_changes
        assert not ThemePage.objects.filter(theme__slug="slaap").exists()
        assert not activations(Region.objects.get(slug="parkstad"))["stories"].enabled


def test_a_page_whose_address_was_changed_is_recognised(instance):
    region = _launch(instance).region
    with tenant_context(region):
        page = ContentPage.objects.get(slug="over-ons")
        page.slug = "wie-wij-zijn"
        page.save()

    assert _actions(_launch(instance).plan) == {"page page:over-ons": Action.DRIFT}


def test_saving_a_page_in_the_editor_without_a_change_is_no_drift(instance):
    region = _launch(instance).region
    with tenant_context(region):
        page = ContentPage.objects.get(slug="over-ons")
        raw = [dict(block) for block in page.body.raw_data]
        raw[0]["value"] = (
            '<p data-block-key="a1b2c">Een <b>eerste</b> regel met een <a href="https://example.nl">adres</a>.</p>'
        )
        raw[2]["value"] = (
            raw[2]["value"].replace("\n", "").replace("em>", "i>").replace("<li>", '<li data-block-key="x">')
        )
        page.body = page.body.stream_block.to_python(raw)
        page.save_revision().publish()

    assert _actions(plan_region(instance.folder)) == {}


def test_what_left_the_folder_stays_on_the_site_and_is_noted(instance):
    region = _launch(instance).region
    (instance.folder / "content/over-ons.md").unlink()
    instance.edit("region.toml", "[plugins.stories]\n", "")

    result = _launch(instance)

    assert _actions(result.plan) == {
        "plugin stories": Action.NOTE,
        "page page:over-ons": Action.NOTE,
        "page page:verhalen": Action.NOTE,
    }
    with tenant_context(region):
        assert ContentPage.objects.filter(slug="over-ons", live=True).exists()


def test_people_are_invited_once_and_choose_their_own_password(instance, mailbox, region_client):
    result = launch_region(instance.folder)

    assert [(invitation.email, invitation.sent) for invitation in result.invitations] == [
        ("anna@parkstad.example", True),
        ("bram@parkstad.example", True),
    ]
    message = mailbox()[0]
    assert message["To"] == "anna@parkstad.example"
    assert message["From"] == "Zelfregie Parkstad <noreply@parkstad.example>"
    path = re.search(r"http://parkstad\.test(/\S+)", message.get_content())[1]
    browser = region_client(result.region)
    form = browser.get(path, follow=True)
    chosen = {"new_password1": "fietsen-door-limburg", "new_password2": "fietsen-door-limburg"}
    browser.post(form.request["PATH_INFO"], chosen)
    assert browser.login(username="anna@parkstad.example", password="fietsen-door-limburg")
    assert launch_region(instance.folder).invitations == ()
    assert len(mailbox()) == 2


def test_an_invitation_that_could_not_be_sent_is_sent_by_the_next_launch(instance, settings, mailbox):
    port = settings.EMAIL_PORT
    settings.EMAIL_PORT = 1
    first = launch_region(instance.folder)
    settings.EMAIL_PORT = port

    second = launch_region(instance.folder)

    assert [invitation.sent for invitation in first.invitations] == [False, False]
    assert [invitation.sent for invitation in second.invitations] == [True, True]
    assert len(mailbox()) == 2


def test_known_passwords_are_for_demonstrations_only(instance, region_client):
    passwords = {"administrator": "demo-beheerder"}

    region = launch_region(instance.folder, demo_passwords=passwords).region

    browser = region_client(region)
    assert browser.login(username="anna@parkstad.example", password="demo-beheerder")
    assert not browser.login(username="bram@parkstad.example", password="demo-beheerder")
    instance.edit("region.toml", "demo = true", "demo = false")
    with pytest.raises(LaunchRefused, match="only for demonstrations"):
        launch_region(instance.folder, demo_passwords=passwords)


def test_a_bad_row_is_reported_and_the_others_are_kept(instance):
    good = "1,Rouwcafé,rouw,Samen praten.,self,in_person,Buurthuis,Markt 1,6411 AA,Heerlen,dinsdag,19:30\n"
    instance.write("groups.csv", GROUPS + good + good.replace("1,Rouwcafé", "2,Tweede").replace("dinsdag", "noddag"))

    result = _launch(instance)

    report = result.reports["groups.csv"]
    assert (report.created, [problem.row for problem in report.problems]) == (1, [3])
    again = _launch(instance)
    assert _actions(again.plan) == {"file groups.csv": Action.UPDATE}
    instance.write("groups.csv", GROUPS + good)
    assert _actions(_launch(instance).plan) == {"file groups.csv": Action.UPDATE}
    assert _actions(_launch(instance).plan) == {}


def test_a_launch_that_fails_leaves_a_draft_that_the_next_one_completes(instance, temporary_plugin):
    def fail(path):
        raise RuntimeError("the disk is full")

    @hookimpl
    def register_instance_files():
        return [InstanceFile("mishap.csv", fail)]

    temporary_plugin("mishap", register_instance_files=register_instance_files)
    instance.write("mishap.csv", "a\n1\n")
    instance.edit("region.toml", "[hosting]", "[plugins.mishap]\n[hosting]")
    with pytest.raises(PluginError, match=r"mishap\.csv with RuntimeError: the disk is full\. Nothing was launched\."):
        _launch(instance)

    assert Region.objects.get(slug="parkstad").state == "draft"
    assert not schema_exists("region_parkstad")
    assert not Region.objects.get(slug="parkstad").domains.exists()
    instance.edit("region.toml", "[plugins.mishap]\n", "")
    assert _launch(instance).region.state == "launched"


def test_two_launches_of_one_region_do_not_collide(instance):
    with region_lock("parkstad"), pytest.raises(RegionBusy, match="Someone else is working on parkstad"):
        _launch(instance)

    assert not Region.objects.filter(slug="parkstad").exists()
    assert _launch(instance).region.state == "launched"


def test_launch_leaves_the_connection_where_it_was(instance, noord):
    _launch(instance)

    assert connection.tenant == noord
