"""Launching by the wizard: the whole way, cut short and taken up again, refused, and once more with changes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from django_tenants.utils import schema_context, tenant_context
from region_answers import (
    COLOURS,
    PEOPLE,
    PNG,
    address,
    fill,
    launch,
    people,
    save,
    stored,
    unpacked,
)

from zelfregie_core.models import Branding, SiteSettings
from zelfregie_core.plugins import Indicator, hookimpl
from zelfregie_tenants.blueprint import bake
from zelfregie_tenants.domain.plan import plan_region
from zelfregie_tenants.domain.plugins import is_plugin_enabled
from zelfregie_tenants.domain.pooling import plain_connection
from zelfregie_tenants.domain.region_lock import region_lock
from zelfregie_tenants.domain.region_wizard.area import derived_ranges
from zelfregie_tenants.domain.region_wizard.drafts import request_launch
from zelfregie_tenants.domain.region_wizard.folder import blueprint_answers
from zelfregie_tenants.manifest import read_manifest
from zelfregie_tenants.models import Domain, Region, RegionDraft
from zelfregie_tenants.tasks.worker import RegionWorker


def test_seven_steps_make_a_region_that_nobody_sees_yet_and_invite_its_people(
    coordinator, hub, region_client, task_queue, mailbox, tmp_path
):
    draft = fill(coordinator)
    check = coordinator.get(address("step", draft.pk, "controle"))
    assert (check.context["problems"], [lines.label for lines in check.context["plan"]]) == (
        [],
        ["Gegevens van de regio", "Modules", "Instellingen van de site", "Pagina's", "Mensen", "Webadres"],
    )

    assert launch(coordinator, draft).url == address("state", draft.pk)
    launch(coordinator, draft)  # pressed twice
    waiting = coordinator.get(address("state", draft.pk))
    count = task_queue()
    done = coordinator.get(address("state", draft.pk))

    draft.refresh_from_db()
    region = Region.objects.get(slug="kop-van-noord")
    stage = [entry["label"] for entry in waiting.context["stages"] if entry["is_now"]]
    assert (stage, count >= 1, draft.state, draft.region) == (["Map gemaakt"], True, "ready", region)
    assert done.context["admin_url"] == "http://kop-van-noord.test/admin/"
    assert (region.state, region.name) == (Region.State.PREPARED, "Zelfregie Kop van Noord")
    ranges = [f"{first}-{last}" for first, last in derived_ranges(["0400", "0441"])]
    assert region.area == {"municipalities": ["0400", "0441"], "postcodes": ranges}
    with tenant_context(region):
        brand, settings = Branding.objects.get(), SiteSettings.objects.get()
        names = sorted(get_user_model().objects.values_list("username", flat=True))
    assert (brand.primary, brand.accent) == (COLOURS["primary"], COLOURS["accent"])
    assert (settings.crisis_text, settings.sender_email) == ("Gaat het niet?\nBel 113.", "noreply@kop.example")
    assert names == ["els@kop.example", "omer@kop.example"]
    assert [is_plugin_enabled(region, plugin) for plugin in ("groups", "stories", "referrals")] == [True, True, False]
    assert sorted(message["To"] for message in mailbox()) == ["els@kop.example", "omer@kop.example"]
    assert region_client(region).get("/").status_code == 503
    # The folder is the region: the command finds nothing to change.
    folder = unpacked(coordinator, draft, tmp_path)
    with schema_context("public"):
        plan = plan_region(folder)
    assert (plan.changes, plan.drift, plan.conflicts, plan.notes) == ((), (), (), ())
    # Left to itself the blueprint derives the same postcodes: the two rules are one.
    answers = {key: value for key, value in blueprint_answers(draft).items() if key != "__postcodes"}
    assert read_manifest(bake(answers, tmp_path / "kaal")).area == read_manifest(folder).area


def test_a_launch_cut_short_is_taken_up_by_the_next_worker_or_at_the_press_of_a_button(
    coordinator, draft, task_queue, mailbox
):
    launch(coordinator, draft)
    RegionWorker(interval=0, batch=True).claim()  # and is never heard of again
    task_queue()
    draft.refresh_from_db()
    assert draft.state == "ready"
    # As a kill leaves it between the launch's commit and the last word about it; its task is lost as well.
    silent = {"state": "content", "region": None, "progress_at": draft.created_at - dt.timedelta(hours=1)}
    RegionDraft.objects.filter(pk=draft.pk).update(**silent)

    page = coordinator.get(address("state", draft.pk))
    coordinator.post(address("state", draft.pk))
    with region_lock(draft.slug):
        task_queue()
        draft.refresh_from_db()
        while_busy = draft.state
    DBTaskResult.objects.update(run_after=timezone.now())
    task_queue()

    draft.refresh_from_db()
    assert (page.context["may_resume"], while_busy, draft.state) == (True, "requested", "ready")
    assert (str(draft.region), len(mailbox())) == ("Zelfregie Kop van Noord", 2)


def test_what_the_platform_has_against_a_draft_names_the_step_that_puts_it_right(coordinator, draft, zuid, task_queue):
    launch(coordinator, draft)
    Domain.objects.create(tenant=zuid, domain="kop-van-noord.test")  # just before the worker came to it

    task_queue()

    draft.refresh_from_db()
    page = coordinator.get(address("state", draft.pk))
    check = coordinator.get(address("step", draft.pk, "controle"))
    text = "Een andere regio heeft intussen dit webadres. Kies een ander."
    assert (draft.state, draft.region, draft.messages) == ("failed", None, [{"step": "naam", "text": text}])
    assert [(text, step) for text, step, _label in page.context["problems"]] == [(text, "naam")]
    assert [(found.step, found.text) for found, _label in check.context["problems"]] == [("naam", text)]
    assert not Region.objects.filter(slug=draft.slug).exists()


def test_the_wizard_changes_the_region_that_it_made_and_leaves_what_was_changed_by_hand(
    coordinator, draft, task_queue, mailbox
):
    launch(coordinator, draft)
    task_queue()
    draft.refresh_from_db()
    with tenant_context(draft.region):
        Branding.objects.update(tagline="Met de hand")
    # A logo of their own, another colour, and even another name: the same region.
    save(coordinator, draft, "merk", {**COLOURS, "primary": "#1f4e8c", "logo": SimpleUploadedFile("l.png", PNG)})
    save(coordinator, draft, "mensen", people(PEOPLE[:1]))
    save(coordinator, draft, "naam", {"name": "De Kop", "slug": "iets-anders", "domain": "kop-van-noord.test"})

    check = coordinator.get(address("step", draft.pk, "controle"))
    launch(coordinator, draft)
    task_queue()

    draft.refresh_from_db()
    with tenant_context(draft.region):
        brand = Branding.objects.get()
    # An account is taken away by hand, and so is what was written by hand.
    assert check.context["notes"] == ["Ömer Kaya, moderator (omer@kop.example)"]
    assert check.context["drift"] == ["Zin op de voorpagina: Met de hand"]
    settings = [lines.texts for lines in check.context["plan"] if lines.label == "Instellingen van de site"]
    # The icon, which is drawn, has the new colour.
    assert [text.partition(" (nu: ")[0] for text in settings[0]] == [
        "Naam: Zelfregie De Kop",
        "Hoofdkleur: #1f4e8c",
        "Logo: logo.png",
        "Icoon in de browser: favicon.svg",
    ]
    assert "Hoofdkleur: #1f4e8c (nu: #0b5d4e)" in settings[0]
    assert (draft.state, draft.slug, draft.region.name) == ("ready", "kop-van-noord", "Zelfregie De Kop")
    assert (brand.primary, brand.tagline, brand.logo.name.endswith(".png")) == ("#1f4e8c", "Met de hand", True)
    assert (Region.objects.filter(slug__startswith="kop").count(), len(mailbox())) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_launch_is_one_transaction(hub, temporary_plugin, task_queue, mailbox):
    """Everything is committed here, so that the second connection, which tells how far it is, sees the draft."""
    seen = []

    def count():
        with plain_connection() as session:
            seen.append(session.execute("SELECT state FROM zelfregie_tenants_regiondraft").fetchone()[0])
        return 1

    def register_indicators():
        return [Indicator("aantal", "Aantal", "Telt.", 1, count)]

    temporary_plugin("teller", register_indicators=hookimpl(register_indicators))
    data = {**stored(), "modules": {"enabled": ["teller"]}}
    draft = RegionDraft.objects.create(slug="kop-van-noord", data=data, step="controle")
    with tenant_context(hub):
        request_launch(draft, version=1, by="imane")

    task_queue()

    draft.refresh_from_db()
    assert (set(seen), draft.state, draft.region.state) == ({"schema"}, "ready", "prepared")
