"""Pages and collections that not everybody may see: what an export says of that, and how it is made so again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import Group
from wagtail.models import Collection, Page, PageViewRestriction

from zelfregie_tenants.domain.leaving.described import Described

NONE, PASSWORD, LOGIN, GROUPS = (
    PageViewRestriction.NONE,
    PageViewRestriction.PASSWORD,
    PageViewRestriction.LOGIN,
    PageViewRestriction.GROUPS,
)


#: What a record of an export says of it.
CLOSED = ("closed_to", "closed_to_groups")


def restrictions_of(thing: Page | Collection) -> dict[str, list[str]]:
    """Return who may see a page or collection, as a record of an export says it; two empty lists for everybody.

    A password does not go along, and neither does who is in a group.
    """
    found = list(thing.view_restrictions.exclude(restriction_type=NONE).prefetch_related("groups"))
    return {
        "closed_to": sorted(restriction.restriction_type for restriction in found),
        "closed_to_groups": sorted({group.name for restriction in found for group in restriction.groups.all()}),
    }


def restrict(page: Page, record: Mapping[str, Any]) -> Iterator[str]:
    """Let a page be read by those that a record names; see `close`."""
    yield from close(page, f"/{record['key']}", record)


def close(thing: Page | Collection, name: str, record: Mapping[str, Any]) -> Iterator[str]:
    """Let a page or collection be seen by those that a record names.

    What cannot be made so stays closed, never open.

    Args:
        thing: which.
        name: what to call it in a sentence.
        record: what `restrictions_of` says.

    Yields:
        what could not be made so, in a sentence each.
    """
    for kind in record["closed_to"]:
        if kind == PASSWORD:
            yield f"{name} was closed with a password; now one must be signed in."
        # A kind that this release does not know would let everybody in.
        kind = kind if kind == GROUPS else LOGIN
        made, _created = thing.view_restrictions.get_or_create(restriction_type=kind)
        if kind == GROUPS:
            names = record.get("closed_to_groups", [])
            here = list(Group.objects.filter(name__in=names))
            made.groups.set(here)
            if missing := sorted(set(names) - {group.name for group in here}):
                named = ", ".join(f"“{name}”" for name in missing)
                left = f"Only {', '.join(group.name for group in here)} can" if here else "Nobody can"
                yield f"{name} was open to {named} too, a group that is not here. {left} read it now."


def described_restrictions(pages: Sequence[Page], keys: Mapping[int, str]) -> Iterator[Described]:
    """Yield each page that is closed by itself, with who may read it, in Dutch and in English."""
    for page in pages:
        yield from described(f"/{keys[page.pk]}", restrictions_of(page))


def described(name: str, record: Mapping[str, Any]) -> Iterator[Described]:
    """Yield in Dutch and in English who may see a page or collection, when not everybody may."""
    groups = ", ".join(record["closed_to_groups"])
    for kind in record["closed_to"]:
        about = {
            LOGIN: ("voor wie inlogt", "for who is signed in"),
            PASSWORD: (
                "met een wachtwoord. Dat gaat niet mee: op een nieuwe site moet je er inloggen",
                "with a password, which does not go along: on a new site one must sign in",
            ),
            GROUPS: (f"voor de groepen: {groups or 'geen'}", f"for the groups: {groups or 'none'}"),
        }[kind]
        yield Described(name, *about)
