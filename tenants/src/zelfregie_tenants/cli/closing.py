"""`zelfregie region suspend`, `resume`, `archive` and `unarchive`: closing a site and opening it again."""

from __future__ import annotations

import click

from zelfregie_tenants.cli.region import region
from zelfregie_tenants.cli.support import operator_name, set_up_django

SLUG = click.argument("slug")
MESSAGE = click.option("--message", default="", help="What visitors read on the closed site, in Dutch.")
REASON = click.option("--reason", default="", help="Why, for the log. No personal data.")


@region.command()
@SLUG
@MESSAGE
@REASON
def suspend(slug: str, message: str, reason: str) -> None:
    """Close the site of SLUG for a while.

    Visitors read that it is closed. Nothing of it is found from other regions, and no mail and no tasks go out; tasks
    that wait go on when it is resumed.
    """
    set_up_django()
    from zelfregie_tenants.domain.life_cycle import suspend_region  # noqa: PLC0415 -- needs set_up_django

    suspend_region(slug, operator=operator_name(), message=message, reason=reason)
    click.echo(f"{slug} is suspended. To open it again: zelfregie region resume {slug}")


@region.command()
@SLUG
@REASON
def resume(slug: str, reason: str) -> None:
    """Open the suspended site of SLUG again."""
    set_up_django()
    from zelfregie_tenants.domain.domains import region_url  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.life_cycle import resume_region  # noqa: PLC0415 -- needs set_up_django

    found = resume_region(slug, operator=operator_name(), reason=reason)
    click.echo(f"{slug} is online again: {region_url(found)}/")


@region.command()
@SLUG
@MESSAGE
@click.option("--link", default="", metavar="URL", help="Where visitors can go on, such as the new site.")
@REASON
def archive(slug: str, message: str, link: str, reason: str) -> None:
    """Close the site of SLUG for good, and keep its data.

    Visitors read that it is gone, and where to look.
    """
    set_up_django()
    from zelfregie_tenants.domain.life_cycle import archive_region  # noqa: PLC0415 -- needs set_up_django

    archive_region(slug, operator=operator_name(), message=message, link=link, reason=reason)
    click.echo(f"{slug} is archived. Its data are kept. Back: zelfregie region unarchive {slug}")


@region.command()
@SLUG
@REASON
def unarchive(slug: str, reason: str) -> None:
    """Take the site of SLUG out of the archive. It does not open by itself."""
    set_up_django()
    from zelfregie_tenants.domain.life_cycle import unarchive_region  # noqa: PLC0415 -- needs set_up_django

    found = unarchive_region(slug, operator=operator_name(), reason=reason)
    is_suspended = found.state == found.State.SUSPENDED
    after = f" To open it: zelfregie region resume {slug}" if is_suspended else ""
    click.echo(f"{slug} is {found.state}.{after}")


__all__ = ["region"]
