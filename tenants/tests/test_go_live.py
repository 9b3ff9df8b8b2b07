"""Opening a region: by command and in its admin, once, and only when everything that must be in order is."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from django.db import connection
from django_tenants.utils import tenant_context
from ready_regions import make_person, make_ready, put_pictures, sign_in

from zelfregie_core.domain.roles import Role
from zelfregie_core.models import Branding, LegalPage, SiteSettings
from zelfregie_tenants.cli.regions import region as command
from zelfregie_tenants.domain.readiness.go_live import BadOverride, GoLiveRefused, go_live
from zelfregie_tenants.domain.region_lock import RegionBusy, region_lock
from zelfregie_tenants.models import ReadinessResult, Region, RegionEvent

pytestmark = pytest.mark.django_db
PAGE = "/admin/klaar/"


@pytest.fixture(scope="module")
def shared_ready(shared_rows, tmp_path_factory):
    """Noord and zuid, both in order; the accounts and pages of both have the same numbers."""
    folder = tmp_path_factory.mktemp("backups")
    for slug in ("noord", "zuid"):
        make_ready(shared_rows[slug], folder)


@pytest.fixture
def ready(shared_ready, db):
    found = Region.objects.get(slug="noord")
    put_pictures(found)
    return found


@pytest.fixture
def anna(ready, client):
    """A browser of noord's administrator."""
    return sign_in(client, "anna")


def _state(slug: str) -> str:
    return Region.objects.get(slug=slug).state


def _events() -> list[tuple[str, str, str]]:
    return list(RegionEvent.objects.order_by("pk").values_list("action", "reason", "operator"))


def _spoil():
    """One blocking check and one advising check are wrong now."""
    LegalPage.objects.get(kind="crisis").unpublish()
    Branding.objects.update(logo="")


def _spoil_privacy():
    SiteSettings.objects.update(privacy_email="")


def test_region_opens_and_its_administrators_are_told(ready, client, mailbox, task_queue):
    before = client.get("/").status_code

    opened = go_live(ready, operator="piet")
    task_queue()

    assert (opened.overridden, before, client.get("/").status_code) == ((), 503, 200)
    assert (_state("noord"), ready.launched_at is not None, _events()) == (
        "launched",
        True,
        [("go_live", "", "piet")],
    )
    assert [(message["To"], message["Subject"]) for message in mailbox()] == [
        ("anna@example.org", "De site van Zelfregie Noord is open")
    ]


def test_command_refuses_and_names_what_and_where(ready):
    _spoil()
    page = LegalPage.objects.get(kind="crisis").pk

    result = CliRunner().invoke(command, ["go-live", "noord"])

    assert (result.exit_code, _state("noord"), _events()) == (1, "prepared", [])
    assert "crisis_help: Hulp bij crisis (keeps the site closed)" in result.output
    assert f"/admin/pages/{page}/edit/" in result.output
    assert "logo_and_icon" not in result.output
    assert result.output.endswith("noord stays closed: 1 to do first.\n")


def test_override_of_one_check_is_kept_logged_and_shown(ready, anna):
    _spoil()

    result = CliRunner().invoke(
        command, ["go-live", "noord", "--override", "crisis_help", "--reason", "De pagina komt  vandaag."]
    )

    kept = ReadinessResult.objects.get(region=ready, key="crisis_help")
    assert (result.exit_code, _state("noord")) == (0, "launched"), result.output
    assert "opened although crisis_help is wrong" in result.output
    assert "1 thing could be better" in result.output
    assert (kept.override_reason, kept.overridden_by, kept.reported_at is not None) == (
        "De pagina komt vandaag.",
        _events()[0][2],
        True,
    )
    assert [event[:2] for event in _events()] == [
        ("override", "crisis_help: De pagina komt vandaag."),
        ("go_live", ""),
    ]
    assert "Reden: De pagina komt vandaag." in anna.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("key", "reason", "words"),
    [
        ("privacy_statement", "Haast.", "is about privacy and is never overridden"),
        ("privacy_contact", "Haast.", "is about privacy and is never overridden"),
        ("crisis_help", " ", "Say why “crisis_help” may be passed over"),
        ("logo_and_icon", "Haast.", "is advising"),
        (
            "nonsense",
            "Haast.",
            "There is no readiness check “nonsense”. These can be overridden: accessibility_statement",
        ),
    ],
)
def test_override_that_is_refused(ready, key, reason, words):
    with pytest.raises(BadOverride) as refused:
        go_live(ready, operator="piet", overrides={key: reason})

    assert (words in str(refused.value), _state("noord"), ReadinessResult.objects.count()) == (True, "prepared", 0)


def test_override_of_one_check_does_not_open_what_another_keeps_closed(ready):
    _spoil()
    _spoil_privacy()

    with pytest.raises(GoLiveRefused) as refused:
        go_live(ready, operator="piet", overrides={"crisis_help": "Haast."})

    assert ([entry.key for entry in refused.value.entries], _state("noord")) == (["privacy_contact"], "prepared")


@pytest.mark.parametrize(
    ("state", "words", "sentence"),
    [
        ("draft", "its launch was not completed", "is nog niet klaargemaakt"),
        ("launched", "it is open already", "is al open"),
        ("suspended", "`zelfregie region resume noord`", "is tijdelijk gesloten"),
        ("archived", "`zelfregie region unarchive noord`", "is gearchiveerd"),
    ],
)
def test_region_in_another_state_is_refused_with_a_sentence(ready, state, words, sentence):
    ready.state, ready.launched_at = state, ready.created_at
    ready.save()

    result = CliRunner().invoke(command, ["go-live", "noord"])

    assert (result.exit_code, words in result.output, _state("noord")) == (1, True, state)
    with pytest.raises(GoLiveRefused, match=sentence):
        go_live(ready, operator="piet")


def test_of_two_at_once_one_opens_and_the_other_is_told(ready):
    behind = Region.objects.get(pk=ready.pk)
    with region_lock("noord"), pytest.raises(RegionBusy):
        go_live(ready, operator="piet")
    locked_out = _state("noord")

    go_live(ready, operator="piet")
    with pytest.raises(GoLiveRefused, match="is al open"):  # it saw a region that was not open yet
        go_live(behind, operator="marie")

    assert (locked_out, _events()) == ("prepared", [("go_live", "", "piet")])


def test_checks_of_the_network_are_never_done_inside_a_transaction(ready, monkeypatch):
    for block in connection.atomic_blocks:
        monkeypatch.setattr(block, "_from_testcase", False, raising=False)

    with pytest.raises(RuntimeError, match="durable"):
        go_live(ready, operator="piet")


def test_launching_with_go_live_stops_at_what_is_left(shared_ready, instance):
    instance.edit("region.toml", "demo = true", "demo = false")

    result = CliRunner().invoke(command, ["launch", str(instance.folder), "--no-invite", "--go-live"])

    assert (result.exit_code, _state("parkstad")) == (1, "prepared"), result.output
    assert "Zelfregie Parkstad is made: http://parkstad.test" in result.output
    assert "crisis_help: Hulp bij crisis (keeps the site closed)" in result.output


def test_example_that_becomes_a_real_site_is_closed_until_it_is_ready(shared_ready, instance):
    launch = ["launch", str(instance.folder), "--no-invite"]
    states = [(CliRunner().invoke(command, launch).exit_code, _state("parkstad"))]
    instance.edit("region.toml", "demo = true", "demo = false")

    again = [CliRunner().invoke(command, launch) for _time in range(2)]

    states += [(result.exit_code, _state("parkstad")) for result in again]
    assert states == [(0, "launched"), (0, "prepared"), (0, "prepared")]
    assert "Visitors do not see it yet." in again[0].output


# --- in the admin ---


def test_page_lists_what_is_left_first_and_opens_when_nothing_is(anna, ready):
    _spoil()
    page = BeautifulSoup(anna.get(PAGE).content, "html.parser").main

    headings = [heading.get_text(" ", strip=True) for heading in page.find_all("h2")]
    assert [heading for heading in headings if "(" in heading] == [
        "Dit moet eerst (1)",
        "Dit kan beter (1)",
        "Dit kon nu niet worden nagekeken (3)",
        "In orde (9)",
    ]
    assert [form["action"] for form in page.find_all("form") if "klaar" in form["action"]] == [
        "/admin/klaar/controleren/"
    ]
    crisis = page.find(id="crisis_help")
    assert crisis.a["href"] == f"/admin/pages/{LegalPage.objects.get(kind='crisis').pk}/edit/"

    refused = anna.post("/admin/klaar/openen/", follow=True).content.decode()
    assert ("kan nog niet open: 1 ding moet" in refused, _state("noord")) == (True, "prepared")

    crisis_page = LegalPage.objects.get(kind="crisis")
    crisis_page.save_revision().publish()
    assert 'action="/admin/klaar/openen/"' in anna.get(PAGE).content.decode()
    assert "Alles is opnieuw nagekeken." in anna.post("/admin/klaar/controleren/", follow=True).content.decode()
    opened = anna.post("/admin/klaar/openen/", follow=True).content.decode()
    assert ("De site is open." in opened, _state("noord")) == (True, "launched")
    assert "is al open" in anna.post("/admin/klaar/openen/", follow=True).content.decode()
    assert _events() == [("go_live", "", "anna@example.org")]


def test_dashboard_points_at_it_while_there_is_something_to_do(anna, ready):
    before = anna.get("/admin/").content.decode()
    go_live(ready, operator="piet")
    after = anna.get("/admin/").content.decode()
    ReadinessResult.objects.filter(key="crisis_help").update(status="wrong")
    red = anna.get("/admin/").content.decode()

    assert [("De site is nog niet open" in page, "Dit vraagt aandacht" in page) for page in (before, after, red)] == [
        (True, False),
        (False, False),
        (False, True),
    ]
    assert "Hulp bij crisis" in red


@pytest.mark.parametrize("address", [PAGE, "/admin/klaar/controleren/", "/admin/klaar/openen/"])
def test_only_administrators_of_this_region_come_here(ready, client, region_client, zuid, address):
    sign_in(client, "bram")
    other = sign_in(region_client(zuid), "anna")  # who has the same number as noord's anna
    put_pictures(zuid)

    refused = client.post(address) if address != PAGE else client.get(address)
    dashboard = client.get("/admin/").content.decode()
    (other.get if address == PAGE else other.post)(address)

    assert (refused.status_code, refused.headers["Location"]) == (302, "/admin/")
    assert "/admin/klaar/" not in dashboard
    assert (_state("noord"), ReadinessResult.objects.filter(region=ready).count()) == ("prepared", 0)
    assert _state("zuid") == ("launched" if address.endswith("openen/") else "prepared")


def test_opening_asks_for_the_forms_token(anna, ready):
    anna.handler.enforce_csrf_checks = True

    assert (anna.post("/admin/klaar/openen/").status_code, _state("noord")) == (403, "prepared")


def test_hub_lists_regions_that_ask_for_attention_without_a_query_per_region(
    ready, zuid, hub, region_client, django_assert_num_queries
):
    from zelfregie_tenants.domain.readiness.overview import attention

    ReadinessResult.objects.create(
        region=ready, plugin="core", key="crisis_help", status="wrong", blocking=True, checked_at=ready.created_at
    )
    with tenant_context(hub):
        make_person("cor", Role.COORDINATOR)
        make_person("ed", Role.EDITOR)

    pages = [sign_in(region_client(hub), name).get("/admin/").content.decode() for name in ("cor", "ed")]

    texts = [BeautifulSoup(page, "html.parser").get_text(" ", strip=True) for page in pages]
    assert "Zelfregie Noord Nog niet open 1 moet, 0 kan beter" in texts[0]
    assert "Zelfregie Zuid Nog niet open Nog niet nagekeken" in texts[0]
    assert "Regio's die aandacht vragen" not in texts[1]
    attention()  # the search path is set once
    with django_assert_num_queries(2):
        attention()
