"""`zelfregie instance`: the folder of a region, apart from any database.

Exit codes: 0 done, or nothing to do; 1 something must be put right first; 2 the command was used in a wrong way; 3
done, and something waits for a person: a newer blueprint (`--check`), or files in which to choose.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from zelfregie_tenants.blueprint.update import Update

WAITS = 3
MARKS = {"add": "+", "replace": "~", "merge": "~", "remove": "-", "keep": "i", "conflict": "X"}


@click.group()
def instance() -> None:
    """Follow the blueprint with the folder of a region."""


@instance.command()
def blueprint() -> None:
    """Print where this release's blueprint is, for `cookiecutter "$(zelfregie instance blueprint)"`."""
    from zelfregie_tenants.blueprint import template_folder  # noqa: PLC0415 -- `zelfregie --help` stays quick

    click.echo(template_folder())


@instance.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--blueprint",
    "template",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Another blueprint than this release's: a cookiecutter template.",
)
@click.option("--check", is_flag=True, help="Only say whether the blueprint has something new: ends with 3 if so.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
def update(folder: Path, template: Path | None, check: bool, dry_run: bool) -> None:
    """Bring the instance in DIR to this release's blueprint.

    What you changed stays, what the blueprint changed comes in, and what you removed stays away. Where both changed the
    same lines differently the file holds both versions: choose, and launch. Nothing happens to the site until then.
    """
    from zelfregie_tenants.blueprint import BakeRefused  # noqa: PLC0415 -- `zelfregie --help` stays quick
    from zelfregie_tenants.blueprint.baseline import UpdateRefused  # noqa: PLC0415 -- the same
    from zelfregie_tenants.blueprint.update import plan_update, update_instance  # noqa: PLC0415 -- the same
    from zelfregie_tenants.manifest import BLUEPRINT_VERSION  # noqa: PLC0415 -- the same

    only_look = check or dry_run
    try:
        found = plan_update(folder, template) if only_look else update_instance(folder, template)
    except (UpdateRefused, BakeRefused) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        message = f"{error.filename or folder} could not be written: {error.strerror}. Put that right and update again."
        raise click.ClickException(message) from error
    if found.is_empty:
        click.echo(f"{folder} follows blueprint {found.after}.")
        return
    if check:
        newer = "it has changed since" if found.after == found.before else f"there is a newer one: {found.after}"
        click.echo(f"{folder} follows blueprint {found.before}; {newer}.")
        raise click.exceptions.Exit(WAITS)
    _show(found)
    verb = "would go" if dry_run else "went"
    way = f"from blueprint {found.before} to {found.after}"
    if found.before == found.after:
        way = f"along with what changed in blueprint {found.after}"
    click.echo(f"\n{folder} {verb} {way}.")
    if found.conflicts and not dry_run:
        click.echo("Choose in the files with X; then: zelfregie region plan " + str(folder))
    elif not dry_run:
        click.echo(f"See what it means for the site: zelfregie region plan {folder}")
    if found.after > BLUEPRINT_VERSION:
        click.echo(
            f"! This release reads folders of blueprint {BLUEPRINT_VERSION}: launch it with a release that reads "
            f"{found.after}. A template of your own keeps the number of the blueprint that it was made from."
        )
    if found.conflicts:
        raise click.exceptions.Exit(WAITS)


def _show(found: Update) -> None:
    for file in found.files:
        note = f" ({file.note})" if file.note else ""
        click.echo(f"{MARKS[file.change.value]} {file.path}{note}")
    for key, value in found.answers.items():
        click.echo(f"? {key.lstrip('_')}: a new question, answered with “{value}”")
