"""Loading stories.csv."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from zelfregie_stories.domain.importing import import_stories
from zelfregie_stories.domain.moderation import take_offline, withdraw_story
from zelfregie_stories.domain.retention import erase_story
from zelfregie_stories.models import Story

HEADER = "source_id,title,author_name,theme,body,published_on"
GOOD = 'v-1,Na de klap,Karin,rouw,"Ik viel stil.\n\nEn toen kwam ik hier.",2026-03-31'

pytestmark = pytest.mark.django_db


def write(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes("\n".join([*lines, ""]).encode(encoding))
    return path


def counts(report: Any) -> tuple[int, int, int, int]:
    return (report.created, report.updated, report.unchanged, len(report.problems))


def problems(report: Any) -> list[tuple[int, str]]:
    return [(problem.row, problem.column) for problem in report.problems]


def test_import_publishes_and_does_it_once(tmp_path: Path) -> None:
    file = write(tmp_path / "stories.csv", HEADER, GOOD)

    reports = [counts(import_stories(file)) for _ in range(2)]

    story = Story.objects.get()
    assert reports == [(1, 0, 0, 0), (0, 0, 1, 0)]
    assert (story.title, story.slug, story.theme.slug, story.status) == (
        "Na de klap",
        "na-de-klap",
        "rouw",
        "published",
    )
    assert story.paragraphs == ["Ik viel stil.", "En toen kwam ik hier."]
    assert timezone.localdate(story.published_at) == dt.date(2026, 3, 31)


def test_import_updates_what_changed_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "stories.csv"
    import_stories(write(file, HEADER, GOOD))

    report = import_stories(write(file, HEADER, GOOD.replace("Karin", "Kees")))

    assert (counts(report), Story.objects.get().author_name) == ((0, 1, 0, 0), "Kees")


def test_import_never_overwrites_what_was_changed_by_hand(tmp_path: Path) -> None:
    file = tmp_path / "stories.csv"
    import_stories(write(file, HEADER, GOOD))
    Story.objects.update(title="Door een redacteur")

    same = import_stories(file)
    changed = import_stories(write(file, HEADER, GOOD.replace("Karin", "Kees")))

    assert (counts(same), counts(changed)) == ((0, 0, 1, 0), (0, 0, 1, 1))
    assert (Story.objects.get().title, Story.objects.get().author_name) == ("Door een redacteur", "Karin")


@pytest.mark.parametrize("act", [take_offline, withdraw_story])
def test_import_never_publishes_again(tmp_path: Path, act: Any) -> None:
    file = tmp_path / "stories.csv"
    import_stories(write(file, HEADER, GOOD))
    act(Story.objects.get())

    import_stories(write(file, HEADER, GOOD.replace("Karin", "Kees")))

    assert Story.objects.get().slug is None


def test_import_does_not_bring_back_what_was_erased(tmp_path: Path) -> None:
    file = write(tmp_path / "stories.csv", HEADER, GOOD)
    import_stories(file)
    erase_story(Story.objects.get())

    report = import_stories(file)

    assert (counts(report), Story.objects.count()) == ((0, 0, 1, 0), 0)


def test_import_without_a_day_is_idempotent_on_another_day(tmp_path: Path) -> None:
    file = write(tmp_path / "stories.csv", HEADER, GOOD.replace("2026-03-31", ""))
    import_stories(file)
    Story.objects.update(published_at=timezone.now() - dt.timedelta(days=3))

    again = import_stories(file)
    changed = import_stories(write(file, HEADER, GOOD.replace("2026-03-31", "").replace("Karin", "Kees")))

    assert (counts(again), counts(changed)) == ((0, 0, 1, 0), (0, 1, 0, 0))


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("cp1252", ";"), ("utf-16", "\t"), ("utf-8", "\t")],
)
def test_import_reads_what_spreadsheets_write(tmp_path: Path, encoding: str, separator: str) -> None:
    lines = [HEADER.replace(",", separator), separator.join(["v-1", "Eén", "Zoë", "", "Ik viel stil.", "31-3-2026"])]

    report = import_stories(write(tmp_path / "s.csv", *lines, encoding=encoding))

    story = Story.objects.get()
    assert (counts(report), story.title, story.author_name) == ((1, 0, 0, 0), "Eén", "Zoë")
    assert timezone.localdate(story.published_at) == dt.date(2026, 3, 31)


def test_import_reads_windows_line_ends_and_excels_first_line(tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_bytes(("sep=;\r\n" + HEADER.replace(",", ";") + "\r\nv-1;Eén;Zoë;;Tekst;\r\n").encode("utf-8-sig"))

    assert counts(import_stories(file)) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",Titel,Karin,rouw,Tekst,", (2, "source_id")),
        ("v-1,,Karin,rouw,Tekst,", (2, "title")),
        ("v-1," + "x" * 121 + ",Karin,rouw,Tekst,", (2, "title")),
        ("v-1,Titel,Karin,bestaat-niet,Tekst,", (2, "theme")),
        ("v-1,Titel,Karin,rouw,,", (2, "body")),
        ("v-1,Titel,Karin,rouw,Tekst,gisteren", (2, "published_on")),
        ("v-1,Titel,Karin,rouw,Tekst,2026-02-30", (2, "published_on")),
        ("v-1,Titel,Karin,rouw,Tekst,2999-01-01", (2, "published_on")),
        ("v-1,Titel,Karin,rouw,Tekst, met een komma,2026-01-01", (2, "")),
    ],
)
def test_import_reports_a_bad_row_and_keeps_the_others(tmp_path: Path, row: str, problem: tuple[int, str]) -> None:
    report = import_stories(write(tmp_path / "s.csv", HEADER, row, GOOD.replace("v-1", "v-2")))

    assert (problems(report), [story.source_id for story in Story.objects.all()]) == ([problem], ["v-2"])


def test_import_reports_a_number_that_is_used_twice(tmp_path: Path) -> None:
    report = import_stories(write(tmp_path / "s.csv", HEADER, GOOD, "", GOOD.replace("klap", "knal")))

    assert (counts(report), problems(report)) == ((1, 0, 0, 1), [(4, "source_id")])


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", (1, "")),
        ("source_id,title,author_name\nv-1,a,b\n", (1, "body")),
        ("source_id,title,title,author_name,body\nv-1,a,b,c,d\n", (1, "title")),
        ("\x00\x01\x02", (1, "source_id")),
    ],
)
def test_import_reports_a_file_it_cannot_use(tmp_path: Path, content: str, problem: tuple[int, str]) -> None:
    file = tmp_path / "s.csv"
    file.write_text(content, encoding="utf-8")

    report = import_stories(file)

    assert (problems(report)[0], Story.objects.count()) == (problem, 0)


def test_import_reports_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert problems(import_stories(tmp_path / "nergens.csv")) == [(1, "")]


def test_import_reports_a_column_it_does_not_know(tmp_path: Path) -> None:
    report = import_stories(write(tmp_path / "s.csv", HEADER + ",leeftijd", GOOD + ",45"))

    assert (counts(report), problems(report)) == ((1, 0, 0, 1), [(1, "leeftijd")])


def test_import_keeps_html_as_text(tmp_path: Path) -> None:
    import_stories(write(tmp_path / "s.csv", HEADER, "v-1,<b>Vet</b>,Karin,,<script>x</script>,"))

    assert Story.objects.get().body == "<script>x</script>"


def test_import_of_many_rows_asks_the_database_a_fixed_number_of_times(
    tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    rows = [GOOD.replace("v-1", f"v-{number}") for number in range(1000)]

    with django_assert_max_num_queries(20):
        report = import_stories(write(tmp_path / "s.csv", HEADER, *rows))

    assert (counts(report), Story.objects.filter(slug="na-de-klap-1000").count()) == ((1000, 0, 0, 0), 1)
