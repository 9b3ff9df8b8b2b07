"""What a plugin contributes, sound and unsound: the material of the tests that refuse plugins."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from zelfregie_core.plugins import (
    AdminMenuItem,
    Erasure,
    Indicator,
    LegalGround,
    PersonalData,
    ReadinessCheck,
    StarterPage,
)


class ThingsViewSet(ViewSet):
    name = "proef_things"


class OtherViewSet(ViewSet):
    name = "other_things"


class SlugViewSet(ViewSet):
    name = "proef"


class OtherGroup(ViewSetGroup):
    items = (OtherViewSet,)
    menu_label = "Groep"


@dataclass
class Mutable:
    days: int = 3


@dataclass(frozen=True)
class WithoutDefault:
    days: int


@dataclass(frozen=True)
class WithList:
    days: list[int] | None = None


@dataclass(frozen=True)
class RefusesItself:
    days: int = 3

    def __post_init__(self) -> None:
        raise ValueError("days must be another number")


@dataclass(frozen=True)
class Good:
    days: int = 3


def function() -> int:
    return 0


def menu_item(**changes: Any) -> AdminMenuItem:
    fields = {"name": "proef-x", "label": "X", "url_name": "x", "icon": "x", "order": 1}
    return AdminMenuItem(**{**fields, "permission": "zelfregie_core.view_theme", **changes})


def page(**changes: Any) -> StarterPage:
    return StarterPage(**{"model": "zelfregie_core.ContentPage", "slug": "proef", "title": "Proef", **changes})


def indicator(**changes: Any) -> Indicator:
    fields = {"key": "a", "label": "A", "definition": "A.", "version": 1, "count": function}
    return Indicator(**{**fields, **changes})


def readiness_check(**changes: Any) -> ReadinessCheck:
    fields = {"key": "proef_a", "title": "A", "why": "A.", "check": function}
    return ReadinessCheck(**{**fields, **changes})


def personal_data(**changes: Any) -> PersonalData:
    fields = {"key": "proef_a", "title": "A", "model": "zelfregie_core.Theme", "fields": ("name",), "subjects": "A"}
    more = {"purpose": "A.", "ground": LegalGround.CONSENT, "kept": "A.", "find": lambda person: ()}
    return PersonalData(**{**fields, **more, "erasure": Erasure.DELETE, **changes})


DAY = dt.timedelta(days=1)
