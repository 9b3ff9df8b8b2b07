"""Storing what a list says, encrypted and in chunks: memory does not grow with the list."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zelfregie_groups.domain.bulk import insert_rows
from zelfregie_groups.domain.importing.problems import ImportProblem
from zelfregie_groups.models import ImportRun, ImportRunRow, ImportSource

CHUNK = 500
MAX_COLUMNS = 200


def start_run(
    source: ImportSource,
    file_name: str,
    columns: Sequence[str],
    rows: Iterable[tuple[int, Mapping[str, str]]],
    user: Any,
) -> ImportRun:
    """Store the cells of a list as a new import; the next step is ``preview_run``.

    :param rows: each the number of a row as a spreadsheet shows it, and its cells by column. Read once, never held.
    :param user: who does it; None for a feed that the site fetches itself.
    :raises ImportProblem: when there is no row, or a column comes twice. Nothing is stored then.
    """
    names = [str(name) for name in columns]
    _check_columns(names)
    with transaction.atomic():
        run = ImportRun.objects.create(source=source, file_name=file_name[:200], columns=names, started_by=user)
        count = 0
        for chunk in _chunks(rows):
            insert_rows(
                ImportRunRow,
                [ImportRunRow(run=run, number=number, cells=json.dumps(dict(cells))) for number, cells in chunk],
            )
            count += len(chunk)
        if not count:
            raise ImportProblem(_("Er staan alleen kolomnamen in het bestand, geen groepen."))
        run.counts = {"rows": count}
        run.save(update_fields=["counts"])
    return run


def examples_of(run: ImportRun, limit: int = 20) -> dict[str, list[str]]:
    """Return a few cells of each column that are not empty and not alike, from the first rows."""
    found: dict[str, list[str]] = {name: [] for name in run.columns}
    rows = ImportRunRow.objects.filter(run=run).order_by("pk")
    for text in rows.values_list("cells", flat=True)[: limit * 5]:
        for name, cell in json.loads(text or "{}").items():
            seen = found.setdefault(name, [])
            if cell.strip() and len(seen) < limit and cell[:200] not in seen:
                seen.append(cell[:200])
    return found


def _check_columns(names: list[str]) -> None:
    if not any(name.strip() for name in names):
        raise ImportProblem(_("Het bestand is leeg. Er moet een regel met kolomnamen in staan."))
    if len(names) > MAX_COLUMNS:
        raise ImportProblem(
            _("Het bestand heeft %(number)s kolommen; dat is te veel. Haal weg wat niet over groepen gaat.")
            % {"number": len(names)}
        )
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ImportProblem(
            _("De kolom '%(name)s' komt twee keer voor. Geef een van de twee een andere naam.") % {"name": twice[:80]}
        )


def _chunks(
    rows: Iterable[tuple[int, Mapping[str, str]]],
) -> Iterator[list[tuple[int, Mapping[str, str]]]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk
