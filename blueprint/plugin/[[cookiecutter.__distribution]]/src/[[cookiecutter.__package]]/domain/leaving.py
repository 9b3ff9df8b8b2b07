"""What a region takes along when it leaves, and reads back elsewhere."""

from pathlib import Path
from typing import IO

from [[ cookiecutter.__package ]].models import [[ cookiecutter.model ]]
from zelfregie_core.domain.leaving import read_json_list, write_json_list
from zelfregie_core.models import Theme
from zelfregie_core.plugins import ExportFile, ImportReport

FIELDS = ("slug", "title", "day", "place", "summary")


def export_files() -> list[ExportFile]:
    """The files of this plugin."""
    return [
        ExportFile(
            "data/[[ cookiecutter.slug ]].json",
            write,
            "[[ cookiecutter.title ]] van de regio.",
            "[[ cookiecutter.title_en ]] of the region.",
            load=load,
        )
    ]


def write(target: IO[bytes]) -> None:
    """Write all of them, also those that are over."""
    rows = [[ cookiecutter.model ]].objects.order_by("pk").values(*FIELDS, "theme__slug").iterator()
    write_json_list(target, rows)


def load(path: Path) -> ImportReport:
    """Read them back; one with the same address is left as it is."""
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    created = unchanged = 0
    for item in read_json_list(path):
        values = {name: item[name] for name in FIELDS if name != "slug"}
        values["theme"] = themes.get(item["theme__slug"])
        _row, is_new = [[ cookiecutter.model ]].objects.get_or_create(slug=item["slug"], defaults=values)
        created, unchanged = created + is_new, unchanged + (not is_new)
    return ImportReport(created=created, unchanged=unchanged)
