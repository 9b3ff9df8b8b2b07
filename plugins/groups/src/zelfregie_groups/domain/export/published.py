"""Which groups leave the house, and what of them is fetched at all."""

from collections.abc import Iterator, Sequence

from zelfregie_groups.domain.export.context import RegionContext
from zelfregie_groups.models.group import Group, GroupQuerySet

#: Personal, or only for this database. What is not fetched cannot slip out by mistake; a test counts the queries.
NEVER_EXPORTED = ("host_email", "host_name", "search_text", "sort_name", "upcoming")
CHUNK = 500


def exported_groups(region: RegionContext) -> GroupQuerySet:
    """Return the groups that visitors can see, with all that an export tells: four queries, however many groups.

    Without a published finder no group has a page, and nothing is exported; the directory does the same.
    """
    groups = Group.objects.published() if region.finder_path else Group.objects.none()
    return groups.defer(*NEVER_EXPORTED).prefetch_related("themes", "schedules", "exceptions")


def in_chunks(groups: GroupQuerySet, size: int = CHUNK) -> Iterator[Sequence[Group]]:
    """Yield groups by number, a chunk at a time, so that the memory does not grow with their number.

    Each chunk starts after the last number of the one before: a group that comes or goes meanwhile shifts nothing.
    """
    last = 0
    while chunk := list(groups.order_by("pk").filter(pk__gt=last)[:size]):
        yield chunk
        last = chunk[-1].pk
