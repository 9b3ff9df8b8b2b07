"""Pages that not everybody may read: what is said of that in an export, and how it is made so again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import Group
from wagtail.models import Page, PageViewRestriction

from zelfregie_tenants.domain.leaving.described import Described

PASSWORD, LOGIN, GROUPS = (
    PageViewRestriction.PASSWORD,
    PageViewRestriction.LOGIN,
    PageViewRestriction.GROUPS,
)


def restrictions_of(page: Page) -> dict[str, list[str]]:
    """Return who may read a page, as a record of an export says it; two empty lists for everybody.

    A password does not go along, and neither does who is in a group.
    """
    found = list(page.view_restrictions.prefetch_related("groups"))
    return {
        "closed_to": sorted(restriction.restriction_type for restriction in found),
        "closed_to_groups": sorted({group.name for restriction in found for group in restriction.groups.all()}),
    }


def restrict(page: Page, record: Mapping[str, Any]) -> Iterator[str]:
    """Let a page be read by those that a record names, and yield what could not be made so, in a sentence each.

    What cannot be made so stays closed, never open.
    """
    for kind in record["closed_to"]:
        if kind == PASSWORD:
            kind = LOGIN
            yield f"/{record['key']} was closed with a password; now one must be signed in."
        made, _created = PageViewRestriction.objects.get_or_create(page_id=page.pk, restriction_type=kind)
        if kind == GROUPS:
            names = record.get("closed_to_groups", [])
            here = list(Group.objects.filter(name__in=names))
            made.groups.set(here)
            if missing := sorted(set(names) - {group.name for group in here}):
                named = ", ".join(f"“{name}”" for name in missing)
                left = f"Only {', '.join(group.name for group in here)} can" if here else "Nobody can"
                yield f"/{record['key']} was open to {named} too, a group that is not here. {left} read it now."


def described_restrictions(pages: Sequence[Page], keys: Mapping[int, str]) -> Iterator[Described]:
    """Yield each page that is closed by itself, with who may read it, in Dutch and in English."""
    for page in pages:
        found = restrictions_of(page)
        groups = ", ".join(found["closed_to_groups"])
        for kind in found["closed_to"]:
            about = {
                LOGIN: ("voor wie inlogt", "for who is signed in"),
                PASSWORD: (
                    "met een wachtwoord. Dat gaat niet mee: op een nieuwe site moet je er inloggen",
                    "with a password, which does not go along: on a new site one must sign in",
                ),
                GROUPS: (f"voor de groepen: {groups or 'geen'}", f"for the groups: {groups or 'none'}"),
            }[kind]
            yield Described(f"/{keys[page.pk]}", *about)
