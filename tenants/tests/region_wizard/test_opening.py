"""Changing a region that came from a folder: read, shown beside the site, decided about, applied; or thrown away."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context
from region_answers import address, launch, save, unpacked

from zelfregie_core.models import Branding, ContentPage, HomePage, SiteSettings
from zelfregie_tenants.domain.launch import launch_region
from zelfregie_tenants.domain.plan import plan_region
from zelfregie_tenants.domain.plan_items import Action, FieldLine, Plan, PlanItem, State
from zelfregie_tenants.domain.region_wizard.abandoned import KEEP, WARN
from zelfregie_tenants.domain.region_wizard.opening import is_behind
from zelfregie_tenants.interfaces.region_wizard.plan_page import plan_page
from zelfregie_tenants.models import Region, RegionDraft
from zelfregie_tenants.tasks.region_drafts import throw_away_drafts_task


def launched(instance):
    """Launch a folder from the command line's side."""
    with schema_context("public"):
        return launch_region(instance.folder, invite=False).region


def opened(coordinator, region):
    response = coordinator.post(address("open", region.pk))
    assert response.status_code == 302
    return RegionDraft.objects.get(region=region)


def check(coordinator, draft):
    return coordinator.get(address("step", draft.pk, "controle"))


def publish(page, **values):
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_opening_a_region_asks_for_no_change_and_its_download_is_the_folder(coordinator, make_instance, tmp_path):
    one, two = make_instance("parkstad"), make_instance("heuvelland")
    two.edit(
        "region.toml",
        'domains = ["heuvelland.test"]',
        'domains = ["heuvelland.test", "oud.test"]\nlanguages = ["nl", "en"]',
    )
    two.edit("region.toml", "[plugins.stories]\n", "[plugins.stories]\nkeep_days = 41\n")
    first, region = launched(one), launched(two)

    draft = opened(coordinator, region)
    page = check(coordinator, draft)

    plan = {key: page.context[key] for key in ("plan", "drift", "conflicts", "notes", "old_domains", "problems")}
    assert plan == {key: [] for key in plan}
    # Its own, and nothing of the region beside it whose rows have the same numbers.
    assert (draft.slug, draft.data["naam"]) == (
        "heuvelland",
        {"name": "Zelfregie Heuvelland", "domain": "heuvelland.test", "redirects": ["oud.test"]},
    )
    assert [who["email"] for who in draft.data["mensen"]["people"]] == [
        "anna@heuvelland.example",
        "bram@heuvelland.example",
    ]
    assert not RegionDraft.objects.filter(region=first).exists()
    folder = unpacked(coordinator, draft, tmp_path / "zip")
    assert "keep_days = 41" in (folder / "region.toml").read_text()
    with schema_context("public"):
        again = plan_region(folder)
    assert (again.changes, again.drift, again.conflicts, again.notes) == ((), (), (), ())


def test_a_coordinator_settles_conflicts_and_nothing_else_is_overwritten(coordinator, make_instance, task_queue):
    instance = make_instance("parkstad")
    instance.edit("region.toml", 'domains = ["parkstad.test"]', 'domains = ["parkstad.test", "oud.test"]')
    region = launched(instance)
    draft = opened(coordinator, region)
    with tenant_context(region):
        Branding.objects.update(primary="#8a3324", tagline="Van de redactie")
        SiteSettings.objects.update(email="redactie@parkstad.example", phone="045 111 11 11")
        publish(ContentPage.objects.get(slug="over-ons"), title="Van de redactie")
    save(coordinator, draft, "merk", {"primary": "#1f4e8c", "accent": "#8fd0c8"})
    save(
        coordinator, draft, "naam", {"name": "Zelfregie Parkstad", "domain": "nieuw.test", "redirects": "parkstad.test"}
    )
    answers = {**draft.data["organisatie"], "email": "nieuw@parkstad.example", "phone": "045 222 22 22"}
    save(coordinator, draft, "organisatie", answers)

    page = check(coordinator, draft)

    asked = {conflict.field: conflict for conflict in page.context["conflicts"]}
    colour, mail, phone = (
        f"besluit:setting {key}" for key in ("brand.primary", "organisation.email", "organisation.phone")
    )
    assert list(asked) == [colour, mail, phone]
    (sides,) = asked[colour].fields
    assert (sides.here.lines, sides.site.lines) == ((("#1f4e8c", True),), (("#8a3324", True),))
    assert page.context["drift"] == ["Zin op de voorpagina: Van de redactie", "Van de redactie"]
    assert page.context["old_domains"] == ["oud.test"]
    assert [text for lines in page.context["plan"] for text in lines.texts] == [
        "Steunkleur: #8fd0c8 (nu: #f49f6c)", "nieuw.test", "parkstad.test",
    ]  # fmt: skip

    # Somebody is faster: what was on the page is not what would happen, and the choices stay on the new page.
    with tenant_context(region):
        Branding.objects.update(accent="#f0c94d")
    choices = {colour: "take", mail: "keep"}
    seen = {"plan": page.context["plan_mark"], **choices}
    late = launch(coordinator, draft, **seen)
    assert [conflict.choice for conflict in late.context["conflicts"]] == ["take", "", "keep", ""]
    with tenant_context(region):
        assert Branding.load().primary == "#8a3324"

    assert launch(coordinator, draft, **choices).url == address("state", draft.pk)
    with tenant_context(region):
        SiteSettings.objects.update(privacy_name="Iemand anders")  # is no concern of what was agreed to
    task_queue()

    draft.refresh_from_db()
    with tenant_context(region):
        brand, details = Branding.load(), SiteSettings.load()
        title = ContentPage.objects.get(slug="over-ons").title
    assert (draft.state, brand.primary, brand.accent, brand.tagline) == (
        "ready",
        "#1f4e8c",
        "#f0c94d",
        "Van de redactie",
    )
    assert (details.email, details.phone, title) == ("redactie@parkstad.example", "045 111 11 11", "Van de redactie")
    hosts = {"nieuw.test": True, "parkstad.test": False, "oud.test": False}
    assert dict(region.domains.values_list("domain", "is_primary")) == hosts
    # What was decided is asked no more; the domain goes when that is ticked.
    again = check(coordinator, draft)
    assert [conflict.field for conflict in again.context["conflicts"]] == ["besluit:setting brand.accent", phone]
    launch(coordinator, draft, remove_domains="1")
    with tenant_context(region):
        publish(ContentPage.objects.get(slug="over-ons"), title="Nog nieuwer")
    task_queue()
    assert dict(region.domains.values_list("domain", "is_primary")) == {"nieuw.test": True, "parkstad.test": False}


def test_what_changed_after_the_button_was_pressed_is_not_overwritten_by_the_worker(
    coordinator, make_instance, task_queue
):
    region = launched(make_instance("parkstad"))
    draft = opened(coordinator, region)
    with tenant_context(region):
        Branding.objects.update(primary="#8a3324")
    save(coordinator, draft, "merk", {"primary": "#1f4e8c", "accent": "#8fd0c8"})
    launch(coordinator, draft, **{"besluit:setting brand.primary": "take"})
    with tenant_context(region):
        Branding.objects.update(primary="#5b2a86")

    task_queue()

    draft.refresh_from_db()
    with tenant_context(region):
        brand = Branding.load()
    told = [found.text for found, _label in check(coordinator, draft).context["problems"]]
    assert (draft.state, brand.primary, brand.accent) == ("editing", "#5b2a86", "#f49f6c")
    assert told == ["Op de site is intussen iets veranderd. Er is niets bijgewerkt. Bekijk het plan opnieuw."]


def test_a_launch_from_elsewhere_is_told_and_its_answers_are_read_again(coordinator, make_instance, task_queue):
    instance = make_instance("parkstad")
    region = launched(instance)
    draft = opened(coordinator, region)
    save(coordinator, draft, "merk", {"primary": "#1f4e8c", "accent": "#8fd0c8"})
    instance.edit("content/home.md", "intro: Samen verder.", "intro: Uit de map.")
    launched(instance)

    page = check(coordinator, draft)
    refused = launch(coordinator, draft)
    task_queue()

    assert (page.context["behind"], refused.status_code) == (True, 200)
    with tenant_context(region):
        assert (Branding.load().primary, HomePage.objects.get().intro) == ("#0b5d4e", "Uit de map.")
    draft = opened(coordinator, region)
    page = check(coordinator, draft)
    assert (page.context["behind"], page.context["plan"], draft.data["merk"]["primary"]) == (False, [], "#0b5d4e")
    # Of a release that kept no fingerprint: nobody knows what happened since, so the region is read again first.
    RegionDraft.objects.filter(pk=draft.pk).update(base="", source="wizard")
    save(coordinator, draft, "merk", {"primary": "#1f4e8c", "accent": "#8fd0c8"})
    page, refused = check(coordinator, draft), launch(coordinator, draft)
    task_queue()
    assert (page.context["behind"], refused.status_code) == (True, 200)
    assert "We weten niet of iemand de regio daarna buiten dit beheer heeft bijgewerkt." in page.text
    with tenant_context(region):
        assert Branding.load().primary == "#0b5d4e"
    assert not check(coordinator, opened(coordinator, region)).context["behind"]
    # And where nothing was launched yet there is nothing to be behind of.
    with schema_context("public"):
        concept = Region.objects.create(slug="concept", name="Concept")
    assert not is_behind(RegionDraft.objects.create(slug="concept", region=concept, state="failed"))


def test_abandoned_drafts_go_and_what_a_region_is_made_of_stays(coordinator, hub, draft, make_instance):
    region = launched(make_instance("parkstad"))
    read, old = opened(coordinator, region), timezone.now() - KEEP
    busy = RegionDraft.objects.create(slug="bezig", state="requested")
    own = RegionDraft.objects.create(slug="eigen", region=Region.objects.get(slug="zuid"), state="ready")
    RegionDraft.objects.update(changed_at=old - dt.timedelta(hours=1))
    fresh = RegionDraft.objects.create(slug="vers", changed_at=old + WARN - dt.timedelta(hours=1))

    page = coordinator.get(address("index"))
    with tenant_context(region):
        throw_away_drafts_task.call()  # only the hub's own run does anything
    before = RegionDraft.objects.count()
    with tenant_context(hub):
        throw_away_drafts_task.call()

    warned = {one.slug for one, going in page.context["drafts"] if going}
    assert (warned, before) == ({"kop-van-noord", "vers"}, 5)
    assert [row["region"] for row in page.context["rows"] if row["going"]] == [region]
    assert set(RegionDraft.objects.values_list("slug", flat=True)) == {busy.slug, own.slug, fresh.slug}
    # By hand: a draft that was read goes without its region; one that a region was made of does not.
    read = opened(coordinator, region)
    coordinator.post(address("delete", read.pk), {"version": read.version})
    coordinator.post(address("delete", own.pk), {"version": own.version})
    assert set(RegionDraft.objects.values_list("slug", flat=True)) == {busy.slug, own.slug, fresh.slug}
    assert Region.objects.filter(pk=region.pk).exists()


def test_versions_of_a_page_are_shown_as_people_read_them():
    def body(*texts):
        return [{"type": "paragraph", "value": "".join(f"<p>{text}</p>" for text in texts)}]

    same = ("een", "twee", "drie", "vier", "vijf")
    fields = (
        FieldLine("body", State.CONFLICT, None, body(*same, "hier"), body(*same, "op de site")),
        FieldLine("show_in_menus", State.CONFLICT, None, True, False),
    )
    note = "taken off line by hand, and changed in the folder; stays as it is until you decide"
    item = PlanItem("page", "page:over-ons", Action.CONFLICT, "Over ons", "Over ons", note, State.CONFLICT, fields)
    other = FieldLine("type", State.CONFLICT, None, "zelfregie_core.ContentPage", "another page")
    stuck = PlanItem("page", "page:contact", Action.CONFLICT, "Contact", "Contact", "", State.CONFLICT, (other,))

    found = plan_page(Plan("parkstad", False, (item, stuck)), {"besluit:page page:over-ons": "keep"}, lists=True)

    first, second = found["conflicts"]
    assert [(one.title, one.can_take, one.choice) for one in (first, second)] == [
        ("Over ons", True, "keep"),
        ("Contact", False, ""),
    ]
    text, menu = first.fields
    shortened = (("een", False), ("twee", False), ("…", False), ("vier", False), ("vijf", False))
    assert (text.label, text.here.lines) == ("Tekst", (*shortened, ("hier", True)))
    assert text.site.lines == (*shortened, ("op de site", True))
    assert (menu.here.lines, menu.site.lines, first.why) == (
        (("ja", True),),
        (("nee", True),),
        "Deze pagina staat op de site uit.",
    )
