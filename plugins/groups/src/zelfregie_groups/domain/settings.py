"""What a region may set in its manifest under ``[plugins.groups]``."""

from dataclasses import dataclass

from django.http import HttpRequest

from zelfregie_core.domain.plugin_settings import settings_of


@dataclass(frozen=True)
class GroupsSettings:
    """The settings of the groups plugin.

    :param distance_km: how far the finder looks around a place unless the visitor chooses otherwise.
    """

    distance_km: int = 15

    def __post_init__(self) -> None:
        if not 1 <= self.distance_km <= 200:
            raise ValueError(f"distance_km must be between 1 and 200, not {self.distance_km}.")


def groups_settings(request: HttpRequest | None = None) -> GroupsSettings:
    """Return the settings of the current region."""
    return settings_of("groups", request)
