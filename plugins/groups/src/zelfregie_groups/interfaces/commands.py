"""The command ``zelfregie groups import``."""

from pathlib import Path

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zelfregie_core.plugins import ImportReport, RowProblem
from zelfregie_groups.domain.importing.from_file import import_groups
from zelfregie_groups.domain.importing.from_list import import_list
from zelfregie_groups.models import ImportSource

OWN = "csv"
#: A table with these endings has our own columns, unless --format says otherwise.
TEXT_ENDINGS = {".csv", ".tsv", ".txt", ""}


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--dry-run", is_flag=True, help="Report what would happen and change nothing.")
@click.option(
    "--format",
    "kind",
    type=click.Choice([OWN, *ImportSource.Format.values]),
    help="csv: our own columns. table: Excel or CSV with any columns. Default: what the file is.",
)
@click.option("--theme", default="", metavar="SLUG", help="The theme of groups of which the list names none.")
def import_command(file: Path, dry_run: bool, kind: str | None, theme: str) -> None:
    """Import a list of groups; again with a newer version of it.

    FILE is a CSV with our own columns, an Excel file (.xlsx), Meeting Guide JSON, or HSDS 3.0: JSON, a zip or a folder
    with tables. A bad row is reported and left out, the others are kept; the exit code is then 1. What an editor
    changed by hand is never overwritten.
    """

    def progress(rows: int) -> None:
        click.echo(ngettext("%(rows)s regel gelezen", "%(rows)s regels gelezen", rows) % {"rows": rows}, err=True)

    is_own = kind == OWN or (kind is None and not file.is_dir() and file.suffix.lower() in TEXT_ENDINGS)
    if is_own and theme:
        raise click.UsageError("--theme is for other lists: in ours every group names its themes.")
    report = (
        import_groups(file, dry_run=dry_run, progress=progress)
        if is_own
        else import_list(file, kind or "", theme=theme, dry_run=dry_run, progress=progress)
    )
    for line in report_lines(report, dry_run=dry_run):
        click.echo(line)
    if report.problems:
        raise click.exceptions.Exit(1)


def report_lines(report: ImportReport, *, dry_run: bool) -> list[str]:
    """Return a report as lines of text: what to repair, what was noticed, and the numbers last."""
    lines = []
    if report.problems:
        lines += ["", _("Niet gebruikt:"), *(_line(problem) for problem in report.problems)]
    if report.notices:
        lines += ["", _("Opgemerkt:"), *(_line(notice) for notice in report.notices)]
    rows = len({problem.row for problem in report.problems})
    counts = _("Nieuw: %(new)s. Bijgewerkt: %(updated)s. Gelijk gebleven: %(same)s. Niet gebruikt: %(bad)s.") % {
        "new": report.created,
        "updated": report.updated,
        "same": report.unchanged,
        "bad": rows,
    }
    lines += ["", counts]
    if dry_run:
        lines.append(_("Dit was een proef: er is niets veranderd."))
    return lines


def _line(problem: RowProblem) -> str:
    where = _("regel %(row)s") % {"row": problem.row}
    if problem.column:
        where += ", " + _("kolom %(column)s") % {"column": problem.column}
    return f"  {where}: {problem.message}"
