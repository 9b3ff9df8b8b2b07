"""Whether a region is ready: what each check finds, what is kept, and how that is told."""

from __future__ import annotations

import datetime as dt

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import User
from django.utils import timezone
from django_tenants.utils import tenant_context
from ready_regions import TEXT, make_person, make_ready, put_pictures, sign_in

from zelfregie_core.domain.readiness.running import Status
from zelfregie_core.domain.roles import Role
from zelfregie_core.models import Branding, ContentPage, HomePage, LegalPage, SecondFactor, SiteSettings
from zelfregie_core.plugins import Finding, ReadinessCheck, hookimpl
from zelfregie_tenants.cli.regions import region as command
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.domain.readiness.overview import attention, kept_problems
from zelfregie_tenants.domain.readiness.recheck import recheck
from zelfregie_tenants.domain.readiness.results import check_region, look_at_region
from zelfregie_tenants.models import ReadinessResult, Region, RegionBackup
from zelfregie_tenants.tasks.schedule import enqueue_due_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shared_ready(shared_rows, tmp_path_factory):
    """Noord and zuid, both in order; the accounts and pages of both have the same numbers."""
    folder = tmp_path_factory.mktemp("backups")
    return {slug: make_ready(shared_rows[slug], folder) for slug in ("noord", "zuid")}


@pytest.fixture
def ready(shared_ready, db):
    put_pictures(shared_ready["noord"])
    return Region.objects.get(slug="noord")


def _wrong(region) -> dict[str, list[str]]:
    """What is not in order: key of the check to the links of what it found."""
    return {entry.key: [found.link for found in entry.findings] for entry in check_region(region) if entry.is_wrong}


def test_region_with_everything_in_order(ready):
    # The folder of backups may be on another machine than the one that serves.
    RegionBackup.objects.update(location="/elders/noord.zip")

    entries = check_region(ready)

    assert {entry.key: entry.status.value for entry in entries if entry.status != Status.OK} == {
        # noord.test and zelfregie.test are names for tests: the network knows nothing of them.
        "domain_resolves": "unknown",
        "domain_answers": "unknown",
        "mail_sender": "unknown",
    }
    assert ReadinessResult.objects.filter(region=ready).count() == len(entries) == 14


def _no_organisation():
    SiteSettings.objects.update(organisation_name=" ", privacy_email="privacy@noord.example")


def _unpublished_privacy():
    LegalPage.objects.get(kind="privacy").unpublish()


def _privacy_of_the_launch():
    page = LegalPage.objects.get(kind="privacy")
    page.save_revision().publish()  # as a launch does: by nobody


def _privacy_with_a_gap():
    page = LegalPage.objects.get(kind="privacy")
    page.body = [("paragraph", f"{TEXT} Mail naar [vul hier het adres in].")]
    page.save_revision(user=User.objects.first()).publish()


def _crisis_without_number():
    page = LegalPage.objects.get(kind="crisis")
    page.body = [("paragraph", TEXT.replace("113", "je huisarts"))]
    page.save()
    SiteSettings.objects.update(crisis_text="Bel 0800-0113.")


def _no_accessibility():
    LegalPage.objects.get(kind="accessibility").delete()


def _empty_pages():
    HomePage.objects.get().add_child(instance=ContentPage(title="Leeg", slug="leeg"))
    full = ContentPage(title="Half", slug="half", intro=TEXT, body=[("paragraph", 'Zie <a href="https://a.example/">')])
    HomePage.objects.get().add_child(instance=full)
    HomePage.objects.get().add_child(instance=ContentPage(title="Concept", slug="concept", live=False))


def _pale_colour():
    Branding.objects.update(primary="#dddddd")


def _logo_gone():
    Branding.objects.update(logo="merk/weg.svg", favicon="")


def _one_moderator_without_code():
    SecondFactor.objects.filter(user__username="bram@example.org").update(confirmed_at=None)


def _one_moderator_blocked():
    User.objects.filter(username="bram@example.org").update(is_active=False)
    make_person("ed", Role.EDITOR)


def _banner():
    SiteSettings.objects.update(is_demo=True)


def _old_backup():
    RegionBackup.objects.update(made_at=timezone.now() - dt.timedelta(days=8))


def _backup_never_tried():
    RegionBackup.objects.update(verified_at=None, restored_at=None)


def _backup_found_damaged():
    RegionBackup.objects.update(damaged_at=timezone.now())


SETTINGS = "/admin/settings/zelfregie_core/sitesettings/"
BRAND = "/admin/settings/zelfregie_core/branding/"
PLANTED = [
    (_no_organisation, {"privacy_contact": [SETTINGS, SETTINGS]}),
    (_unpublished_privacy, {"privacy_statement": ["privacy"]}),
    (_privacy_of_the_launch, {"privacy_statement": ["privacy"]}),
    (_privacy_with_a_gap, {"privacy_statement": ["privacy"], "no_empty_page": ["privacy"]}),
    (_crisis_without_number, {"crisis_help": ["crisis", SETTINGS]}),
    (_no_accessibility, {"accessibility_statement": ["voorpagina/add"]}),
    (_empty_pages, {"no_empty_page": ["leeg", "half"]}),
    (_pale_colour, {"brand_contrast": [BRAND]}),
    (_logo_gone, {"logo_and_icon": [BRAND, BRAND]}),
    (_one_moderator_without_code, {"two_moderators": ["/admin/users/"]}),
    (_one_moderator_blocked, {"two_moderators": ["/admin/users/"]}),
    (_banner, {"no_demo_data": [SETTINGS]}),
    (_old_backup, {"backup_made": [""]}),
    (_backup_never_tried, {"backup_made": [""], "backup_restored": [""]}),
    (_backup_found_damaged, {"backup_made": [""]}),
]


@pytest.mark.parametrize(("plant", "expected"), PLANTED, ids=[plant.__name__[1:] for plant, _expected in PLANTED])
def test_fault_is_found_by_its_check_alone_with_a_link(ready, client, plant, expected):
    plant()

    found = _wrong(ready)

    ids = {page.slug: page.pk for page in [*LegalPage.objects.all(), *ContentPage.objects.all()]}
    home = HomePage.objects.get().pk

    def link(name: str) -> str:
        if name == "voorpagina/add":
            return f"/admin/pages/{home}/add_subpage/"
        return f"/admin/pages/{ids[name]}/edit/" if name in ids else name

    assert found == {key: [link(name) for name in names] for key, names in expected.items()}
    sign_in(client, "anna")
    addresses = {address for addresses in found.values() for address in addresses if address}
    assert {client.get(address, follow=True).status_code for address in addresses} <= {200}


def _plugin(temporary_plugin, check, *, blocking=True):
    @hookimpl
    def register_readiness_checks():
        return [ReadinessCheck("proef_a", "Proef", "Om te proeven.", check, blocking=blocking)]

    temporary_plugin("proef", register_readiness_checks=register_readiness_checks)


@pytest.mark.parametrize(
    "check",
    [lambda: 1 / 0, lambda: "tekst", lambda: ["tekst"], lambda: [Finding.wrong("Weg.", "https://elders.nl/")]],
    ids=["raises", "no list", "no findings", "link elsewhere"],
)
def test_check_that_fails_itself_blocks_and_names_its_plugin(ready, temporary_plugin, caplog, check):
    _plugin(temporary_plugin, check)

    (entry,) = [entry for entry in check_region(ready) if entry.is_wrong]

    assert (entry.status, entry.blocks) == (Status.BROKEN, True)
    assert entry.findings[0].message.startswith("Deze controle is mislukt door een fout in “proef”.")
    assert "Plugin 'proef' failed in readiness check proef_a" in caplog.text


def test_check_that_breaks_the_database_leaves_the_others_alone(ready, temporary_plugin):
    _plugin(temporary_plugin, lambda: list(User.objects.raw("SELECT nonsense")))

    assert {entry.key for entry in check_region(ready) if entry.is_wrong} == {"proef_a"}


def test_checks_of_a_plugin_that_is_off_are_skipped_and_forgotten(ready, temporary_plugin):
    _plugin(temporary_plugin, lambda: [Finding.wrong("Mis.")])
    check_region(ready)
    before = kept_problems(ready)
    set_plugin_enabled(ready, "proef", enabled=False)

    check_region(ready)

    assert (before, kept_problems(ready)) == (["Proef"], [])


def test_looking_keeps_nothing_and_asks_nobody_outside(ready):
    seen = {entry.key: entry.checked_at is not None for entry in look_at_region(ready)}

    assert {key for key, is_checked in seen.items() if not is_checked} == {
        "domain_resolves",
        "domain_answers",
        "mail_sender",
    }
    assert not ReadinessResult.objects.exists()


def test_command_says_what_why_and_where(ready):
    _unpublished_privacy()
    page = LegalPage.objects.get(kind="privacy").pk

    result = CliRunner().invoke(command, ["readiness", "noord"])

    assert result.exit_code == 1
    assert "TO DO   privacy_statement: Privacyverklaring (keeps the site closed)" in (result.output)
    assert f"where: http://noord.test/admin/pages/{page}/edit/" in result.output
    assert "why:   Mensen vertellen hier over hun gezondheid." in result.output
    assert result.output.endswith(
        "noord: 1 to do before it can open, 0 that could be better, 3 that could not be checked now.\n"
    )


def test_results_are_a_regions_own(ready, zuid):
    put_pictures(zuid)
    other = Region.objects.get(slug="zuid")
    _unpublished_privacy()

    assert set(_wrong(ready)) == {"privacy_statement"}
    assert set(_wrong(other)) == set()
    with tenant_context(other):
        _banner()
    assert set(_wrong(other)) == {"no_demo_data"}
    assert kept_problems(ready) == ["Privacyverklaring"]
    assert [(state.slug, state.blocking) for state in attention()] == [("noord", 1), ("zuid", 1)]


# --- every week after ---


@pytest.fixture
def opened(ready):
    Region.objects.filter(pk=ready.pk).update(state=Region.State.LAUNCHED, launched_at=timezone.now())
    return Region.objects.get(pk=ready.pk)


def test_what_turned_wrong_is_mailed_once_and_closes_nothing(opened, mailbox):
    assert recheck(opened) == []
    _unpublished_privacy()

    told = [[entry.key for entry in recheck(opened)] for _week in range(2)]

    LegalPage.objects.get(kind="privacy").save_revision(user=User.objects.first()).publish(user=User.objects.first())
    told.append([entry.key for entry in recheck(opened)])
    _unpublished_privacy()
    told.append([entry.key for entry in recheck(opened)])
    assert told == [["privacy_statement"], [], [], ["privacy_statement"]]
    messages = mailbox()
    assert [(message["To"], message["Subject"]) for message in messages] == [
        ("anna@example.org", "Kijk even naar de site van Zelfregie Noord")
    ] * 2
    assert "De pagina is er wel, maar bezoekers zien haar niet." in messages[0].get_content()
    assert "http://noord.test/admin/klaar/" in messages[0].get_content()
    assert Region.objects.get(pk=opened.pk).state == Region.State.LAUNCHED


def test_every_week_a_task_looks_again_at_open_regions(opened, zuid, mailbox, task_queue):
    path = "zelfregie_tenants.tasks.readiness.recheck_readiness_task"
    now = timezone.now()
    _unpublished_privacy()

    asked = [
        [slug for slug, task in enqueue_due_tasks(now + dt.timedelta(days=days)) if task == path] for days in (0, 6, 7)
    ]
    task_queue()

    # Zuid is prepared: it is looked at when somebody asks.
    assert [[slug for slug in slugs if slug != "landelijk"] for slugs in asked] == [["noord"], [], ["noord"]]
    assert [message["Subject"] for message in mailbox() if message["To"] == "anna@example.org"] == [
        "Kijk even naar de site van Zelfregie Noord"
    ]


def test_mail_server_that_is_down_keeps_the_news_for_the_next_time(opened, settings):
    settings.EMAIL_BACKEND = "zelfregie_tenants.mail.RegionEmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    _unpublished_privacy()

    with pytest.raises(ConnectionRefusedError):
        recheck(opened)

    assert ReadinessResult.objects.get(region=opened, key="privacy_statement").reported_at is None


def test_demonstration_is_left_alone(opened):
    opened.is_demo = True
    _unpublished_privacy()

    assert recheck(opened) == []
    assert not ReadinessResult.objects.exists()
