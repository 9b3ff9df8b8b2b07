"""The command ``zelfregie groups import``."""

from pathlib import Path

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zelfregie_core.plugins import ImportReport, RowProblem
from zelfregie_groups.domain.importing.from_file import import_groups


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option("--dry-run", is_flag=True, help="Report what would happen and change nothing.")
def import_command(file: Path, dry_run: bool) -> None:
    """Import a list of groups from a CSV file; again with a newer version of it.

    A bad row is reported and left out, the others are kept; the exit code is then 1. What an editor changed by hand
    is never overwritten.
    """

    def progress(rows: int) -> None:
        click.echo(ngettext("%(rows)s regel gelezen", "%(rows)s regels gelezen", rows) % {"rows": rows}, err=True)

    report = import_groups(file, dry_run=dry_run, progress=progress)
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
