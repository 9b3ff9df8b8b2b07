"""What tests of imports share: a list, its rows, and the state of a region to compare."""

from typing import Any

from zelfregie_groups.domain.importing.group_values import values_of
from zelfregie_groups.domain.importing.runs import guess_mapping, preview_run, start_run
from zelfregie_groups.models import Group, ImportedRow, ImportRun, ImportRunRow, ImportSource
from zelfregie_tenants.domain.current import current_region
from zelfregie_tenants.models import Listing

#: What an editor may decide about a row.
APPLY, LINK, SKIP = "apply", "link", "skip"
ROW = {
    "id": "1",
    "naam": "Rouwcafé Heerlen",
    "thema": "rouw",
    "straat": "Dorpsstraat 1",
    "postcode": "6411 AB",
    "plaats": "Heerlen",
    "dag": "dinsdag",
    "tijd": "19.30 - 21.00 uur",
    "hoe vaak": "wekelijks",
    "e-mail": "anna@voorbeeld.nl",
    "rolstoel": "ja",
}


def new_source(name: str = "Onze lijst") -> ImportSource:
    return ImportSource.objects.create(name=name)


def start(source: ImportSource, *rows: dict[str, str], user: Any = None, columns: Any = None) -> ImportRun:
    """Start an import; each row is a set of changes to ROW."""
    full = [ROW | row for row in rows]
    columns = columns or list(dict.fromkeys(name for row in full for name in row))
    return start_run(source, "lijst.xlsx", columns, enumerate(full, 2), user)


def preview(source: ImportSource, *rows: dict[str, str], user: Any = None, **defaults: str) -> ImportRun:
    """Start and preview an import with the guessed mapping."""
    run = start(source, *rows, user=user)
    preview_run(run, guess_mapping(run.columns, {}, source.mapping), defaults)
    return run


def verdicts(run: ImportRun) -> list[tuple[int, str]]:
    return list(run.rows.values_list("number", "verdict"))


def row_of(run: ImportRun, number: int = 2) -> ImportRunRow:
    return run.rows.get(number=number)


def messages(run: ImportRun) -> list[tuple[int, str, str]]:
    return [(row.number, line["column"], line["message"]) for row in run.rows.all() for line in row.messages]


def snapshot() -> dict[str, Any]:
    """Return everything of the region's groups that an import can change, and what the directory says of them.

    Not ``changed_at``, which says that something happened, nor keys of schedules, which are written anew.
    """
    groups = Group.objects.order_by("pk").prefetch_related("themes", "schedules", "exceptions")
    listings = Listing.objects.filter(region=current_region(), plugin="groups").order_by("key")
    return {
        "groups": [
            {
                "pk": group.pk,
                "slug": group.slug,
                "published": group.published,
                "source_id": group.source_id,
                "imported_from": group.imported_from_id,
                "sort_name": group.sort_name,
                "search_text": group.search_text,
                "upcoming": group.upcoming,
                "completeness": group.completeness,
                **values_of(group),
            }
            for group in groups
        ],
        "rows": sorted(
            (row.source_id or 0, row.key, row.group_id or 0, row.values) for row in ImportedRow.objects.all()
        ),
        "listings": list(
            listings.values("key", "title", "path", "summary", "themes", "city", "weekdays", "upcoming", "card")
        ),
    }
