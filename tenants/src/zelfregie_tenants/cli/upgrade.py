"""`zelfregie upgrade`: after installing a release.

Exit codes: 0 every region is at this release; 1 something is left, and a sentence says what; 2 wrong use.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from zelfregie_tenants.cli.support import UnknownRegion, set_up_django

if TYPE_CHECKING:
    from rich.console import Console

    from zelfregie_tenants.domain.upgrade import FleetPlan, Report
    from zelfregie_tenants.domain.upgrade.preflight import Finding
    from zelfregie_tenants.domain.upgrade.region import Outcome

#: How many of a long list are shown.
SHOWN = 10


@click.command()
@click.option(
    "--plan", "only_plan", is_flag=True, help="Show which regions lack what, and what to know before. Changes nothing."
)
@click.option("--status", is_flag=True, help="Show how far the running upgrade is, or how the last one went.")
@click.option("--only", metavar="SLUG", multiple=True, help="Upgrade this region only; may be repeated.")
@click.option("--canary", metavar="SLUG", help="Upgrade this region, ask for its home page, and stop.")
@click.option(
    "--continue", "go_on", is_flag=True, help="With --canary: go on with the others when its home page is well."
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    help="Regions at the same time. Default: as processors and free connections allow.",
)
def upgrade(
    only_plan: bool, status: bool, only: tuple[str, ...], canary: str | None, go_on: bool, jobs: int | None
) -> None:
    """Bring the platform, the template and all regions to this release; also prepares an empty database.

    Visitors are served meanwhile. A region is upgraded whole or stays as it was; one that fails does not stop the
    others. Stopped at any moment, the same command does what is left.
    """
    if go_on and not canary:
        message = "--continue belongs to --canary SLUG."
        raise click.UsageError(message)
    if canary and only:
        message = "Use either --canary or --only."
        raise click.UsageError(message)
    set_up_django()
    from rich.console import Console  # noqa: PLC0415 -- `zelfregie --help` stays quick

    console = Console(highlight=False, soft_wrap=True)
    if status:
        _show_status(console)
        return
    _require([*only, *([canary] if canary else [])])
    if only_plan:
        _show_plan(console, only or ([canary] if canary else ()), jobs)
        return
    if canary:
        _finish(console, _run(console, [canary], jobs), last=False)
        _probe(console, canary)
        if not go_on:
            console.print("The canary is well. To go on with the others: zelfregie upgrade")
            return
    _finish(console, _run(console, only, jobs), last=True)


def _require(slugs: list[str]) -> None:
    """Refuse a slug that no region has. `find_region` would read columns that the platform may not have yet."""
    from zelfregie_tenants.domain.upgrade.survey import known_slugs  # noqa: PLC0415 -- needs set_up_django

    known = known_slugs()
    for slug in slugs:
        if slug not in known:
            message = f"There is no region “{slug}”. Regions: {', '.join(known) or 'none'}."
            raise UnknownRegion(message)


def _run(console: Console, only: tuple[str, ...] | list[str], jobs: int | None) -> Report:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 -- the same

    from zelfregie_tenants.domain.upgrade import upgrade_fleet  # noqa: PLC0415 -- needs set_up_django

    # It draws when it is told to: a thread of its own may not be there when processes start.
    columns = (TextColumn("Regions"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console, auto_refresh=False, transient=True)
    task = bar.add_task("regions", total=None, visible=False)

    def watch(outcome: Outcome | None, done: int, total: int) -> None:
        bar.update(task, completed=done, total=total, visible=True)
        if outcome is not None and outcome.cause:
            bar.console.print(f"  {outcome.slug}: {outcome.cause}", style="red", markup=False)
        bar.refresh()

    def progress(message: str) -> None:
        console.print(f"{message} ...", style="dim", markup=False)

    with bar if console.is_terminal else nullcontext():
        return upgrade_fleet(
            only=only,
            jobs=jobs,
            progress=progress,
            watch=watch,
            on_findings=lambda findings: _show_findings(console, findings),
        )


def _finish(console: Console, report: Report, *, last: bool) -> None:
    """Say what was done; leave with exit code 1 when something is left."""
    done = [outcome for outcome in report.outcomes if not outcome.cause]
    drafts = [region.slug for region in report.plan.regions if not region.region.has_schema]
    if report.plan.platform:
        console.print(f"Platform: {_count(len(report.plan.platform), 'migration')} applied.")
    current = len(report.plan.regions) - len(report.plan.behind) - len(report.plan.refused) - len(drafts)
    drafted = f", {len(drafts)} without a schema yet" if drafts else ""
    console.print(f"Regions: {len(done)} upgraded, {current} were up to date{drafted}.")
    for planned in report.plan.refused:
        console.print(f"  {planned.slug} is left out: {planned.note}.", style="red", markup=False)
    if report.failed:
        console.print(
            f"{_count(len(report.failed), 'region')} could not be upgraded, and stayed as before:", style="red"
        )
        for outcome in report.failed:
            console.print(f"  {outcome.slug}: {outcome.cause}", markup=False)
        console.print("Put right what is said, and run `zelfregie upgrade` again: it does what is left.")
    if report.stopped:
        console.print("Stopped. Run `zelfregie upgrade` again: it does what is left.")
    if not report.is_complete:
        raise click.exceptions.Exit(1)
    if last and not report.outcomes and not report.plan.platform:
        console.print("There was nothing to do.")


def _probe(console: Console, slug: str) -> None:
    from zelfregie_tenants.domain.upgrade import probe  # noqa: PLC0415 -- needs set_up_django

    if wrong := probe(slug):
        console.print(f"{wrong} The other regions were not touched; the log says more.", style="red", markup=False)
        raise click.exceptions.Exit(1)


def _show_plan(console: Console, only: tuple[str, ...] | list[str], jobs: int | None) -> None:
    from zelfregie_tenants.domain.upgrade import plan_fleet  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.upgrade.preflight import look_ahead  # noqa: PLC0415 -- the same
    from zelfregie_tenants.domain.upgrade.run import default_jobs  # noqa: PLC0415 -- the same

    plan = plan_fleet(only)
    if plan.platform:
        console.print(f"Platform: {_count(len(plan.platform), 'migration')} to apply ({_names(plan.platform)}).")
    for pending, slugs in plan.steps():
        what = f"{_count(len(pending), 'migration')} ({_names(pending)})" if pending else "roles and themes"
        console.print(f"{_count(len(slugs), 'region')} lack{'s' if len(slugs) == 1 else ''} {what}:", markup=False)
        console.print(f"  {_list(slugs)}", markup=False)
    _show_others(console, plan)
    if plan.platform or plan.behind:
        _show_findings(
            console, [item for item in look_ahead(plan, jobs or default_jobs()) if "is left out" not in item.message]
        )
        console.print("\nTo carry this out: zelfregie upgrade")
    else:
        console.print("There is nothing to do.")


def _show_others(console: Console, plan: FleetPlan) -> None:
    from zelfregie_tenants.domain.upgrade import Standing  # noqa: PLC0415 -- needs set_up_django

    for planned in plan.refused:
        console.print(f"{planned.slug} cannot be upgraded: {planned.note}.", style="red", markup=False)
    if drafts := plan.standing(Standing.NO_SCHEMA):
        console.print(f"Without a schema yet: {_list([planned.slug for planned in drafts])}.", markup=False)
    console.print(f"Up to date: {_count(len(plan.standing(Standing.CURRENT)), 'region')}.")


def _show_findings(console: Console, findings: list[Finding]) -> None:
    for finding in findings:
        mark, style = ("stop", "red") if finding.blocking else ("note", "yellow")
        console.print(f"{mark}: {finding.message}", style=style, markup=False)


def _show_status(console: Console) -> None:
    from zelfregie_tenants.domain.upgrade import is_upgrading  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.models import RegionUpgrade, UpgradeRun  # noqa: PLC0415 -- the same

    run = UpgradeRun.objects.first()
    if run is None:
        console.print("No region was ever upgraded here.")
        return
    running = is_upgrading()
    state = (
        "running" if running and not run.finished_at else "finished" if run.finished_at else "stopped before its end"
    )
    done = run.results.filter(outcome=RegionUpgrade.Outcome.DONE).count()
    failed = list(run.results.filter(outcome=RegionUpgrade.Outcome.FAILED).select_related("region"))
    console.print(f"Upgrade to {run.release} of {run.started_at:%Y-%m-%d %H:%M} UTC: {state}.")
    console.print(f"{done} of {run.regions} regions upgraded, {len(failed)} failed.")
    for result in failed:
        console.print(f"  {result.region.slug}: {result.cause}", markup=False)
    if not running and done < run.regions:
        console.print("`zelfregie upgrade --plan` shows what is left; `zelfregie upgrade` does it.")


def _names(pending: tuple[tuple[str, str], ...]) -> str:
    return _list([".".join(name) for name in pending], 3)


def _list(items: list[str], shown: int = SHOWN) -> str:
    more = f" and {len(items) - shown} more" if len(items) > shown else ""
    return ", ".join(items[:shown]) + more


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
