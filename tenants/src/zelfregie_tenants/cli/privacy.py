"""`zelfregie privacy`: requests of people about their data, the register, and the keys of encrypted texts.

Exit codes: 0 done; 1 it cannot be done now, or something needs a person's eye; 2 the command was used in a wrong way.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zelfregie_tenants.cli.support import find_region, operator_name, set_up_django

if TYPE_CHECKING:
    from zelfregie_core.domain.privacy.requests import Plan
    from zelfregie_tenants.models import Region

REGION = click.option("--region", "slug", required=True, metavar="SLUG", help="The region that was asked.")
ALL_OR_ONE = click.option("--region", "slug", metavar="SLUG", help="One region; without it all of them.")


@click.group()
def privacy() -> None:
    """Requests of people about their data, what is kept how long, and keys of encrypted texts."""


@privacy.command()
@click.argument("email")
@REGION
@click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="A new zip file.")
def export(email: str, slug: str, target: Path | None) -> None:
    """Write all that the region has of EMAIL to a zip that its owner can read.

    Make sure first that it is the owner of the address who asks. Texts that only mention the address are listed, not
    written: they may be about others, too.
    """
    set_up_django()
    from django_tenants.utils import tenant_context  # noqa: PLC0415 -- needs set_up_django

    from zelfregie_core.domain.privacy.package import package  # noqa: PLC0415 -- the same
    from zelfregie_core.domain.privacy.requests import look_up  # noqa: PLC0415 -- the same
    from zelfregie_tenants.domain.life_cycle import log_event  # noqa: PLC0415 -- the same
    from zelfregie_tenants.models import RegionEvent  # noqa: PLC0415 -- the same

    region, person = find_region(slug), _person(email)
    path = target or Path(f"{slug}-gegevens.zip")
    if path.exists():
        message = f"{path} is there already. Give another name with --to. Nothing was written."
        raise click.ClickException(message)
    with tenant_context(region), _in_its_language(region):
        plan = look_up(person)
        data = package(plan)
    _show(plan)
    if not plan.found:
        click.echo(f"Nothing in {slug} is known to be of {email}. No file was written.")
        return
    # Readable for its maker only: it holds everything of somebody.
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(data)
    log_event(slug, str(RegionEvent.Action.PERSON_EXPORTED), operator=operator_name())
    click.echo(f"{path} is made. Bring it to its owner in a safe way, and delete it here.")


@privacy.command()
@click.argument("email")
@REGION
@click.option("--yes", is_flag=True, help="Do it. Without this it is only shown what would happen.")
def erase(email: str, slug: str, yes: bool) -> None:
    """Erase EMAIL in the region, all of it or nothing; without --yes it is tried and undone, to show what would happen.

    What stays, and why, is said; so is every place where the address still stands in a text.
    """
    set_up_django()
    from django_tenants.utils import tenant_context  # noqa: PLC0415 -- needs set_up_django

    from zelfregie_core.domain.privacy import requests  # noqa: PLC0415 -- the same
    from zelfregie_core.plugins import ErasureRefused  # noqa: PLC0415 -- the same
    from zelfregie_tenants.domain.life_cycle import log_event  # noqa: PLC0415 -- the same
    from zelfregie_tenants.models import RegionEvent  # noqa: PLC0415 -- the same

    region, person = find_region(slug), _person(email)
    try:
        with tenant_context(region), _in_its_language(region):
            before, after = requests.erase(person) if yes else requests.rehearse(person)
            if yes and before.found:
                # Which address is not written down: that is what was asked to be forgotten.
                log_event(slug, str(RegionEvent.Action.PERSON_ERASED), operator=operator_name())
            _show(before)
            _show_left(after, done=yes)
    except ErasureRefused as error:
        message = f"{error} Nothing was erased."
        raise click.ClickException(message) from error
    if before.is_empty:
        return
    if not yes:
        click.echo("\nNothing was erased yet. Do it with --yes.")
        return
    _show_backups(region)
    if after.mentions:
        raise click.exceptions.Exit(1)


@privacy.command()
@REGION
def register(slug: str) -> None:
    """Print the register of processing activities of the region, as Markdown, in its language."""
    set_up_django()
    from django.template.loader import render_to_string  # noqa: PLC0415 -- needs set_up_django
    from django_tenants.utils import tenant_context  # noqa: PLC0415 -- the same

    from zelfregie_core.domain.privacy.register import register_of_activities  # noqa: PLC0415 -- the same

    region = find_region(slug)
    with tenant_context(region), _in_its_language(region):
        click.echo(render_to_string("zelfregie_core/privacy/register.md", {"register": register_of_activities()}))


@privacy.command("keep-terms")
@ALL_OR_ONE
def keep_terms(slug: str | None) -> None:
    """Remove now what was kept long enough. The worker does so every night; this says what and how many."""
    set_up_django()
    from django_tenants.utils import tenant_context  # noqa: PLC0415 -- needs set_up_django

    from zelfregie_core.domain.privacy import retention  # noqa: PLC0415 -- the same

    for region in _regions(slug):
        with tenant_context(region):
            done = {key: number for key, number in retention.keep_terms().items() if number}
        click.echo(f"{region.slug}: {', '.join(f'{key} {number}' for key, number in done.items()) or 'nothing'}")


@privacy.command()
@ALL_OR_ONE
def keys(slug: str | None) -> None:
    """Say which keys the encrypted texts need, and which of them are here. A key id is no secret; a key is.

    Without --region also those of the platform itself: the answers of the wizard for new regions.
    """
    set_up_django()
    from django_tenants.utils import schema_context  # noqa: PLC0415 -- needs set_up_django

    from zelfregie_core.domain.privacy.rotation import keys_in_use  # noqa: PLC0415 -- the same
    from zelfregie_core.encryption import OLD_FORM, PLAIN, known_ids  # noqa: PLC0415 -- the same

    known = known_ids()
    click.echo(f"ZELFREGIE_ENCRYPTION_KEYS: {', '.join(known)} (the first one encrypts)")
    missing = False
    for name, schema in _schemas(slug):
        with schema_context(schema):
            used = keys_in_use()
        for key, number in sorted(used.items()):
            strange = key not in {*known, OLD_FORM, PLAIN}
            missing |= strange
            note = "  THIS KEY IS NOT HERE" if strange else "  to be rotated" if key != known[0] else ""
            click.echo(f"{name}: {number} texts, {key}{note}")
    if missing:
        message = "Some texts cannot be read. Add the missing key to the end of ZELFREGIE_ENCRYPTION_KEYS."
        raise click.ClickException(message)


@privacy.command("rotate-keys")
@ALL_OR_ONE
@click.option("--batch", default=200, show_default=True, type=click.IntRange(1, 10_000), help="Texts per transaction.")
def rotate_keys(slug: str | None, batch: int) -> None:
    """Encrypt all texts with the first key of ZELFREGIE_ENCRYPTION_KEYS; without --region also the platform's own.

    Sites go on meanwhile. Stopped at any moment, the same command goes on where it was.
    """
    set_up_django()
    from django_tenants.utils import schema_context  # noqa: PLC0415 -- needs set_up_django

    from zelfregie_core.domain.privacy.rotation import keys_in_use, rotate  # noqa: PLC0415 -- the same
    from zelfregie_core.encryption import known_ids  # noqa: PLC0415 -- the same

    current, left = known_ids()[0], 0
    for name, schema in _schemas(slug):
        with schema_context(schema):
            done = sum(rotate(batch))
            rest = sum(number for key, number in keys_in_use().items() if key != current)
        left += rest
        click.echo(f"{name}: {done} texts encrypted anew" + (f", {rest} left" if rest else ""))
    if left:
        message = "Some texts were written meanwhile with another key: restart the servers, then do this again."
        raise click.ClickException(message)
    if slug is None:
        click.echo("No text needs another key than the first one. Backups made before still do: keep it for those.")


def _person(email: str) -> Any:
    from zelfregie_core.plugins import Person  # noqa: PLC0415 -- needs set_up_django

    try:
        return Person(email)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _regions(slug: str | None) -> list[Region]:
    from zelfregie_tenants.domain.schemas import schema_exists  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.models import Region  # noqa: PLC0415 -- the same

    wanted = [find_region(slug)] if slug else list(Region.objects.order_by("slug"))
    return [region for region in wanted if schema_exists(region.schema_name)]


def _schemas(slug: str | None) -> list[tuple[str, str]]:
    """Return a name and the schema: of one region, or of all of them and of the platform's own tables."""
    from django_tenants.utils import get_public_schema_name  # noqa: PLC0415 -- needs set_up_django

    from zelfregie_tenants.domain.text_keys import PLATFORM  # noqa: PLC0415 -- the same

    regions = [(region.slug, region.schema_name) for region in _regions(slug)]
    return regions if slug else [(PLATFORM, get_public_schema_name()), *regions]


def _in_its_language(region: Region) -> Any:
    from django.utils import translation  # noqa: PLC0415 -- needs set_up_django

    return translation.override(region.default_language)


def _show(plan: Plan) -> None:
    if plan.is_empty:
        click.echo(f"Nothing here is of {plan.person.email}, and no text names it.")
        return
    for found in plan.found:
        click.echo(f"{len(found.rows)}  {found.declared.item.title} ({found.declared.item.erasure})")
        if found.declared.item.reason:
            click.echo(f"   {found.declared.item.reason}")


def _show_left(after: Plan, *, done: bool) -> None:
    kept = [found for found in after.found if found.is_refused]
    if kept or after.mentions:
        click.echo("\nStays:" if done else "\nWould stay:")
    for found in kept:
        click.echo(f"  {len(found.rows)}  {found.declared.item.title}: {found.declared.item.reason}")
    for mention in after.mentions:
        rows = ", ".join(mention.rows)
        click.echo(f"  {mention.number}  texts that name it: {mention.table}.{mention.column}, rows {rows}")
    if after.mentions:
        click.echo("  Look at those texts: whether they may go only a person can tell.")


def _show_backups(region: Region) -> None:
    from zelfregie_tenants.domain.backup.records import is_there  # noqa: PLC0415 -- needs set_up_django

    backups = [row for row in region.backups.all() if is_there(row)]
    click.echo("\nOut of reach: mail that was sent, log files of before, exports and lists that were handed over.")
    if backups:
        oldest = min(row.made_at for row in backups)
        click.echo(
            f"{len(backups)} backups, the oldest of {oldest:%Y-%m-%d}, still hold the person. After restoring one, "
            "give this command again."
        )
