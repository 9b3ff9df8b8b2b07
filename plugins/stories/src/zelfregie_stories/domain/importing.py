"""Loading ``stories.csv`` of an instance folder: again and again with the same outcome."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zelfregie_core.domain.indicators import indicators_changed
from zelfregie_core.domain.tables import Row, UnreadableFile, read_table
from zelfregie_core.models import Theme
from zelfregie_core.plugins import ImportReport, RowProblem
from zelfregie_stories.domain.moderation import make_slug, refresh_search_text
from zelfregie_stories.models import ErasedStory, Story
from zelfregie_stories.models.story import NAME_LENGTH, TITLE_LENGTH

REQUIRED = ("source_id", "title", "author_name", "body")
OPTIONAL = ("theme", "published_on")
MAX_SOURCE_ID = 80
#: Noon in the Netherlands, so that the day stays the day in every time zone near.
NOON = dt.time(12, 0)


@dataclass(frozen=True)
class _Wanted:
    """A row that is right, as a story should become."""

    source_id: str
    title: str
    author_name: str
    theme: Theme | None
    body: str
    published_on: dt.date | None

    @property
    def fingerprint(self) -> str:
        return _fingerprint(
            self.title, self.author_name, self.theme.slug if self.theme else "", self.body, self.published_on
        )


def import_stories(path: Path) -> ImportReport:
    """Publish the stories of a file, and update those that the file brought before and nobody changed since.

    A story that was changed, taken offline or withdrawn by hand stays as it is; one that was erased stays away. A row
    that is not right is reported and left out; the others are kept.
    """
    try:
        table = read_table(path, REQUIRED, OPTIONAL)
    except UnreadableFile as error:
        return ImportReport(problems=(error.problem,))
    problems = list(table.unknown)
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    erased = set(ErasedStory.objects.values_list("source_id", flat=True))
    seen: dict[str, int] = {}
    wanted: list[tuple[Row, _Wanted]] = []
    for row in table.rows:
        if isinstance(row, RowProblem):
            problems.append(row)
            continue
        found = list(_row_problems(row, themes, seen))
        seen.setdefault(row.text("source_id"), row.number)
        if found:
            problems += found
        else:
            wanted.append((row, _read(row, themes)))
    with transaction.atomic():
        report = _apply([(row, item) for row, item in wanted if item.source_id not in erased], problems)
    skipped = sum(item.source_id in erased for _row, item in wanted)
    if report.created or report.updated:
        indicators_changed()
    return ImportReport(
        report.created,
        report.updated,
        report.unchanged + skipped,
        tuple(sorted(problems, key=lambda problem: problem.row)),
        table.remarks,
    )


def _apply(wanted: list[tuple[Row, _Wanted]], problems: list[RowProblem]) -> ImportReport:
    stories = {
        story.source_id: story
        for story in Story.objects.select_for_update(of=("self",)).exclude(source_id="").select_related("theme")
    }
    taken = set(Story.objects.exclude(slug=None).values_list("slug", flat=True))
    new: list[Story] = []
    updated = unchanged = 0
    for row, item in wanted:
        story = stories.get(item.source_id)
        if story is None:
            story = Story(source_id=item.source_id, slug=make_slug(item.title, taken))
            taken.add(story.slug or "")
            _fill(story, item)
            new.append(story)
        elif story.source_fingerprint == item.fingerprint:
            unchanged += 1
        elif not story.is_published or _current_fingerprint(story) != story.source_fingerprint:
            unchanged += 1
            message = _("Dit verhaal is op de site met de hand veranderd. Het bestand verandert er niets meer aan.")
            problems.append(RowProblem(row.number, "", message))
        else:
            _fill(story, item)
            story.save()
            updated += 1
    Story.objects.bulk_create(new, batch_size=500)
    return ImportReport(len(new), updated, unchanged)


def _fill(story: Story, item: _Wanted) -> None:
    story.title, story.author_name, story.theme, story.body = item.title, item.author_name, item.theme, item.body
    story.status = Story.Status.PUBLISHED
    if item.published_on:
        story.published_at = timezone.make_aware(dt.datetime.combine(item.published_on, NOON))
    else:
        story.published_at = story.published_at or timezone.now()
    story.source_fingerprint = item.fingerprint
    refresh_search_text(story)


def _read(row: Row, themes: dict[str, Theme]) -> _Wanted:
    return _Wanted(
        row.text("source_id"),
        " ".join(row.text("title").split()),
        " ".join(row.text("author_name").split()),
        themes.get(row.text("theme").casefold()),
        "\n".join(line.rstrip() for line in row.text("body").splitlines()),
        _date(row.text("published_on")),
    )


def _row_problems(row: Row, themes: dict[str, Theme], seen: dict[str, int]) -> Iterator[RowProblem]:
    for column, limit in (("source_id", MAX_SOURCE_ID), ("title", TITLE_LENGTH), ("author_name", NAME_LENGTH)):
        if not row.text(column):
            yield RowProblem(row.number, column, _("Vul dit in."))
        elif len(row.text(column)) > limit:
            message = _("Dit is te lang: maak er hooguit %(limit)s tekens van.") % {"limit": limit}
            yield RowProblem(row.number, column, message)
    if not row.text("body"):
        yield RowProblem(row.number, "body", _("Vul dit in."))
    if row.text("theme") and row.text("theme").casefold() not in themes:
        message = _("Het thema “%(theme)s” bestaat niet. Gebruik een sleutel uit de lijst van thema's.")
        yield RowProblem(row.number, "theme", message % {"theme": row.text("theme")})
    if row.text("published_on"):
        try:
            day = _date(row.text("published_on"))
        except ValueError:
            message = _("“%(value)s” is geen datum. Schrijf de datum als 2026-03-31.")
            yield RowProblem(row.number, "published_on", message % {"value": row.text("published_on")})
        else:
            if day and day > timezone.localdate():
                yield RowProblem(row.number, "published_on", _("Deze dag moet nog komen. Kies een eerdere dag."))
    if row.text("source_id") and row.text("source_id") in seen:
        message = _("Dit nummer staat ook op regel %(row)s. Geef elk verhaal een eigen nummer.")
        yield RowProblem(row.number, "source_id", message % {"row": seen[row.text("source_id")]})


def _date(value: str) -> dt.date | None:
    """A day as 2026-03-31, or as Dutch Excel writes it: 31-3-2026 or 31/03/2026.

    :raises ValueError: when it is neither.
    """
    if not value:
        return None
    if match := re.fullmatch(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", value):
        day, month, year = (int(part) for part in match.groups())
        return dt.date(year, month, day)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError(value)
    return dt.date.fromisoformat(value)


def _current_fingerprint(story: Story) -> str:
    """The fingerprint of what the story says now; of its day only when the file named one."""
    slug = story.theme.slug if story.theme else ""
    day = timezone.localdate(story.published_at) if story.published_at else None
    fingerprints = {
        _fingerprint(story.title, story.author_name, slug, story.body, day),
        _fingerprint(story.title, story.author_name, slug, story.body, None),
    }
    return story.source_fingerprint if story.source_fingerprint in fingerprints else ""


def _fingerprint(title: str, author_name: str, theme: str, body: str, day: dt.date | None) -> str:
    text = "\x1f".join([title, author_name, theme, body.replace("\r\n", "\n"), day.isoformat() if day else ""])
    return hashlib.sha256(text.encode()).hexdigest()
