"""`zelfregie user`: what only who runs the platform can do for somebody who works in a region."""

from __future__ import annotations

from typing import Any

import click

from zelfregie_tenants.cli.support import find_region, set_up_django


@click.group()
def user() -> None:
    """Help people who work in a region."""


@user.command("reset-second-factor")
@click.argument("email")
@click.option("--region", "slug", required=True, metavar="SLUG", help="The region in which they log in.")
def reset_second_factor(email: str, slug: str) -> None:
    """Switch off the second factor of EMAIL, who has lost the phone and the reserve codes.

    They log in with their password alone after this and can set it up anew. It is written in the log of the region,
    and they get a mail. Call them first: a message may come from somebody else.
    """
    set_up_django()
    from django_tenants.utils import tenant_context  # noqa: PLC0415 -- needs set_up_django

    from zelfregie_core.domain.second_factor import remove  # noqa: PLC0415 -- needs set_up_django

    with tenant_context(find_region(slug)):
        if not remove(_find_user(email, slug)):
            message = f"{email} has no second factor in {slug}: there is nothing to reset."
            raise click.ClickException(message)
    click.echo(f"The second factor of {email} in {slug} is off. They can set it up anew after logging in.")


def _find_user(email: str, slug: str) -> Any:
    """Return the one account of the current region with this name or address."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 -- needs set_up_django
    from django.db.models import Q  # noqa: PLC0415 -- needs set_up_django

    found = list(get_user_model().objects.filter(Q(username__iexact=email) | Q(email__iexact=email))[:2])
    if len(found) != 1:
        how_many = "more than one account" if found else "no account"
        remedy = "Give the name with which they log in." if found else "Check the address and the region."
        message = f"There is {how_many} of {email} in {slug}. {remedy}"
        raise click.ClickException(message)
    return found[0]
