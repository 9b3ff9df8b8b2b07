"""What may be seen of another region, and why. Everything else is a leak."""

from __future__ import annotations

from dataclasses import dataclass

from isolation_sweep.canaries import Sighting

#: Of a group the directory knows what the region's own site shows to everybody (docs/explanation/isolation.md).
PUBLIC_OF_A_GROUP = frozenset(
    f"zelfregie_groups.{field}" for field in (
        "Group.name", "Group.slug", "Group.city", "Group.location_name", "Group.description", "Schedule.note",
        "GroupFinderPage.slug",
    )
) | {"zelfregie_core.Theme.name", "zelfregie_core.Theme.slug"}  # fmt: skip


@dataclass(frozen=True)
class Expected:
    """One thing that may be seen."""

    reason: str
    #: Slugs of the regions in which it may be seen; of which region it is follows from the directory.
    regions: frozenset[str]
    #: Names of addresses at which it may be seen.
    addresses: frozenset[str]
    #: Where in an answer.
    places: frozenset[str]
    fields: frozenset[str]

    def covers(self, region: str, address: str, place: str, sighting: Sighting) -> bool:
        """Tell whether this is what was seen."""
        return (
            region in self.regions
            and address in self.addresses
            and place in self.places
            and sighting.field.partition(" (")[0] in self.fields
        )


EXPECTED: tuple[Expected, ...] = (
    Expected(
        "The finder of a region shows published groups just across its border.",
        frozenset({"noord", "zuid"}),
        frozenset({"wagtail_serve", "^((?:[\\w\\-]+/)*)$"}),
        frozenset({"body"}),
        PUBLIC_OF_A_GROUP | {"host"},
    ),
    Expected(
        "The national pages find published groups of the whole country, and name each region's address.",
        frozenset({"landelijk"}),
        frozenset({"wagtail_serve", "^((?:[\\w\\-]+/)*)$"}),
        frozenset({"body"}),
        PUBLIC_OF_A_GROUP | {"host"},
    ),
    Expected(
        "The hub's overview of regions and its wizard for a new one name the address of each region.",
        frozenset({"landelijk"}),
        frozenset({"national_regions:index", "region_wizard:index"}),
        frozenset({"body"}),
        frozenset({"host"}),
    ),
)
