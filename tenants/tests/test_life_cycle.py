"""Closing a site and opening it again: which steps there are, what visitors and other regions see, and the log."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from django.core.mail import send_mail
from django.utils import timezone
from wagtail.models import Site

from zelfregie_core.domain.directory import search
from zelfregie_core.plugins import ListingQuery
from zelfregie_groups.models import Group, GroupFinderPage
from zelfregie_tenants.cli import main
from zelfregie_tenants.domain import life_cycle
from zelfregie_tenants.domain.indicators import regions_overview
from zelfregie_tenants.domain.life_cycle import STEPS, StepRefused
from zelfregie_tenants.domain.region_lock import RegionBusy, region_lock
from zelfregie_tenants.models import Region, RegionEvent
from zelfregie_tenants.testing.example_tasks import note_region

pytestmark = pytest.mark.django_db

WHO = {"operator": "olga"}
FUNCTIONS = {
    "suspend": life_cycle.suspend_region,
    "resume": life_cycle.resume_region,
    "archive": life_cycle.archive_region,
    "unarchive": life_cycle.unarchive_region,
}
#: state -> what may be done, and where that leads for a site that was online once
ALLOWED = {
    "draft": {},
    "prepared": {"archive": "archived"},
    "launched": {"suspend": "suspended", "archive": "archived"},
    "suspended": {"resume": "launched", "archive": "archived"},
    "archived": {"unarchive": "suspended"},
}


@pytest.fixture
def found_from(in_region):
    """How many groups of noord the finder of a region finds, and the regions on the hub's list."""

    def look(region):
        with in_region(region):
            hits = search(ListingQuery(plugin="groups", region="noord")).total
            return hits, [found.slug for found in regions_overview()]

    return look


@pytest.fixture
def group(noord):
    """A group in noord that other regions find."""
    home = Site.objects.get(is_default_site=True).root_page
    home.add_child(instance=GroupFinderPage(title="Groepen", slug="groepen"))
    return Group.objects.create(name="Wandelen", city="Noordstad")


def put(region: Region, state: str) -> None:
    Region.objects.filter(pk=region.pk).update(state=state, launched_at=timezone.now())


@pytest.mark.parametrize("state", list(ALLOWED))
@pytest.mark.parametrize("step", list(FUNCTIONS))
def test_step_is_taken_or_refused_with_a_remedy(noord, state, step):
    put(noord, state)

    after = ALLOWED[state].get(step)
    if after:
        FUNCTIONS[step]("noord", **WHO)
    else:
        with pytest.raises(StepRefused, match=rf"noord is {state}, so it cannot be .+\. It"):
            FUNCTIONS[step]("noord", **WHO)

    noord.refresh_from_db()
    assert noord.state == (after or state)
    events = [
        (event.action, event.state_before, event.state_after, event.operator) for event in RegionEvent.objects.all()
    ]
    assert events == ([(step, state, after, "olga")] if after else [])


def test_every_step_of_the_table_is_tried_here():
    assert set(STEPS) == {*FUNCTIONS, "erase_begun"}


def test_region_being_erased_takes_no_other_step(noord):
    life_cycle.begin_erasing("noord", **WHO)

    for step in FUNCTIONS.values():
        with pytest.raises(StepRefused, match="being erased"):
            step("noord", **WHO)


def test_one_action_at_a_time(noord):
    with region_lock("noord"), pytest.raises(RegionBusy):
        life_cycle.suspend_region("noord", **WHO)


@pytest.mark.parametrize(("how", "status"), [("suspend", 503), ("archive", 410)])
def test_closed_site_says_so_and_is_found_nowhere(noord, zuid, hub, group, region_client, found_from, how, status):
    before = [found_from(region) for region in (zuid, hub)]

    FUNCTIONS[how]("noord", message="Wij verhuizen.", **WHO)

    browser = region_client(noord)
    page = browser.get("/")
    assert (page.status_code, page.headers["Cache-Control"]) == (status, "no-store")
    assert "Zelfregie Noord" in page.text
    assert "Wij verhuizen." in page.text
    for path in ("/admin/", "/-/groups/hsds/services", "/sitemap.xml", "/groepen/"):
        assert browser.get(path).status_code == status
    assert before == [(1, ["noord", "zuid"])] * 2
    assert [found_from(region) for region in (zuid, hub)] == [(0, ["zuid"])] * 2


def test_archived_site_leads_on_and_the_other_regions_stay_as_they_were(noord, zuid, region_client):
    before = region_client(zuid).get("/").content

    life_cycle.archive_region("noord", link="https://nieuw.example/groepen/", **WHO)

    page = region_client(noord).get("/").text
    assert 'href="https://nieuw.example/groepen/"' in page
    assert 'href="http://landelijk.test' in page
    assert region_client(zuid).get("/").content == before


def test_link_that_is_none_is_refused(noord):
    with pytest.raises(StepRefused, match="The link for visitors cannot be used"):
        life_cycle.archive_region("noord", link="javascript:alert(1)", **WHO)

    noord.refresh_from_db()
    assert noord.state == "launched"


def test_resumed_site_is_found_again(noord, zuid, group, region_client, found_from):
    life_cycle.suspend_region("noord", message="Even dicht.", **WHO)

    life_cycle.resume_region("noord", **WHO)

    assert found_from(zuid) == (1, ["noord", "zuid"])
    assert region_client(noord).get("/").status_code == 200
    noord.refresh_from_db()
    assert noord.closed_message == ""


def test_tasks_of_a_suspended_site_wait_and_go_on(noord, zuid, in_region, task_queue, tmp_path):
    life_cycle.suspend_region("noord", **WHO)
    for region in (noord, zuid):
        with in_region(region):
            note_region.enqueue(str(tmp_path))

    while_closed = task_queue()
    ran = (tmp_path / "gelopen.txt").read_text()
    life_cycle.resume_region("noord", **WHO)
    task_queue()

    assert (while_closed, ran) == (1, "region_zuid Zelfregie Zuid\n")
    assert (tmp_path / "gelopen.txt").read_text() == f"{ran}region_noord Zelfregie Noord\n"


@pytest.mark.parametrize("how", ["suspend", "archive"])
def test_closed_site_sends_no_mail(noord, zuid, in_region, mailbox, how):
    FUNCTIONS[how]("noord", **WHO)

    for region in (Region.objects.get(slug="noord"), zuid):
        with in_region(region):
            send_mail("Hallo", "Tekst", None, ["iemand@example.org"])

    assert [message["From"].split("<")[0].strip() for message in mailbox()] == ["Zelfregie Zuid"]


def test_commands_close_and_open(noord):
    run = CliRunner().invoke

    first = run(main, ["region", "suspend", "noord", "--message", "Even dicht.", "--reason", "verbouwing"])
    wrong = run(main, ["region", "unarchive", "noord"])
    second = run(main, ["region", "resume", "noord"])

    assert first.output == "noord is suspended. To open it again: zelfregie region resume noord\n"
    assert (wrong.exit_code, wrong.output) == (
        1,
        "Error: noord is suspended, so it cannot be taken out of the archive. It is suspended: resume or archive it.\n",
    )
    assert second.output == "noord is online again: http://noord.test/\n"
    shown = [line for line in run(main, ["region", "show", "noord"]).output.splitlines() if line.startswith("log:")]
    assert [(line.split()[4], line.endswith("(verbouwing)")) for line in shown] == [
        ("resume", False),
        ("suspend", True),
    ]
    log = RegionEvent.objects.order_by("at").values_list("action", "reason")
    assert list(log) == [("suspend", "verbouwing"), ("resume", "")]


def test_how_to_names_commands_that_exist():
    text = (Path(__file__).parents[2] / "docs" / "how-to" / "leave-or-close-a-region.md").read_text(encoding="utf-8")
    lines = [shlex.split(line[12:]) for line in text.splitlines() if line.startswith("$ zelfregie ")]

    for _name, command, *words in lines:
        found = main.get_command(click.Context(main), "region").commands[command]
        found.make_context(command, words)

    assert {line[1] for line in lines} == {*FUNCTIONS, "export", "import", "erase", "backup"}
