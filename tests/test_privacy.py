"""Personal data: everything is declared, and a person is found, copied and erased in one region and in no other."""

import io
import json
import re
import zipfile

import pytest
from django.contrib.auth import get_user_model
from django.db import models
from django_tenants.utils import tenant_context
from people_of_regions import ANNA, MADE, everything, fill, run
from wagtail.models import ModelLogEntry, PageLogEntry

from zelfregie_core.domain.privacy.coverage import looks_personal, undeclared
from zelfregie_core.domain.privacy.package import package
from zelfregie_core.domain.privacy.register import register_of_activities
from zelfregie_core.domain.privacy.requests import erase, look_up, rehearse
from zelfregie_core.models import ContentPage, SiteSettings
from zelfregie_core.plugins import ErasureRefused, Person
from zelfregie_groups.models import Group, ImportRun
from zelfregie_referrals.models import Practice
from zelfregie_stories.models import Story
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import AppliedItem, RegionEvent

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def both(shared_rows, shared_numbers):
    """Anna is everything at once, in two regions, in rows with the same keys; beside her stands Bas."""
    for model in MADE:
        shared_numbers(model)
    for slug in ("noord", "zuid"):
        with tenant_context(shared_rows[slug]):
            fill(slug)
    return shared_rows["noord"], shared_rows["zuid"]


def test_every_field_that_looks_personal_is_declared():
    assert undeclared() == []


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (models.EmailField(name="anything"), True),
        (models.GenericIPAddressField(name="seen"), True),
        (models.TextField(name="anything"), True),
        (models.JSONField(name="anything"), True),
        (models.CharField(name="first_name"), True),
        (models.CharField(name="telefoon"), True),
        (models.CharField(name="state", choices=[("a", "A")]), False),
        (models.CharField(name="slug"), False),
        (models.IntegerField(name="number"), False),
        (get_user_model()._meta.get_field("id"), False),
        (ImportRun._meta.get_field("started_by"), True),
    ],
)
def test_what_looks_personal(field, expected):
    assert looks_personal(field) is expected


@pytest.mark.parametrize(
    ("asked", "stored", "expected"),
    [
        (ANNA, "ANNA@Voorbeeld.NL", True),
        (ANNA, " anna@voorbeeld.nl ", True),
        (ANNA, "anna+groep@voorbeeld.nl", True),
        ("anna+groep@voorbeeld.nl", ANNA, False),
        ("anna+groep@voorbeeld.nl", "Anna+Groep@voorbeeld.nl", True),
        (ANNA, "hanna@voorbeeld.nl", False),
        (ANNA, "anna@voorbeeld.nl.example", False),
        (ANNA, "anna@mijnvoorbeeld.nl", False),
        ("an.na@voorbeeld.nl", "anxna@voorbeeld.nl", False),
        ("zoë@privé.nl", "zoë@xn--priv-epa.nl", True),
    ],
)
def test_address_is_the_same_however_it_is_written(asked, stored, expected):
    person = Person(asked)
    get_user_model().objects.create_user("naam", stored.strip())

    assert person.is_named_by(stored) is expected
    assert person.is_named_in(f"Mail naar {stored.strip()}, of bel.") is expected
    assert person.users().exists() is expected


@pytest.mark.parametrize("typed", ["", "anna", "anna@", "anna@a, b@c", "an na@voorbeeld.nl", "%@voorbeeld.nl\n%"])
def test_what_is_no_address_is_refused_before_anything_is_looked_for(typed):
    with pytest.raises(ValueError, match="is not an e-mail address"):
        Person(typed)


def test_everything_of_a_person_is_found_and_nothing_of_another(both):
    plan = look_up(Person(ANNA))

    assert {found.declared.item.key: len(found.rows) for found in plan.found} == {
        "accounts": 1, "comments": 1, "groups_hosts": 1, "groups_import_makers": 1, "groups_import_rows": 1,
        "groups_imported_rows": 1, "model_log": 1, "page_log": 2, "page_owners": 1, "referrals_practices": 1,
        "revision_authors": 1, "stories_sent_in": 2,
    }  # fmt: skip


def test_copy_is_for_its_person_to_read_and_of_one_region(both):
    data = package(look_up(Person(ANNA)))

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        readme, page, records = (
            archive.read(name).decode() for name in ("LEESMIJ.txt", "gegevens.html", "gegevens.json")
        )
    told = {part["onderdeel"]: part["rijen"] for part in json.loads(records)["gegevens"]}
    assert [row["Verhaal"] for row in told["Verhalen van bezoekers"]] == [
        "Over noord van anna.",
        "Over noord van anna+verhaal.",
    ]
    assert told["Accounts"][0]["Rollen"] == ["Beheerders"]
    assert "Verhalen van bezoekers: 2" in readme
    assert "Over noord van anna." in page
    assert [word for word in ("zuid", "bas@", "hanna", "gAAAA", "md5") if word in readme + page + records] == []


def test_rehearsal_changes_nothing_and_says_what_will_be_left(both):
    before = everything()

    _found, after = rehearse(Person(ANNA))

    assert (after.is_empty, everything() == before) == (True, True)


def test_erasing_leaves_nothing_here_and_touches_no_other_region(both):
    _noord, zuid = both
    with tenant_context(zuid):
        of_zuid = everything()

    before, after = erase(Person(ANNA))

    assert (len(before.found), after.found, after.mentions) == (12, (), ())
    with tenant_context(zuid):
        assert everything() == of_zuid
    group = Group.objects.get()
    assert (group.name, group.host_name, group.host_email, group.welcomed_by) == ("Groep noord", "", "", "")
    assert "anna" not in group.search_text
    assert sorted(story.contact_email for story in Story.objects.all()) == ["bas@voorbeeld.nl", "hanna@voorbeeld.nl"]
    assert get_user_model().objects.filter(email="bas@voorbeeld.nl").exists()
    assert ContentPage.objects.get(slug="rouw-bij-ons").owner is None
    assert PageLogEntry.objects.exclude(user=None).count() == 0
    assert "nna" not in str(list(ModelLogEntry.objects.values_list("label", "data")))


def test_import_does_not_bring_an_erased_address_back(both, tmp_path):
    from zelfregie_groups.domain.importing.from_file import import_groups
    from zelfregie_referrals.domain.imports import load_practices

    groups, practices = tmp_path / "groups.csv", tmp_path / "practices.csv"
    groups.write_text(f"source_id,name,themes,host_name,host_email\n7,Groep van de lijst,rouw,Anna,{ANNA}\n")
    practices.write_text(f"source_id,name,email\n1,Praktijk noord,{ANNA}\n")
    import_groups(groups)
    load_practices(practices)
    assert Group.objects.get(source_id="7").host_email == ANNA

    erase(Person(ANNA))
    import_groups(groups)
    load_practices(practices)

    assert (Group.objects.get(source_id="7").host_email, Practice.objects.get().email) == ("", "")
    assert look_up(Person(ANNA)).is_empty


def test_text_that_names_somebody_is_told_and_left_to_people(both):
    page = ContentPage.objects.get(slug="rouw-bij-ons")
    page.intro = f"Vragen? Mail {ANNA.upper()}."
    page.save()

    _before, after = erase(Person(ANNA))

    told = {(mention.table, mention.column): mention.rows for mention in after.mentions}
    assert told["zelfregie_core_contentpage", "intro"] == (str(page.pk),)


def test_last_administrator_and_contact_of_the_site_stay(both):
    get_user_model().objects.exclude(email__iexact=ANNA).delete()
    before = everything()
    with pytest.raises(ErasureRefused, match="enige beheerder"):
        erase(Person(ANNA))
    assert everything() == before

    SiteSettings.objects.update_or_create(pk=SiteSettings.load().pk, defaults={"privacy_email": "bas@voorbeeld.nl"})
    _found, after = erase(Person("bas@voorbeeld.nl"))

    assert [found.declared.item.key for found in after.found] == ["site_contacts"]
    assert SiteSettings.load().privacy_email == "bas@voorbeeld.nl"


def test_register_names_the_organisation_and_what_is_on_or_still_held(both):
    noord, _zuid = both
    details = SiteSettings.load()
    details.organisation_name, details.privacy_name, details.privacy_email = (
        "Stichting Noord",
        "Bas",
        "privacy@noord.nl",
    )
    details.save()
    for slug in ("stories", "referrals"):
        set_plugin_enabled(noord, slug, enabled=False)
    Practice.objects.all().delete()

    register = register_of_activities()

    shown = {activity.key: activity.is_off for activity in register.activities}
    assert (register.organisation, register.contact, register.contact_email) == (
        "Stichting Noord",
        "Bas",
        "privacy@noord.nl",
    )
    assert {key: off for key, off in shown.items() if key.startswith(("stories", "referrals", "groups_hosts"))} == {
        "groups_hosts": False, "stories_sent_in": True,
    }  # fmt: skip
    story = next(activity for activity in register.activities if activity.key == "stories_sent_in")
    assert "30 dagen" in dict(story.facts)["Hoe lang"]
    assert "artikel 9" in dict(story.facts)["Gegevens over gezondheid"]


def test_command_shows_first_then_erases_and_names_nobody_in_the_log(both):
    noord, zuid = both
    AppliedItem.objects.create(region=noord, kind="editor", key=ANNA)
    AppliedItem.objects.create(region=zuid, kind="editor", key=ANNA)

    shown = run("erase", ANNA, "--region", "noord")
    done = run("erase", "ANNA@voorbeeld.nl", "--region", "noord", "--yes")
    again = run("erase", ANNA, "--region", "noord", "--yes")

    assert (shown[0], done[0], again[0]) == (0, 0, 0)
    assert "Nothing was erased yet. Do it with --yes." in shown[1]
    assert "2  Verhalen van bezoekers (delete)" in done[1]
    assert f"Nothing here is of {ANNA}, and no text names it." in again[1]
    assert [item.region for item in AppliedItem.objects.filter(key=ANNA)] == [zuid]
    (event,) = RegionEvent.objects.filter(action="person_erased")
    assert (event.slug, re.search("anna", f"{event.reason}{event.operator}")) == ("noord", None)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("erase", "anna", "--region", "noord"), 2, "“anna” is not an e-mail address."),
        (("erase", ANNA, "--region", "nergens"), 1, "There is no region “nergens”."),
        (("export", "niemand@voorbeeld.nl", "--region", "noord"), 0, "No file was written."),
    ],
)
def test_command_says_what_is_wrong(both, arguments, code, says):
    found = run(*arguments)

    assert (found[0], says in found[1]) == (code, True)


def test_command_writes_a_copy_for_its_owner_only(both, tmp_path):
    target = tmp_path / "anna.zip"

    first = run("export", ANNA, "--region", "noord", "--to", str(target))
    second = run("export", ANNA, "--region", "noord", "--to", str(target))

    assert (first[0], zipfile.is_zipfile(target), target.stat().st_mode & 0o777) == (0, True, 0o600)
    assert (second[0], "is there already" in second[1]) == (1, True)
