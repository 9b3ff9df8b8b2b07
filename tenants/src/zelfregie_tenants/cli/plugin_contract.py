"""`zelfregie plugin new|check|translate`: making a plugin, and knowing that it is sound."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from zelfregie_tenants.cli.plugin_new import new
from zelfregie_tenants.cli.plugins import plugin
from zelfregie_tenants.cli.support import set_up_django

if TYPE_CHECKING:
    from zelfregie_tenants.contract.findings import Result

#: The checks use the tests' settings: nothing that a plugin does there reaches a real region, mailbox or file.
CHECK_SETTINGS = "zelfregie_tenants.settings.test"
COLOURS = {"green": "green", "red": "red", "skipped": "yellow"}
SHOWN = 12


@click.command("check")
@click.argument("plugin_slug", metavar="PLUGIN")
@click.option("--only", multiple=True, metavar="CHECK", help="Run this check only; may be given several times.")
@click.option("--strict", is_flag=True, help="What could not be checked counts as red, for a machine that has it all.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def check(plugin_slug: str, only: tuple[str, ...], strict: bool, as_json: bool) -> None:
    """Check that PLUGIN keeps the contract, with two regions that are made for it and thrown away.

    Exit code 0 when nothing is red, 1 otherwise.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", CHECK_SETTINGS)
    results = list(_results(plugin_slug, only, None if as_json else _show))
    red = [result for result in results if result.colour == "red" or (strict and result.skipped)]
    if as_json:
        checks = [{**asdict(result), "colour": result.colour} for result in results]
        click.echo(json.dumps({"plugin": plugin_slug, "green": not red, "checks": checks}, indent=2))
    else:
        counts = {colour: sum(result.colour == colour for result in results) for colour in COLOURS}
        said = ", ".join(f"{number} {colour}" for colour, number in counts.items() if number)
        click.secho(f"{plugin_slug}: {said}.", fg="red" if red else "green", bold=True)
    sys.exit(1 if red else 0)


def _results(slug: str, only: tuple[str, ...], show: Callable[[Result], None] | None) -> Iterator[Result]:
    """Yield the result of each check, after showing it; loading the plugin is the first."""
    from zelfregie_core.plugin_errors import PluginError  # noqa: PLC0415 -- `zelfregie --help` stays quick
    from zelfregie_tenants.contract.findings import Finding, Result  # noqa: PLC0415 -- the same

    title, findings = "Django starts with it", ()
    try:
        set_up_django()
    except PluginError as error:
        findings = (
            Finding(
                f"plugin {error.plugin}", error.problem, "Put that right first: nothing else can be checked before it."
            ),
        )
    loaded = Result("loads", title, findings)
    if findings:
        yield _shown(loaded, show)
        return
    from zelfregie_tenants.contract.running import keys, needs_regions, run  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.contract.scratch import scratch_platform  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.contract.subject import UnknownSubject, find_subject  # noqa: PLC0415 -- needs set_up_django

    if unknown := sorted(set(only) - set(keys())):
        message = f"There is no check “{unknown[0]}”. Checks: {', '.join(keys())}."
        raise click.ClickException(message)
    try:
        subject = find_subject(slug)
    except UnknownSubject as error:
        raise click.ClickException(str(error)) from error
    if not only or "loads" in only:
        yield _shown(loaded, show)
    with scratch_platform() if needs_regions(only) else nullcontext():
        for result in run(subject, only):
            yield _shown(result, show)


def _shown(result: Result, show: Callable[[Result], None] | None) -> Result:
    if show is not None:
        show(result)
    return result


def _show(result: Result) -> None:
    about = f" ({result.nothing})" if result.nothing else ""
    click.secho(f"{result.colour:8}", fg=COLOURS[result.colour], bold=True, nl=False)
    click.echo(f"{result.key}: {result.title}{about}")
    if result.skipped:
        click.echo(f"          {result.skipped}")
    for finding in result.findings[:SHOWN]:
        click.echo(f"          {finding.place}: {finding.problem}")
        click.echo(f"            -> {finding.remedy}")
    if len(result.findings) > SHOWN:
        click.echo(f"          and {len(result.findings) - SHOWN} more")


@click.command("translate")
@click.argument("plugin_slug", metavar="PLUGIN")
def translate(plugin_slug: str) -> None:
    """Bring the catalogs of PLUGIN up to date with its texts, compile them, and say what has no translation yet.

    Needs no GNU gettext. Exit code 1 when something has no translation.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", CHECK_SETTINGS)
    set_up_django()
    from zelfregie_tenants.contract.catalog_update import bring_up_to_date  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.contract.subject import UnknownSubject, find_subject  # noqa: PLC0415 -- the same

    try:
        subject = find_subject(plugin_slug)
    except UnknownSubject as error:
        raise click.ClickException(str(error)) from error
    try:
        empty = bring_up_to_date(subject)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    for path, text in empty:
        click.echo(f"{path}: no translation yet for “{text}”")
    click.echo(f"{plugin_slug}: {len(empty) or 'no'} texts to translate.")
    sys.exit(1 if empty else 0)


for command in (new, check, translate):
    plugin.add_command(command)
