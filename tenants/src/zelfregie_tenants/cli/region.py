"""`zelfregie region plan DIR` and `zelfregie region launch DIR`.

Exit codes: 0 done; 1 the folder, or what the platform has against it, must be put right first; 2 the command was used
in a wrong way; 3 done, and folder and site are in conflict about something: that stays as it is until somebody decides.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zelfregie_tenants.cli.plan_output import MARKS, as_json, how_to_decide, show_plan
from zelfregie_tenants.cli.support import set_up_django

if TYPE_CHECKING:
    from rich.console import Console

    from zelfregie_tenants.domain.launch import LaunchResult
    from zelfregie_tenants.domain.plan_decisions import Decisions
    from zelfregie_tenants.manifest import ManifestError

#: What click makes of an option with three words that can be given more than once.
Choices = tuple[tuple[str, str, str], ...]
FOLDER = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
ADOPT = click.option(
    "--adopt", is_flag=True, help="Take over the region of this slug that was launched from another folder."
)
TAKE = click.option(
    "--take",
    type=(click.Choice(["folder"]), str, str),
    multiple=True,
    metavar="folder KIND KEY",
    help="Let the folder's version of an item replace what was changed by hand. Can be given more than once.",
)
KEEP = click.option(
    "--keep",
    type=(click.Choice(["site"]), str, str),
    multiple=True,
    metavar="site KIND KEY",
    help="Keep the site's version of an item, and ask no more until the folder changes again.",
)
REMOVE_DOMAINS = click.option(
    "--remove-domains", is_flag=True, help="Take away domains that the folder does not name any more."
)
#: Done, and something waits for a person.
CONFLICTS = 3


@click.group()
def region() -> None:
    """Plan, launch, list and show regions."""


@region.command()
@FOLDER
@ADOPT
@TAKE
@KEEP
@REMOVE_DOMAINS
@click.option("--offline", is_flag=True, help="Only look at the folder: what a first launch would make.")
@click.option("--all", "show_all", is_flag=True, help="Also list what would stay as it is.")
@click.option("--diff", is_flag=True, help="Show the texts: as last applied, in the folder, on the site.")
@click.option("--json", "as_data", is_flag=True, help="Print the plan as JSON.")
def plan(
    folder: Path,
    adopt: bool,
    take: Choices,
    keep: Choices,
    remove_domains: bool,
    offline: bool,
    show_all: bool,
    diff: bool,
    as_data: bool,
) -> None:
    """Show what launching the instance in DIR would change. Changes nothing.

    Compares what was last applied, the folder and the site. Ends with 3 when folder and site are in conflict.
    """
    if offline:
        # Never connected to; named so that the settings of this machine do not start a server for nothing.
        os.environ["DATABASE_URL"] = "postgresql:///offline"
    set_up_django()
    from zelfregie_tenants.domain.plan import plan_offline, plan_region, read_instance  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.manifest import ManifestError  # noqa: PLC0415 -- the same

    console = _console()
    try:
        if offline:
            found = plan_offline(read_instance(folder))
        else:
            decided = decisions(take, keep)
            found = plan_region(folder, adopt=adopt, decisions=decided, remove_domains=remove_domains)
    except ManifestError as error:
        _refuse(console, folder, error)
    if as_data:
        click.echo(as_json(found))
    else:
        show_plan(console, found, show_all=show_all, texts=diff)
        if found.conflicts:
            console.print(how_to_decide(found, folder))
        if found.changes:
            console.print(f"\nTo carry this out: zelfregie region launch {folder}", highlight=False, soft_wrap=True)
    if found.conflicts:
        raise click.exceptions.Exit(CONFLICTS)


@region.command()
@FOLDER
@ADOPT
@TAKE
@KEEP
@REMOVE_DOMAINS
@click.option(
    "--demo-password",
    metavar="TEXT",
    help="A known password for new accounts; only where the folder says demo = true.",
)
@click.option("--no-invite", is_flag=True, help="Do not send new people a link to choose their password.")
@click.option("--show-links", is_flag=True, help="Print the links of the invitations, to hand them over yourself.")
@click.option("--go-live", "opens", is_flag=True, help="Then open the site for visitors, if everything is in order.")
def launch(
    folder: Path,
    adopt: bool,
    take: Choices,
    keep: Choices,
    remove_domains: bool,
    demo_password: str | None,
    no_invite: bool,
    show_links: bool,
    opens: bool,
) -> None:
    """Make the site of the instance in DIR, or bring it up to date.

    What was changed by hand on the site is reported and stays, unless --take says otherwise. Visitors see a new site
    when it is opened: `zelfregie region go-live`. An example (`demo = true`) is open at once.

    Ends with 3 when folder and site are in conflict about something, which then waits for --take or --keep.
    """
    set_up_django()
    from zelfregie_tenants.domain.launch import LaunchRefused, launch_region  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.manifest import ManifestError  # noqa: PLC0415 -- the same
    from zelfregie_tenants.manifest.reader import ROLES  # noqa: PLC0415 -- the same

    logging.getLogger("wagtail").setLevel(logging.WARNING)
    console = _console()
    try:
        with console.status("Launching") as status:
            result = launch_region(
                folder,
                lambda message: status.update(message),
                adopt=adopt,
                demo_passwords=dict.fromkeys(ROLES, demo_password) if demo_password else None,
                invite=not no_invite,
                decisions=decisions(take, keep),
                remove_domains=remove_domains,
            )
    except ManifestError as error:
        _refuse(console, folder, error)
    except LaunchRefused as error:
        raise click.ClickException(str(error)) from error
    _show_result(console, result, show_links=show_links)
    if opens and result.region.state != result.region.State.LAUNCHED:
        from zelfregie_tenants.cli.readiness import open_region  # noqa: PLC0415 -- it adds commands to this module's group

        open_region(result.region, {})
    if result.plan.conflicts:
        console.print(how_to_decide(result.plan, folder))
        raise click.exceptions.Exit(CONFLICTS)


def decisions(take: Choices, keep: Choices) -> Decisions:
    """Return what the options say.

    Raises:
        DecisionRefused: an item is both taken and kept.
    """
    from zelfregie_tenants.domain.plan_decisions import Decisions  # noqa: PLC0415 -- needs set_up_django

    return Decisions.of([(kind, key) for _side, kind, key in take], [(kind, key) for _side, kind, key in keep])


def _console() -> Console:
    from rich.console import Console  # noqa: PLC0415 -- `zelfregie --help` stays quick

    return Console(highlight=False, soft_wrap=True)


def _refuse(console: Console, folder: Path, error: ManifestError) -> None:
    """List everything that is wrong, each with its remedy, and leave with exit code 1."""
    from rich.text import Text  # noqa: PLC0415 -- `zelfregie --help` stays quick

    count = len(error.problems)
    console.print(Text(f"{folder}: {count} thing{'s' if count > 1 else ''} to put right.\n"))
    for problem in error.problems:
        console.print(Text.assemble((problem.place, "bold")))
        console.print(Text(f"  {problem.message} {problem.remedy}".rstrip()))
    raise click.exceptions.Exit(1)


def _show_result(console: Console, result: LaunchResult, *, show_links: bool) -> None:
    from rich.text import Text  # noqa: PLC0415 -- `zelfregie --help` stays quick

    changes = len(result.plan.changes)
    is_open = result.region.is_launched
    new = "is online" if is_open else "is made"
    what = new if result.plan.is_new else "is up to date" if not changes else f"is up to date, {changes} changed"
    console.print(Text.assemble((result.region.name, "bold"), f" {what}: {result.url}/"))
    for name, report in result.reports.items():
        bad = f", {len(report.problems)} rows could not be used" if report.problems else ""
        console.print(
            Text(f"{name}: {report.created} new, {report.updated} changed, {report.unchanged} as before{bad}")
        )
        for problem in report.problems[:20]:
            column = f" {problem.column}" if problem.column else ""
            console.print(Text(f"  row {problem.row}{column}: {problem.message}"))
        if len(report.problems) > 20:
            console.print(Text(f"  and {len(report.problems) - 20} more"))
    told = [item for item in result.plan.changes if item.note]
    for item in (*told, *result.plan.drift, *result.plan.notes, *result.plan.conflicts):
        mark, colour = MARKS[item.action.value]
        console.print(Text.assemble((f"{mark} ", colour), f"{item.name}: {item.note}"))
    for invitation in result.invitations:
        state = "invited" if invitation.sent else "could not be mailed; the next launch tries again"
        console.print(Text(f"{invitation.email}: {state}"))
        if show_links or not invitation.sent:
            console.print(Text(f"  {invitation.link}"))
    if result.region.state == result.region.State.PREPARED:
        console.print(Text(f"Visitors do not see it yet. Next: zelfregie region readiness {result.region.slug}"))
