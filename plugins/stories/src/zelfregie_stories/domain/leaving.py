"""What a region takes along of its stories: what everybody may read, and apart from it what is personal."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localdate

from zelfregie_core.domain.indicators import indicators_changed
from zelfregie_core.domain.leaving import read_json_list, write_json_list
from zelfregie_core.domain.tables import write_table
from zelfregie_core.models import Theme
from zelfregie_core.plugins import ExportFile, ImportReport
from zelfregie_stories.domain.importing import OPTIONAL, REQUIRED, import_stories
from zelfregie_stories.domain.moderation import refresh_search_text
from zelfregie_stories.models import ErasedStory, Story

#: Of a story, as it is.
TEXTS = (
    "title", "author_name", "body", "status", "needs_care", "moderation_note", "contact_email", "consent_text",
    "consent_version", "slug",
)  # fmt: skip
MOMENTS = ("submitted_at", "published_at", "closed_at", "consent_at")


def export_files() -> Sequence[ExportFile]:
    """Return the files; see the hook `region_export`."""
    return [
        ExportFile(
            "stories.csv",
            write_published,
            "De verhalen die op de site staan, met de naam die de schrijver koos.",
            "The stories on the site, with the name that the author chose.",
            load=import_stories,
        ),
        ExportFile(
            "personal/stories.json",
            write_all,
            "Alle verhalen, ook die wachten of niet geplaatst zijn, met e-mailadressen en toestemmingen.",
            "All stories, those that wait or were refused too, with e-mail addresses and consents.",
            personal=True,
            load=load_all,
        ),
    ]


def write_published(target: IO[bytes]) -> None:
    """Write the published stories in the columns that a launch reads."""
    columns = (*REQUIRED, *OPTIONAL)
    write_table(target, columns, ([cells[name] for name in columns] for cells in _published()))


def _published() -> Iterator[dict[str, str]]:
    for story in Story.objects.filter(status=Story.Status.PUBLISHED).select_related("theme").order_by("pk").iterator():
        yield {
            "source_id": key_of(story),
            "title": story.title,
            "author_name": story.author_name,
            "body": "\n".join(line.rstrip() for line in story.body.splitlines()).strip(),
            "theme": story.theme.slug if story.theme else "",
            "published_on": localdate(story.published_at).isoformat() if story.published_at else "",
        }


def write_all(target: IO[bytes]) -> None:
    """Write every story with all that is known of it, and the numbers of those that were erased."""
    write_json_list(target, _records())


def load_all(path: Path) -> ImportReport:
    """Give the stories of a region that was just launched all that the list of published ones cannot carry."""
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    created = updated = unchanged = 0
    with transaction.atomic():
        for record in read_json_list(path):
            if "erased" in record:
                ErasedStory.objects.get_or_create(source_id=record["erased"])
                continue
            story = Story.objects.filter(source_id=record["source_id"]).first()
            is_new = story is None
            story = story or Story(source_id=record["source_id"])
            if not is_new and _record(story) == record:
                unchanged += 1
                continue
            _fill(story, record, themes)
            story.save()
            # Its own moment: saving a new one sets it to this one.
            Story.objects.filter(pk=story.pk).update(submitted_at=record["submitted_at"])
            created, updated = created + is_new, updated + (not is_new)
    indicators_changed()
    return ImportReport(created, updated, unchanged)


def key_of(story: Story) -> str:
    """Return the number by which a file knows this story."""
    return story.source_id or str(story.public_id)


def _records() -> Iterator[dict[str, Any]]:
    for story in Story.objects.select_related("theme").order_by("pk").iterator(chunk_size=200):
        yield _record(story)
    for source_id in ErasedStory.objects.order_by("source_id").values_list("source_id", flat=True):
        yield {"erased": source_id}


def _record(story: Story) -> dict[str, Any]:
    return {
        "source_id": key_of(story),
        "public_id": str(story.public_id),
        "theme": story.theme.slug if story.theme else "",
        **{name: getattr(story, name) for name in TEXTS},
        **{name: _written(getattr(story, name)) for name in MOMENTS},
    }


def _fill(story: Story, record: dict[str, Any], themes: dict[str, Theme]) -> None:
    story.public_id = record["public_id"]
    story.theme = themes.get(record["theme"])
    for name in TEXTS:
        setattr(story, name, record[name])
    for name in MOMENTS:
        setattr(story, name, parse_datetime(record[name]) if record[name] else None)
    if story.is_published:
        refresh_search_text(story)


def _written(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(dt.UTC).isoformat() if moment else None
