"""What a region may set in its manifest under ``[plugins.groups]``."""

from dataclasses import dataclass

from django.http import HttpRequest

from zelfregie_core.domain.plugin_settings import settings_of


@dataclass(frozen=True)
class GroupsSettings:
    """The settings of the groups plugin.

    :param distance_km: how far the finder looks around a place unless the visitor chooses otherwise.
    :param fresh_groups: so many groups with a place and a coming date a site needs before it can be opened.
    """

    distance_km: int = 15
    fresh_groups: int = 5

    def __post_init__(self) -> None:
        if not 1 <= self.distance_km <= 200:
            raise ValueError(f"distance_km must be between 1 and 200, not {self.distance_km}.")
        if not 1 <= self.fresh_groups <= 1000:
            raise ValueError(f"fresh_groups must be between 1 and 1000, not {self.fresh_groups}.")


def groups_settings(request: HttpRequest | None = None) -> GroupsSettings:
    """Return the settings of the current region."""
    return settings_of("groups", request)
