"""Lists that the site fetches itself: what is written, what waits, and what is said when it fails."""

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.contrib.auth.models import Group as UserGroup
from django.contrib.auth.models import User
from django.utils import timezone

from zelfregie_core.domain.roles import GROUP_NAMES, Role, sync_roles
from zelfregie_groups.domain.importing import lists, runs
from zelfregie_groups.domain.importing.feed_warning import warn_about
from zelfregie_groups.domain.importing.feeds import Outcome, due_sources, next_attempt, refresh
from zelfregie_groups.domain.importing.fetching import fetch
from zelfregie_groups.models import Group, ImportRun, ImportSource
from zelfregie_groups.tasks import refresh_feeds_task

pytestmark = pytest.mark.django_db


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_GET(self) -> None:
        self.server.asked += 1
        status, body = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def meetings(*numbers: int, prefix: str = "groep", **changes: Any) -> list[dict[str, Any]]:
    """A list as Meeting Guide has it."""
    return [
        {
            "name": f"Groep {number}",
            "slug": f"{prefix}-{number}",
            "day": number % 7,
            "time": "19:00",
            "location": "De Brug",
            "formatted_address": f"Straat {number}, 6411 AB Heerlen, Nederland",
            **changes,
        }
        for number in numbers
    ]


@pytest.fixture
def feed(settings: Any) -> Iterator[Any]:
    """A server whose answer the test sets: ``feed.put(list)`` or ``feed.answer = status, bytes``."""
    settings.ZELFREGIE_FEEDS_FROM_LOOPBACK = True
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.asked, server.answer = 0, (200, b"[]")
    server.put = lambda entries: setattr(server, "answer", (200, json.dumps(entries).encode()))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    server.url = f"http://127.0.0.1:{server.server_port}/lijst.json"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def source(feed: Any, noord: Any) -> ImportSource:
    """A list of six groups of which an editor applied the first version, an hour ago."""
    return settled_source(feed, list(range(1, 7)))


def settled_source(feed: Any, numbers: list[int]) -> ImportSource:
    feed.put(meetings(*numbers))
    fetched = fetch(feed.url)
    made = ImportSource(
        name="Landelijk", format="meeting_guide", url=feed.url, defaults={"themes": "rouw"}, every_hours=24
    )
    run = lists.take_in_fetched(made, fetched, None)
    lists.preview(run)
    user = User.objects.create_user("els@voorbeeld.nl")
    runs.apply_run(run, user)
    return ImportSource.objects.get()


def names() -> list[str]:
    return list(Group.objects.published().order_by("pk").values_list("name", flat=True))


def test_new_groups_and_changes_are_written_as_one_import_that_can_be_undone(feed, source):
    feed.put([*meetings(1, 2, 3, 4, 5, location="Nieuw gebouw"), *meetings(6, 7)])

    outcome = refresh(source)

    run = ImportRun.objects.first()
    source.refresh_from_db()
    assert (outcome, run.state, run.started_by) == (Outcome.APPLIED, "applied", None)
    assert (run.counts["created"], run.counts["updated"]) == (1, 5)
    assert sorted(set(Group.objects.values_list("location_name", flat=True))) == ["De Brug", "Nieuw gebouw"]
    assert (source.failing_since, source.last_error, source.succeeded_at is not None) == (None, "", True)

    runs.undo_run(run)

    assert (len(names()), set(Group.objects.published().values_list("location_name", flat=True))) == (6, {"De Brug"})


def test_the_same_bytes_need_nothing(feed, source):
    feed.put([*meetings(1, 2, 3, 4, 5, 6, 7)])
    refresh(source)
    before = ImportRun.objects.count()

    outcome = refresh(source)

    assert (outcome, ImportRun.objects.count()) == (Outcome.SAME, before)


def test_other_bytes_that_say_the_same_leave_no_import(feed, source):
    feed.put(list(reversed(meetings(1, 2, 3, 4, 5, 6))))

    outcome = refresh(source)

    assert (outcome, ImportRun.objects.count()) == (Outcome.SAME, 1)


def test_what_an_editor_changed_by_hand_waits_and_the_rest_is_written(feed, source):
    Group.objects.filter(source_id="groep-1").update(location_name="Met de hand")
    feed.put([*meetings(1, 2, location="Nieuw gebouw"), *meetings(3, 4, 5, 6)])

    outcome = refresh(source)

    places = dict(Group.objects.values_list("source_id", "location_name"))
    waiting = ImportRun.objects.get(state="previewed")
    assert outcome is Outcome.WAITING
    assert (places["groep-1"], places["groep-2"]) == ("Met de hand", "Nieuw gebouw")
    assert [(row.label, row.conflicts) for row in waiting.rows.exclude(verdict="same")] == [
        ("Groep 1", ["location_name"])
    ]


def test_a_group_that_is_gone_waits_for_an_editor(feed, source):
    feed.put(meetings(1, 2, 3, 4, 5))

    outcome = refresh(source)

    waiting = ImportRun.objects.get(state="previewed")
    assert (outcome, len(names())) == (Outcome.WAITING, 6)
    assert list(waiting.rows.filter(verdict="gone").values_list("label", flat=True)) == ["Groep 6"]


def test_a_possible_duplicate_that_an_editor_skipped_waits_no_more(feed, source, create_group):
    create_group("Groep negen", city="Heerlen", postal_code="6411 AB")
    alike = {"name": "Groep Negen!", "day": 6, "time": "10:00"}
    feed.put([*meetings(1, 2, 3, 4, 5, 6), *meetings(9, **alike)])
    first = refresh(source)
    waiting = ImportRun.objects.get(source=source, state="previewed")
    runs.decide(waiting.rows.get(verdict="duplicate"), "skip")
    runs.apply_run(waiting, User.objects.create_user("eva"))

    feed.put([*meetings(1, 2, 3, 4, 5, 6, 7), *meetings(9, **alike)])
    later = refresh(source)

    assert (first, later) == (Outcome.WAITING, Outcome.APPLIED)
    assert (source.runs.filter(state="previewed").count(), len(names())) == (0, 8)


def test_a_newer_version_takes_the_place_of_one_that_waits(feed, source):
    feed.put(meetings(1, 2, 3, 4, 5))
    refresh(source)
    feed.put(meetings(1, 2, 3, 4))

    refresh(source)

    waiting = ImportRun.objects.get(state="previewed")
    assert sorted(waiting.rows.filter(verdict="gone").values_list("label", flat=True)) == ["Groep 5", "Groep 6"]


def test_a_list_that_shrinks_by_more_than_half_waits_as_a_whole(feed, source):
    feed.put(meetings(1, 2, location="Nieuw gebouw"))

    outcome = refresh(source)

    waiting = ImportRun.objects.get(state="previewed")
    assert (outcome, "veel korter: 4 van de 6" in waiting.notices[0]) == (Outcome.WAITING, True)
    assert (len(names()), set(Group.objects.values_list("location_name", flat=True))) == (6, {"De Brug"})


def test_a_list_that_changes_all_its_numbers_and_names_waits_as_a_whole(feed, source):
    entries = [{**entry, "name": f"Andere {entry['name']}"} for entry in meetings(1, 2, 3, 4, 5, 6, prefix="x")]
    feed.put(entries)

    outcome = refresh(source)

    waiting = ImportRun.objects.get(state="previewed")
    assert (outcome, "andere nummers: 6 van de 6" in waiting.notices[0]) == (Outcome.WAITING, True)
    assert names() == [f"Groep {number}" for number in range(1, 7)]


def test_a_list_that_changes_only_its_numbers_makes_no_group_twice(feed, source):
    feed.put(meetings(1, 2, 3, 4, 5, 6, prefix="x"))

    refresh(source)

    assert names() == [f"Groep {number}" for number in range(1, 7)]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [((200, b"<!doctype html><title>Log in</title>"), "webpagina"), ((200, b""), "leeg"), ((200, b"[]"), "leeg"),
     ((200, b'[{"name": "Groep'), "houdt halverwege op"), ((200, b'{"status": "ok"}'), "geen lijst met groepen"),
     ((500, b"stuk"), "storing"), ((404, b""), "staat niets meer"), ((200, b"Naam;Dag\nA;di"), "geen geldige JSON"),
     ((200, b'{"services": [{"id": "1", "name": "A"}]}'), "andere soort")],
)  # fmt: skip
def test_a_list_that_fails_keeps_the_groups_and_says_why(feed, source, answer, sentence):
    before = names()
    feed.answer = answer
    now = timezone.now()

    outcome = refresh(source, now)

    source.refresh_from_db()
    assert (outcome, source.failing_since, sentence in source.last_error) == (Outcome.FAILED, now, True)
    assert (names(), ImportRun.objects.count()) == (before, 1)


def test_a_list_that_works_again_is_well(feed, source):
    feed.answer = (500, b"")
    refresh(source)
    feed.put(meetings(1, 2, 3, 4, 5, 6, 7))

    refresh(source)

    source.refresh_from_db()
    assert (source.failing_since, source.last_error, source.warned_at) == (None, "", None)
    assert len(names()) == 7


def test_two_at_once_fetch_a_list_once(feed, source):
    other = ImportSource.objects.get()
    asked = feed.asked

    outcomes = [refresh(source), refresh(other)]

    assert (outcomes, feed.asked - asked) == ([Outcome.SAME, Outcome.BUSY], 1)


@pytest.fixture
def administrator(noord: Any) -> User:
    sync_roles()
    user = User.objects.create_user("baas", email="baas@voorbeeld.nl")
    user.groups.add(UserGroup.objects.get(name=GROUP_NAMES[Role.ADMINISTRATOR]))
    return user


def test_administrators_hear_once_after_three_days(feed, source, administrator, mailbox):
    start = timezone.now() - dt.timedelta(hours=73)
    feed.answer = (500, b"")
    refresh(source, start)

    sent = [warn_about(source), warn_about(source)]

    messages = mailbox()
    assert sent == [True, False]
    assert [message["To"] for message in messages] == ["baas@voorbeeld.nl"]
    text = messages[0].get_content()
    assert ("Landelijk" in messages[0]["Subject"], source.last_error in text) == (True, True)
    assert f"/admin/groepen-importeren/lijst/{source.pk}/" in text


def test_administrators_do_not_hear_of_a_list_that_failed_for_a_day(feed, source, administrator, mailbox):
    feed.answer = (500, b"")
    refresh(source, timezone.now() - dt.timedelta(hours=71))

    assert (warn_about(source), mailbox()) == (False, [])


def test_a_mail_server_that_is_down_makes_the_task_try_again(feed, source, administrator, settings):
    settings.EMAIL_BACKEND = "zelfregie_tenants.mail.RegionEmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    feed.answer = (500, b"")
    refresh(source, timezone.now() - dt.timedelta(hours=73))

    with pytest.raises(ConnectionRefusedError):
        warn_about(source)

    source.refresh_from_db()
    assert source.warned_at is None


def test_the_hourly_task_fetches_what_is_due_and_warns(feed, source, administrator, mailbox, task_queue):
    ImportSource.objects.update(
        checked_at=timezone.now() - dt.timedelta(days=2), failing_since=timezone.now() - dt.timedelta(days=4)
    )
    feed.answer = (500, b"")
    asked = feed.asked

    refresh_feeds_task.enqueue()
    done = task_queue()

    assert (done, feed.asked - asked, len(mailbox())) == (3, 1, 1)


def test_lists_are_due_by_their_own_interval(feed, source):
    now = timezone.now()
    due = {}
    for hours in (1, 21, 24):
        ImportSource.objects.update(checked_at=now - dt.timedelta(hours=hours))
        due[hours] = len(due_sources(now))

    checked = ImportSource.objects.get()
    interval = next_attempt(checked) - checked.checked_at
    assert due == {1: 0, 21: 0, 24: 1}
    assert dt.timedelta(hours=21.6) <= interval <= dt.timedelta(hours=24)


@pytest.mark.parametrize("change", [{"is_active": False}, {"url": ""}])
def test_a_list_on_pause_is_not_fetched(feed, source, change):
    ImportSource.objects.update(**change)

    assert due_sources(timezone.now() + dt.timedelta(days=9)) == []


def test_nothing_is_fetched_by_itself_before_an_editor_applied_a_version(feed, source):
    ImportRun.objects.update(state="previewed")

    assert due_sources(timezone.now() + dt.timedelta(days=9)) == []


def test_a_list_that_fails_is_tried_more_often(feed, source):
    now = timezone.now()
    ImportSource.objects.update(checked_at=now - dt.timedelta(hours=5), failing_since=now - dt.timedelta(hours=5))

    assert len(due_sources(now)) == 1
