"""Reading ``practices.csv`` into the current region: again and again with the same outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zelfregie_core.domain.indicators import indicators_changed
from zelfregie_core.domain.merge import merge
from zelfregie_core.domain.tables import Row, UnreadableFile, read_table
from zelfregie_core.plugins import ImportReport, RowProblem
from zelfregie_referrals.models import Practice

KEY = "source_id"
#: The columns besides the key; each is the field of the same name.
COLUMNS = ("name", "kind", "postal_code", "city", "email")
REQUIRED = (KEY, "name")


@dataclass
class _Work:
    """What one import is about to write."""

    problems: list[RowProblem] = field(default_factory=list)
    new: list[Practice] = field(default_factory=list)
    known: list[Practice] = field(default_factory=list)
    updated: int = 0
    unchanged: int = 0


def load_practices(path: Path) -> ImportReport:
    """Read practices from a file. Rows that are wrong are reported, the others are kept.

    A value that an editor changed since the last import stays as the editor left it. A practice that is not in the
    file any more stays too: switch it off by hand.
    """
    try:
        table = read_table(path, REQUIRED, [name for name in COLUMNS if name not in REQUIRED])
    except UnreadableFile as error:
        return ImportReport(problems=(error.problem,))
    work = _Work(problems=list(table.unknown))
    existing = {practice.source_id: practice for practice in Practice.objects.exclude(source_id="")}
    seen: dict[str, int] = {}
    for row in table.rows:
        if isinstance(row, RowProblem):
            work.problems.append(row)
        else:
            _take(row, existing, seen, work)
    with transaction.atomic():
        Practice.objects.bulk_create(work.new, batch_size=500)
        Practice.objects.bulk_update(work.known, [*COLUMNS, "imported_values"], batch_size=500)
    if work.new or work.updated:
        indicators_changed()
    return ImportReport(len(work.new), work.updated, work.unchanged, tuple(work.problems), table.remarks)


def _take(row: Row, existing: Mapping[str, Practice], seen: dict[str, int], work: _Work) -> None:
    """Judge one row and put it with what is to be written, or among the problems."""
    source_id = row.text(KEY)
    if source_id in seen:
        message = _("Dit kenmerk staat ook in rij %(row)s; die rij telt.") % {"row": seen[source_id]}
        work.problems.append(RowProblem(row.number, KEY, message))
        return
    given = {name: row.text(name) for name in COLUMNS}
    given["kind"] = given["kind"].casefold() or Practice.Kind.OTHER.value
    problems = _problems(row.number, source_id, given)
    if problems:
        work.problems += problems
        return
    seen[source_id] = row.number
    practice = existing.get(source_id)
    if practice is None:
        work.new.append(Practice(source_id=source_id, imported_values=given, **given))
        return
    merged = merge(given, {name: getattr(practice, name) for name in COLUMNS}, practice.imported_values)
    if merged.changes:
        work.updated += 1
    else:
        work.unchanged += 1
    if merged.changes or merged.remembered != practice.imported_values:
        for name, value in merged.changes.items():
            setattr(practice, name, value)
        practice.imported_values = merged.remembered
        work.known.append(practice)


def _problems(number: int, source_id: str, given: Mapping[str, str]) -> list[RowProblem]:
    """What is wrong with a row, column by column."""
    problems = [
        RowProblem(number, name, _("Hier staat een < of >. Gebruik gewone tekst, zonder HTML."))
        for name, value in given.items()
        if "<" in value or ">" in value
    ]
    if not source_id:
        problems.append(RowProblem(number, KEY, _("Vul een kenmerk in, bijvoorbeeld een nummer.")))
    try:
        Practice(source_id=source_id, **given).clean_fields()
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            problems.append(RowProblem(number, name, " ".join(messages)))
    return problems
