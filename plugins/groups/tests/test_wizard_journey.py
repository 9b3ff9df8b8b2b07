"""Bringing lists in through the admin, from the file to undoing it."""

import datetime as dt
import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.contrib.auth.models import Group as UserGroup
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_groups.domain.importing import lists
from zelfregie_groups.models import Group, ImportRun, ImportSource

pytestmark = pytest.mark.django_db
BASE = "/admin/groepen-importeren/"
HEADER = ["Nr", "Naam groep", "Dag", "Aanvang", "Plaats", "Postcode", "E-mail"]
ROWS = [
    ["1", "Rouwcafé Heerlen", "dinsdag", dt.time(19, 30), "Heerlen", "6411 AB", "anna@voorbeeld.nl"],
    ["2", "Praathuis Sittard", "woensdag", dt.time(20, 0), "Sittard", "6131 AA", ""],
    ["3", "Samen wandelen", "zaterdag", dt.time(10, 0), "Geleen", "6161 AA", ""],
]


def workbook(rows: list[list[Any]], header: list[str] = HEADER) -> SimpleUploadedFile:
    """An Excel file, as an editor has it."""
    book = Workbook()
    book.active.append(header)
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return SimpleUploadedFile("Groepen Parkstad.xlsx", data.getvalue())


@pytest.fixture
def login(client: Any) -> Callable[..., Any]:
    def login_as(role: Role = Role.EDITOR) -> Any:
        user = User.objects.create_user(f"{role}@voorbeeld.nl", password="x", first_name="Els")
        user.groups.add(UserGroup.objects.get(name=GROUP_NAMES[role]))
        client.force_login(user)
        return client

    return login_as


def choose_columns(client: Any, run: ImportRun, **changes: Any) -> Any:
    """Send the columns as the page proposes them."""
    page = client.get(f"{BASE}import/{run.pk}/kolommen/").content.decode()
    data = {
        name: chosen.group(1)
        for name, body in re.findall(r'<select name="(column_\d+)"[^>]*>(.*?)</select>', page, re.DOTALL)
        if (chosen := re.search(r'value="([^"]*)" selected', body))
    }
    return client.post(f"{BASE}import/{run.pk}/kolommen/", {**data, "fixed_themes": ["rouw"], **changes})


def first_import(client: Any, rows: list[list[Any]] = ROWS) -> ImportRun:
    """Bring a list in as an editor does who changes nothing that the site proposes."""
    client.post(f"{BASE}nieuw/", {"file": workbook(rows)})
    run = ImportRun.objects.get()
    choose_columns(client, run)
    client.post(f"{BASE}import/{run.pk}/verwerken/")
    run.refresh_from_db()
    return run


def test_editor_brings_in_an_excel_list(login):
    client = login()

    uploaded = client.post(f"{BASE}nieuw/", {"file": workbook(ROWS)})
    run = ImportRun.objects.get()
    columns = client.get(uploaded.url).content.decode()
    previewed = choose_columns(client, run)
    preview = client.get(previewed.url).content.decode()
    summary = client.get(f"{BASE}import/{run.pk}/verwerken/").content.decode()
    applied = client.post(f"{BASE}import/{run.pk}/verwerken/")

    groups = Group.objects.order_by("source_id")
    run.refresh_from_db()
    assert uploaded.url == f"{BASE}import/{run.pk}/kolommen/"
    assert ("anna@voorbeeld.nl" in columns, "Naam groep" in columns) == (True, True)
    assert ("Nieuw <strong>3</strong>" in preview, "Verwerk 3 groepen" in summary) == (True, True)
    assert (applied.url, run.state, run.started_by.first_name) == (f"{BASE}import/{run.pk}/", "applied", "Els")
    assert [(group.name, group.city, group.host_email) for group in groups] == [
        ("Rouwcafé Heerlen", "Heerlen", "anna@voorbeeld.nl"),
        ("Praathuis Sittard", "Sittard", ""),
        ("Samen wandelen", "Geleen", ""),
    ]
    assert [theme.slug for theme in groups[0].themes.all()] == ["rouw"]
    assert ImportSource.objects.get().name == "Groepen Parkstad"


def test_the_next_version_goes_straight_to_the_preview(login):
    client = login()
    first_import(client)
    source = ImportSource.objects.get()
    rows = [ROWS[0], ["2", "Praathuis Sittard", "donderdag", dt.time(20, 0), "Sittard", "6131 AA", ""], ROWS[2],
            ["4", "Nieuwe groep", "maandag", dt.time(9, 0), "Heerlen", "6411 AB", ""]]  # fmt: skip

    uploaded = client.post(f"{BASE}lijst/{source.pk}/", {"action": "upload", "file": workbook(rows)})
    run = ImportRun.objects.first()
    changed = client.get(f"{uploaded.url}?soort=changed").content.decode()

    assert uploaded.url == f"{BASE}import/{run.pk}/"
    assert {name: number for name, number in run.counts.items() if number} == {"new": 1, "changed": 1, "same": 2}
    assert ("woensdag" in changed, "donderdag" in changed) == (True, True)


def test_undo_takes_the_import_back(login):
    client = login()
    run = first_import(client)

    client.post(f"{BASE}import/{run.pk}/terugdraaien/")

    run.refresh_from_db()
    assert (run.state, Group.objects.published().count()) == ("undone", 0)


def test_second_editor_sees_that_the_list_was_applied_already(login):
    client = login()
    run = first_import(client)

    again = client.post(f"{BASE}import/{run.pk}/verwerken/", follow=True).content.decode()

    assert "Deze lijst is al verwerkt." in again
    assert Group.objects.count() == 3


def test_conflicts_are_asked_field_by_field(login):
    client = login()
    first_import(client)
    group = Group.objects.get(source_id="1")
    group.name = "Rouwcafé van Anna"
    group.save()
    rows = [["1", "Rouwcafé aan de Markt", *ROWS[0][2:]], *ROWS[1:]]
    source = ImportSource.objects.get()
    client.post(f"{BASE}lijst/{source.pk}/", {"action": "upload", "file": workbook(rows)})
    run = ImportRun.objects.first()
    row = run.rows.get(number=2)

    page = client.get(f"{BASE}import/{run.pk}/?soort=choose").content.decode()
    client.post(
        f"{BASE}import/{run.pk}/?soort=choose",
        {"row": [row.pk], f"choice-{row.pk}": "apply", f"overwrite-{row.pk}": ["name"], "next": "apply"},
    )
    client.post(f"{BASE}import/{run.pk}/verwerken/")

    group.refresh_from_db()
    assert ("Rouwcafé van Anna" in page, "Rouwcafé aan de Markt" in page) == (True, True)
    assert group.name == "Rouwcafé aan de Markt"


def test_what_is_not_ticked_stays(login):
    client = login()
    first_import(client)
    Group.objects.filter(source_id="1").update(name="Rouwcafé van Anna")
    rows = [["1", "Rouwcafé aan de Markt", *ROWS[0][2:]], *ROWS[1:]]
    client.post(f"{BASE}lijst/{ImportSource.objects.get().pk}/", {"action": "upload", "file": workbook(rows)})
    run = ImportRun.objects.first()

    client.post(f"{BASE}import/{run.pk}/verwerken/")

    assert Group.objects.get(source_id="1").name == "Rouwcafé van Anna"


def test_possible_duplicate_is_linked_to_the_group_it_is(login, create_group):
    client = login()
    there = create_group("Rouw-café van Heerlen", city="Heerlen", weekday=2)
    client.post(f"{BASE}nieuw/", {"file": workbook(ROWS)})
    run = ImportRun.objects.get()
    choose_columns(client, run)
    row = run.rows.get(verdict="duplicate")

    page = client.get(f"{BASE}import/{run.pk}/?soort=duplicate").content.decode()
    client.post(f"{BASE}import/{run.pk}/?soort=duplicate", {"row": [row.pk], f"choice-{row.pk}": f"link:{there.pk}"})
    client.post(f"{BASE}import/{run.pk}/verwerken/")

    there.refresh_from_db()
    assert "is dezelfde groep" in page
    assert (Group.objects.count(), there.postal_code) == (3, "6411 AB")


def test_wrong_rows_are_downloaded_with_the_reason_and_without_formulas(login):
    client = login()
    rows = [["1", "", "dinsdag", "halfacht", "Heerlen", "6411 AB", '=HYPERLINK("x")'], *ROWS[1:]]
    client.post(f"{BASE}nieuw/", {"file": workbook([rows[1]])})
    client.post(f"{BASE}nieuw/", {"file": SimpleUploadedFile("b.csv", _csv(rows)), "name": "Tweede"})
    run = ImportRun.objects.first()
    choose_columns(client, run)

    response = client.get(f"{BASE}import/{run.pk}/verbeteren.csv")
    text = b"".join(response.streaming_content).decode()

    lines = text.splitlines()
    assert lines[0] == "\ufeffNr;Naam groep;Dag;Aanvang;Plaats;Postcode;E-mail;wat er niet klopt"
    assert lines[1].startswith("1;;dinsdag;halfacht;Heerlen;6411 AB;\"'=HYPERLINK(")
    assert ("De naam is leeg" in lines[1], len(lines)) == (True, 2)
    assert response["Content-Disposition"] == 'attachment; filename="tweede-verbeteren.csv"'


def _csv(rows: list[list[Any]]) -> bytes:
    lines = [HEADER, *rows]
    return "\r\n".join(";".join('"' + str(cell).replace('"', '""') + '"' for cell in line) for line in lines).encode()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.xlsx", b"", "leeg"),
        ("a.xlsx", b"<html><body>Log in</body></html>", "webpagina"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "oud Excel-bestand"),
        ("a.json", b'[{"name": "Groep", "slug"', "houdt halverwege op"),
        ("a.xlsx", b"PK\x03\x04 stuk", "beschadigd"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_what_to_do(login, name, data, sentence):
    client = login()

    response = client.post(f"{BASE}nieuw/", {"file": SimpleUploadedFile(name, data)})

    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert (ImportSource.objects.count(), ImportRun.objects.count()) == (0, 0)


def test_columns_need_a_name_and_a_theme(login):
    client = login()
    client.post(f"{BASE}nieuw/", {"file": workbook(ROWS)})
    run = ImportRun.objects.get()

    response = client.post(f"{BASE}import/{run.pk}/kolommen/", {"column_0": "source_id"})

    page = response.content.decode()
    assert (response.status_code, run.state) == (422, "uploaded")
    assert ("Kies welke kolom de naam" in page, "Kies hier een thema" in page) == (True, True)


def test_columns_can_be_changed_after_the_preview(login):
    client = login()
    client.post(f"{BASE}nieuw/", {"file": workbook(ROWS)})
    run = ImportRun.objects.get()
    choose_columns(client, run)

    page = client.get(f"{BASE}import/{run.pk}/kolommen/").content.decode()
    choose_columns(client, run, column_5="", fixed_city="Heerlen")
    client.post(f"{BASE}import/{run.pk}/verwerken/")

    assert "De lijst heeft 3 regels." in page
    assert set(Group.objects.values_list("postal_code", flat=True)) == {""}
    assert ImportSource.objects.get().mapping["Postcode"] == ""


def test_a_column_is_used_once(login):
    client = login()
    client.post(f"{BASE}nieuw/", {"file": workbook(ROWS)})
    run = ImportRun.objects.get()

    response = choose_columns(client, run, column_0="name")

    assert (response.status_code, "is ook al" in response.content.decode()) == (422, True)


def test_a_version_that_a_newer_one_replaced_says_so(login):
    client = login()
    client.post(f"{BASE}nieuw/", {"file": workbook(ROWS)})
    old = ImportRun.objects.get()
    client.post(f"{BASE}lijst/{old.source_id}/", {"action": "upload", "file": workbook(ROWS[:2])})

    answers = [client.get(f"{BASE}import/{old.pk}/"), client.post(f"{BASE}import/{old.pk}/verwerken/")]

    assert [answer.url for answer in answers] == [BASE, BASE]
    assert "er is een nieuwere" in client.get(BASE).content.decode()


def test_discarding_a_version_changes_nothing(login):
    client = login()
    client.post(f"{BASE}nieuw/", {"file": workbook(ROWS)})
    run = ImportRun.objects.get()

    response = client.post(f"{BASE}import/{run.pk}/weggooien/")

    assert response.url == f"{BASE}lijst/{ImportSource.objects.get().pk}/"
    assert (ImportRun.objects.count(), Group.objects.count()) == (0, 0)


def test_deleting_a_list_keeps_its_groups(login):
    client = login()
    first_import(client)

    client.post(f"{BASE}lijst/{ImportSource.objects.get().pk}/verwijderen/")

    assert (ImportSource.objects.count(), Group.objects.published().count()) == (0, 3)


def test_long_lists_are_compared_and_written_by_the_queue(login, task_queue, monkeypatch):
    monkeypatch.setattr("zelfregie_groups.domain.importing.lists.LONG", 2)
    client = login()
    client.post(f"{BASE}nieuw/", {"file": workbook(ROWS)})
    run = ImportRun.objects.get()
    choose_columns(client, run)

    waiting = client.get(f"{BASE}import/{run.pk}/").content.decode()
    task_queue()
    preview = client.get(f"{BASE}import/{run.pk}/").content.decode()
    client.post(f"{BASE}import/{run.pk}/verwerken/")
    writing = client.get(f"{BASE}import/{run.pk}/").content.decode()
    task_queue()
    run.refresh_from_db()

    assert ('http-equiv="refresh"' in waiting, "Nieuw <strong>3</strong>" in preview) == (True, True)
    assert ("We zetten 3 regels op de site" in writing, run.state, Group.objects.count()) == (True, "applied", 3)


def test_long_lists_are_undone_by_the_queue(login, task_queue, monkeypatch):
    client = login()
    run = first_import(client)
    monkeypatch.setattr("zelfregie_groups.domain.importing.lists.LONG", 2)

    client.post(f"{BASE}import/{run.pk}/terugdraaien/")
    working = client.get(f"{BASE}import/{run.pk}/").content.decode()
    task_queue()
    run.refresh_from_db()

    assert ("We draaien de import van 3 regels terug" in working, run.state) == (True, "undone")
    assert (Group.objects.count(), lists.busy_with(run)) == (0, "")


@pytest.mark.parametrize("work", [lists.preview_in_task, lambda pk: lists.apply_in_task(pk, None)])
def test_fault_in_a_task_is_said_and_leaves_the_page_free(login, monkeypatch, work):
    def fail(*_args, **_options):
        raise RuntimeError("the disk is full")

    client = login()
    client.post(f"{BASE}nieuw/", {"file": workbook(ROWS)})
    run = ImportRun.objects.get()
    if work is not lists.preview_in_task:
        choose_columns(client, run)
    run.refresh_from_db()
    lists.mark_busy(run, "apply")
    monkeypatch.setattr("zelfregie_groups.domain.importing.runs.preview_run", fail)
    monkeypatch.setattr("zelfregie_groups.domain.importing.runs.apply_run", fail)

    with pytest.raises(RuntimeError):
        work(run.pk)
    page = client.get(f"{BASE}import/{run.pk}/", follow=True).content.decode()
    monkeypatch.undo()
    work(run.pk)
    after = client.get(f"{BASE}import/{run.pk}/", follow=True).content.decode()

    assert ("Er ging bij ons iets mis" in page, 'http-equiv="refresh"' in page) == (True, False)
    assert "Er ging bij ons iets mis" not in after


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.EDITOR, 200), (Role.MODERATOR, 200), (Role.ADMINISTRATOR, 200), (Role.COORDINATOR, 302)],
)
def test_who_may_make_groups_may_import(login, role, status):
    client = login(role)

    assert [client.get(f"{BASE}{path}").status_code for path in ("", "nieuw/")] == [status, status]


def test_a_visitor_is_asked_to_log_in(client):
    source = ImportSource.objects.create(name="Lijst")
    run = ImportRun.objects.create(source=source)
    pages = ("", "kolommen/", "verwerken/", "terugdraaien/", "verbeteren.csv")
    paths = ["", "nieuw/", f"lijst/{source.pk}/", f"lijst/{source.pk}/verwijderen/"]
    paths += [f"import/{run.pk}/{page}" for page in pages]

    answers = [client.get(f"{BASE}{path}") for path in paths]

    assert {answer.status_code for answer in answers} == {302}
    assert all(answer.url.startswith("/admin/login/") for answer in answers)


class _Handler(BaseHTTPRequestHandler):
    """A feed whose answer the test sets."""

    server: Any

    def do_GET(self) -> None:
        status, body = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def feed(settings: Any) -> Iterator[Any]:
    settings.ZELFREGIE_FEEDS_FROM_LOOPBACK = True
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    server.answer = (200, json.dumps([{"name": "Landelijke groep", "slug": "a", "day": 2, "time": "19:00"}]).encode())
    server.url = f"http://127.0.0.1:{server.server_port}/lijst.json"
    yield server
    server.shutdown()
    server.server_close()


def test_editor_brings_in_a_list_by_its_address(login, feed):
    client = login()

    added = client.post(f"{BASE}nieuw/", {"url": feed.url, "every_hours": "6", "name": "Landelijk"})
    columns = client.get(added.url).content.decode()
    run = ImportRun.objects.get()
    client.post(f"{BASE}import/{run.pk}/kolommen/", {**_hidden(columns), "fixed_themes": ["rouw"]})
    client.post(f"{BASE}import/{run.pk}/verwerken/")

    source = ImportSource.objects.get()
    assert (source.name, source.format, source.every_hours, source.url) == ("Landelijk", "meeting_guide", 6, feed.url)
    assert ("Je hoeft geen kolommen te kiezen" in columns, Group.objects.get().name) == (True, "Landelijke groep")


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(column_\d+)" value="([^"]*)"', page))


def test_editor_fetches_a_list_now_and_reads_what_went_wrong(login, feed):
    client = login()
    source = ImportSource.objects.create(
        name="Landelijk", format="meeting_guide", url=feed.url, defaults={"themes": "rouw"}
    )
    ImportRun.objects.create(source=source, state=ImportRun.State.APPLIED)

    fetched = client.post(f"{BASE}lijst/{source.pk}/", {"action": "fetch"}, follow=True).content.decode()
    feed.answer = (500, b"")
    failed = client.post(f"{BASE}lijst/{source.pk}/", {"action": "fetch"}, follow=True).content.decode()
    overview = client.get(BASE).content.decode()

    assert ("De lijst is opgehaald en verwerkt." in fetched, Group.objects.count()) == (True, 1)
    assert ("alle groepen blijven zoals ze zijn" in failed, "heeft een storing" in failed) == (True, True)
    assert ("ophalen mislukt" in overview, "heeft een storing" in overview) == (True, True)


def test_an_address_that_is_no_list_is_refused_and_nothing_is_made(login, feed):
    feed.answer = (200, b"<html>Log in</html>")

    response = login().post(f"{BASE}nieuw/", {"url": feed.url, "every_hours": "24"})

    assert (response.status_code, "webpagina" in response.content.decode()) == (422, True)
    assert ImportSource.objects.count() == 0


def test_a_list_is_paused_and_goes_on(login):
    client = login()
    source = ImportSource.objects.create(name="Landelijk", url="https://voorbeeld.nl/lijst.json")
    active = []

    for action in ("pause", "resume"):
        client.post(f"{BASE}lijst/{source.pk}/", {"action": action})
        active.append(ImportSource.objects.get().is_active)

    assert active == [False, True]


def test_another_address_starts_with_a_clean_slate(login):
    source = ImportSource.objects.create(
        name="Landelijk", url="https://voorbeeld.nl/lijst.json", etag="v1", digest="x", last_error="storing"
    )

    login().post(
        f"{BASE}lijst/{source.pk}/",
        {"action": "settings", "name": "Landelijk", "url": "https://voorbeeld.nl/nieuw.json", "every_hours": "24"},
    )

    source.refresh_from_db()
    assert (source.url, source.etag, source.digest, source.last_error) == (
        "https://voorbeeld.nl/nieuw.json",
        "",
        "",
        "",
    )


@pytest.mark.parametrize("data", [{}, {"url": "lijst"}, {"url": "https://ik:x@voorbeeld.nl/"}, {"name": "Bestaat"}])
def test_a_new_list_needs_a_file_or_an_address(login, data):
    ImportSource.objects.create(name="Bestaat")

    response = login().post(f"{BASE}nieuw/", data)

    assert (response.status_code, ImportSource.objects.count()) == (422, 1)
