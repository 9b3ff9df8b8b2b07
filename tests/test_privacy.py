"""Personal data: everything is declared, and a person is found, copied and erased in one region and in no other."""

import base64
import datetime as dt
import io
import json
import logging
import re
import zipfile

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group as Role
from django.db import connection, models
from django.urls import reverse
from django.utils import timezone
from django_tenants.utils import tenant_context
from wagtail.log_actions import log
from wagtail.models import Comment, ModelLogEntry, Page, PageLogEntry, Site

from zelfregie_core.checks import check_encryption_keys
from zelfregie_core.domain.privacy.coverage import looks_personal, undeclared
from zelfregie_core.domain.privacy.package import package
from zelfregie_core.domain.privacy.register import register_of_activities
from zelfregie_core.domain.privacy.requests import erase, look_up, rehearse
from zelfregie_core.domain.privacy.rotation import keys_in_use, rotate, unknown_keys
from zelfregie_core.domain.roles import GROUP_NAMES
from zelfregie_core.encryption import OLD_FORM, PLAIN, key_id
from zelfregie_core.models import ContentPage, SiteSettings
from zelfregie_core.plugins import ErasureRefused, Person
from zelfregie_core.tasks import keep_terms_task
from zelfregie_groups.models import Group, ImportedRow, ImportRun, ImportRunRow, ImportSource
from zelfregie_referrals.models import Practice
from zelfregie_stories.models import Story
from zelfregie_tenants.checks import check_text_keys
from zelfregie_tenants.cli import main
from zelfregie_tenants.domain.backup.contents import Contents
from zelfregie_tenants.domain.backup.encryption_keys import refuse_missing
from zelfregie_tenants.domain.backup.errors import BackupProblem
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import AppliedItem, Region, RegionEvent
from zelfregie_tenants.tasks.schedule import enqueue_due_tasks

pytestmark = pytest.mark.django_db
ANNA = "anna@voorbeeld.nl"
KEY = Fernet.generate_key().decode()


@pytest.fixture(scope="module")
def both(shared_rows, shared_numbers):
    """Anna is everything at once, in two regions, in rows with the same keys; beside her stands Bas."""
    made = [Story, Group, ImportedRow, ImportRunRow, Practice, Page, Comment, get_user_model()]
    for model in made:
        shared_numbers(model)
    for slug in ("noord", "zuid"):
        with tenant_context(shared_rows[slug]):
            _fill(slug)
    return shared_rows["noord"], shared_rows["zuid"]


def _fill(slug):
    users = get_user_model().objects
    anna = users.create_user("Anna@Voorbeeld.nl", "Anna@Voorbeeld.nl", first_name=f"Anna {slug}")
    users.create_user("bas@voorbeeld.nl", "bas@voorbeeld.nl")
    for user in users.filter(email__iendswith="voorbeeld.nl"):
        user.groups.add(Role.objects.get(name=GROUP_NAMES["administrator"]))
    for email in (ANNA, "anna+verhaal@voorbeeld.nl", "bas@voorbeeld.nl", "hanna@voorbeeld.nl"):
        Story.objects.create(
            title="T", author_name="X", body=f"Over {slug} van {email.split('@')[0]}.", contact_email=email
        )
    group = Group.objects.create(
        name=f"Groep {slug}", host_name="Anna", host_email=ANNA, welcomed_by="Anna staat klaar"
    )
    values = json.dumps({"host_email": ANNA, "host_name": "Anna", "name": f"Groep {slug}"})
    source = ImportSource.objects.create(name="Lijst")
    ImportedRow.objects.create(source=source, key="id:1", group=group, values=values)
    run = ImportRun.objects.create(source=source, started_by=anna)
    ImportRunRow.objects.create(run=run, number=2, cells=values)
    Practice.objects.create(name=f"Praktijk {slug}", email=ANNA, source_id="1", imported_values={"email": ANNA})
    home = Site.objects.get().root_page
    page = home.add_child(instance=ContentPage(title=f"Rouw in {slug}", slug="rouw-bij-ons", owner=anna))
    page.save_revision(user=anna, log_action=True)
    Comment.objects.create(page=page, user=anna, text=f"Klopt dit in {slug}?", contentpath="title")
    log(anna, "wagtail.edit", user=users.get(email="bas@voorbeeld.nl"))


def _everything():
    """Every row of the current schema, as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
        )
        tables = sorted(name for (name,) in cursor.fetchall())
        found = {}
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')  # noqa: S608 -- names of tables
            found[table] = cursor.fetchall()
    return found


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
    before = _everything()

    _found, after = rehearse(Person(ANNA))

    assert (after.is_empty, _everything() == before) == (True, True)


def test_erasing_leaves_nothing_here_and_touches_no_other_region(both):
    _noord, zuid = both
    with tenant_context(zuid):
        of_zuid = _everything()

    before, after = erase(Person(ANNA))

    assert (len(before.found), after.found, after.mentions) == (12, (), ())
    with tenant_context(zuid):
        assert _everything() == of_zuid
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
    before = _everything()
    with pytest.raises(ErasureRefused, match="enige beheerder"):
        erase(Person(ANNA))
    assert _everything() == before

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


def _run(*arguments):
    before = connection.tenant
    connection.set_schema_to_public()
    try:
        result = CliRunner().invoke(main, ["privacy", *arguments])
    finally:
        connection.set_tenant(before)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_command_shows_first_then_erases_and_names_nobody_in_the_log(both):
    noord, zuid = both
    AppliedItem.objects.create(region=noord, kind="editor", key=ANNA)
    AppliedItem.objects.create(region=zuid, kind="editor", key=ANNA)

    shown = _run("erase", ANNA, "--region", "noord")
    done = _run("erase", "ANNA@voorbeeld.nl", "--region", "noord", "--yes")
    again = _run("erase", ANNA, "--region", "noord", "--yes")

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
    found = _run(*arguments)

    assert (found[0], says in found[1]) == (code, True)


def test_command_writes_a_copy_for_its_owner_only(both, tmp_path):
    target = tmp_path / "anna.zip"

    first = _run("export", ANNA, "--region", "noord", "--to", str(target))
    second = _run("export", ANNA, "--region", "noord", "--to", str(target))

    assert (first[0], zipfile.is_zipfile(target), target.stat().st_mode & 0o777) == (0, True, 0o600)
    assert (second[0], "is there already" in second[1]) == (1, True)


def _stored(field="body"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {field} FROM zelfregie_stories_story ORDER BY id")  # noqa: S608 -- names of columns
        return [value for (value,) in cursor.fetchall()]


def test_keys_are_rotated_in_steps_that_can_be_stopped_and_in_one_region(both, settings):
    _noord, zuid = both
    old, new = settings.ZELFREGIE_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    texts = [story.body for story in Story.objects.order_by("pk")]
    before_ids, plain = Fernet(old).encrypt(b"Van voor de nummers.").decode(), "Nog niet versleuteld"
    with connection.cursor() as cursor:
        last = Story.objects.order_by("pk").last()
        cursor.execute(
            "UPDATE zelfregie_stories_story SET body = %s, title = %s WHERE id = %s", [before_ids, plain, last.pk]
        )
    settings.ZELFREGIE_ENCRYPTION_KEYS = [new, old]
    assert set(keys_in_use()) == {key_id(old), OLD_FORM, PLAIN}
    with tenant_context(zuid):
        of_zuid = _everything()

    stopped = next(rotate(batch=1))
    halfway = keys_in_use()
    rest = sum(rotate(batch=3))

    assert (stopped, halfway[key_id(new)], rest) == (1, 1, sum(halfway.values()) - 1)
    settings.ZELFREGIE_ENCRYPTION_KEYS = [new]
    assert set(keys_in_use()) == {key_id(new)}
    assert [story.body for story in Story.objects.order_by("pk")] == [*texts[:-1], "Van voor de nummers."]
    assert Story.objects.get(pk=last.pk).title == plain
    assert (plain in _stored("title"), sum(rotate())) == (False, 0)
    with tenant_context(zuid):
        assert _everything() == of_zuid
        assert unknown_keys() == [key_id(old)]


def test_commands_tell_which_keys_are_needed_and_rotate_all(both, settings):
    old, new = settings.ZELFREGIE_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.ZELFREGIE_ENCRYPTION_KEYS = [new]
    lost = _run("keys", "--region", "noord")
    settings.ZELFREGIE_ENCRYPTION_KEYS = [new, old]

    before, rotated, after = _run("keys"), _run("rotate-keys"), _run("keys")

    assert (lost[0], f"{key_id(old)}  THIS KEY IS NOT HERE" in lost[1]) == (1, True)
    assert (before[0], before[1].count("to be rotated") >= 2) == (0, True)
    assert (rotated[0], "No region needs another key than the first one." in rotated[1]) == (0, True)
    assert (after[0], old in after[1], new in after[1], "to be rotated" in after[1]) == (0, False, False, False)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ([], "there is none"),
        (["geheim"], "key 1 is no key: it must be 32 bytes in url-safe base64"),
        ([base64.urlsafe_b64encode(b"wachtwoord-wachtwoord-wachtwoord").decode()], "key 1 can be guessed"),
        ([KEY, KEY], "a key is there twice"),
    ],
)
def test_keys_that_protect_nothing_are_refused_without_showing_them(keys, says, settings):
    settings.ZELFREGIE_ENCRYPTION_KEYS = keys

    (message,) = check_encryption_keys(None)

    assert (message.id, says in message.msg, any(key in message.msg for key in keys)) == (
        "zelfregie_core.E002",
        True,
        False,
    )


def test_check_names_the_regions_whose_key_is_gone(both, settings):
    old, new = settings.ZELFREGIE_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.ZELFREGIE_ENCRYPTION_KEYS = [new, old]
    assert check_text_keys(None, databases=["default"]) == []
    list(rotate())

    settings.ZELFREGIE_ENCRYPTION_KEYS = [new]
    (message,) = check_text_keys(None, databases=["default"])

    assert message.id == "zelfregie_tenants.E011"
    assert message.msg.startswith("Personal texts of zuid need a key")
    assert message.msg.endswith(f"{key_id(old)}.")


def test_backup_names_its_keys_and_is_refused_without_them_before_anything_is_changed(both, settings, tmp_path):
    old, new = settings.ZELFREGIE_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    contents = Contents({"encryption_keys": {key_id(old): 12, OLD_FORM: 3}})
    settings.ZELFREGIE_ENCRYPTION_KEYS = [new]

    with pytest.raises(BackupProblem, match=rf"12 personal texts .* \(key id {key_id(old)}\)"):
        refuse_missing(contents, tmp_path / "noord.zip")
    settings.ZELFREGIE_ENCRYPTION_KEYS = [new, old]

    assert refuse_missing(contents, tmp_path / "noord.zip") is None


def test_terms_are_kept_also_where_a_site_is_closed_and_a_plugin_is_off(both, task_queue, caplog):
    noord, zuid = both
    set_plugin_enabled(noord, "stories", enabled=False)
    Region.objects.filter(pk=noord.pk).update(state="suspended")
    Region.objects.filter(pk=zuid.pk).update(state="archived")
    long_ago = timezone.now() - dt.timedelta(days=400)
    for region in both:
        with tenant_context(region):
            Story.objects.update(status="withdrawn", closed_at=long_ago)

    with caplog.at_level(logging.INFO):
        asked = enqueue_due_tasks()
        task_queue()

    terms = sorted(slug for slug, path in asked if path == keep_terms_task.module_path)
    assert {"noord", "zuid"} <= set(terms)
    assert [path for slug, path in asked if slug in ("noord", "zuid")] == [keep_terms_task.module_path] * 2
    for region in both:
        with tenant_context(region):
            assert Story.objects.count() == 0
    assert "stories_sent_in 4" in caplog.text
    assert "voorbeeld.nl" not in caplog.text


@pytest.fixture
def at_work(both, client):
    """A browser at noord in which Bas, an administrator, is logged in."""
    client.force_login(get_user_model().objects.get(email="bas@voorbeeld.nl"))
    return client


def test_administrator_reads_and_downloads_the_register(at_work):
    page = at_work.get(reverse("privacy:index")).content.decode()
    document = at_work.get(reverse("privacy:download"))

    for text in (page, document.content.decode()):
        assert "Verhalen van bezoekers" in text
        assert "uitdrukkelijke toestemming (AVG artikel 9, lid 2, onder a)" in text
    assert document["Content-Disposition"].startswith('attachment; filename="register-van-verwerkingen-')


def test_administrator_finds_hands_over_and_erases(at_work):
    url = reverse("privacy:person")
    found = at_work.post(url, {"email": ANNA.upper()}).content.decode()
    copy = at_work.post(url, {"email": ANNA, "act": "export"})
    mistyped = at_work.post(url, {"email": ANNA, "again": "hanna@voorbeeld.nl", "act": "erase"}).content.decode()
    untouched = Story.objects.count()
    done = at_work.post(url, {"email": ANNA, "again": "Anna@voorbeeld.nl", "act": "erase"}).content.decode()

    assert ("Verhalen van bezoekers: 2" in found, "zuid" in found) == (True, False)
    assert zipfile.ZipFile(io.BytesIO(copy.content)).namelist() == ["LEESMIJ.txt", "gegevens.html", "gegevens.json"]
    assert ("Dit is een ander adres. Er is niets gewist." in mistyped, untouched) == (True, 4)
    assert ("De gegevens zijn gewist." in done, "Er is niets gevonden, ook niet in teksten." in done) == (True, True)
    logged = ModelLogEntry.objects.filter(action__startswith="zelfregie_core.person_").order_by("pk")
    assert [line.action for line in logged] == ["zelfregie_core.person_exported", "zelfregie_core.person_erased"]
    assert "anna" not in str(list(logged.values())).casefold()


def test_administrator_cannot_erase_themselves_nor_look_for_what_is_no_address(at_work):
    url, own = reverse("privacy:person"), "bas@voorbeeld.nl"

    refused = at_work.post(url, {"email": own, "again": own, "act": "erase"}).content.decode()
    nonsense = at_work.post(url, {"email": "anna"}).content.decode()

    assert "Dit is je eigen account." in refused
    assert get_user_model().objects.filter(email=own).exists()
    assert "Dit is geen e-mailadres." in nonsense


@pytest.mark.parametrize("role", ["editor", "moderator", "coordinator"])
def test_nobody_else_sees_personal_data(both, client, role):
    user = get_user_model().objects.create_user(role, f"{role}@noord.test")
    user.groups.add(Role.objects.get(name=GROUP_NAMES[role]))
    client.force_login(user)

    answers = [client.get(reverse(f"privacy:{name}")) for name in ("index", "download", "person")]
    answers.append(client.post(reverse("privacy:person"), {"email": ANNA, "act": "export"}))

    assert [ANNA in answer.content.decode() or answer.status_code == 200 for answer in answers] == [False] * 4
