"""What the package adds to the site; called only where a region has it on."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from zelfregie_core.domain.plugin_settings import settings_of
from zelfregie_core.plugins import Section, Settings, hookimpl


@dataclass(frozen=True)
class ExtraSettings:
    """What the region may set in its manifest under ``[plugins.zuidlimburg_extra]``.

    :param day: when the next self-help day is, as 2027-05-29; empty when none is planned.
    :param place: where.
    """

    day: str = ""
    place: str = "Heerlen"

    def __post_init__(self) -> None:
        if self.day:
            dt.date.fromisoformat(self.day)  # a ValueError is told at the manifest's key


@hookimpl
def register_settings() -> list[Settings]:
    return [Settings(ExtraSettings)]


@hookimpl
def home_sections(request: HttpRequest) -> list[Section]:
    settings = settings_of("zuidlimburg_extra", request)
    day = dt.date.fromisoformat(settings.day) if settings.day else None
    return [
        Section(
            title="Zelfhulpdag",
            template="zelfregie_zuidlimburg_extra/self_help_day.html",
            context={"day": day, "place": settings.place},
            order=10,
            is_empty=day is None or day < timezone.localdate(),
        )
    ]
