"""Two versions of a group, compared as people read them. Only the names of themes are looked up."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.dateformat import format as format_date
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from zelfregie_core.models import Theme
from zelfregie_core.templatetags.zelfregie import time_range
from zelfregie_groups.domain.schedule_text import schedule_text
from zelfregie_groups.models.group import Group
from zelfregie_groups.models.schedule import Schedule, ScheduleException

#: What a history shows, in this order; a version holds nothing else that people read.
SHOWN = (
    "name", "slug", "description", "theme_slugs", "audience", "gender", "age_from", "age_to", "size", "joining",
    "languages", "cost", "status", "published", "confirmed_on", "schedules", "exceptions", "form", "location_name",
    "address", "postal_code", "city", "latitude", "longitude", "public_transport", "parking", "wheelchair",
    "accessible_toilet", "induction_loop", "bring_someone", "speaking", "welcomed_by", "contact_first",
    "first_time_note", "host_name", "source_id",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """A field that differs between two versions.

    :param old: as people read it; empty when there was nothing.
    :param is_secret: whether the history only tells that it changed.
    """

    field: str
    label: str
    old: str = ""
    new: str = ""
    is_secret: bool = False

    @classmethod
    def hidden(cls, field: str) -> "Change":
        """A change of which the history does not tell the value."""
        return cls(field, label_of(field), is_secret=True)


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what differs between the contents of two versions, in the order of the form."""
    fields = [field for field in SHOWN if old.get(field) != new.get(field)]
    return tuple(
        Change(field, label_of(field), readable(field, old.get(field)), readable(field, new.get(field)))
        for field in fields
    )


def label_of(field: str) -> str:
    """Return what the form calls a field."""
    if field == "theme_slugs":
        return _("Thema's")
    if field == "schedules":
        return _("Wanneer")
    if field == "exceptions":
        return _("Uitzonderingen")
    return str(capfirst(Group._meta.get_field(field).verbose_name))


def readable(field: str, value: Any) -> str:
    """Return a value of a version as people read it; several lines for several schedules."""
    if field == "theme_slugs":
        return ", ".join(theme_names(value or ()))
    if field == "schedules":
        return "\n".join(schedule_text(child_of(Schedule, line)) for line in value or ())
    if field == "exceptions":
        return "\n".join(exception_text(child_of(ScheduleException, line)) for line in value or ())
    model_field = Group._meta.get_field(field)
    if isinstance(model_field, models.BooleanField):
        return _("weet ik niet") if value is None else _("ja") if value else _("nee")
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, list):
        known = dict(model_field.base_field.flatchoices)  # type: ignore[union-attr]
        return ", ".join(str(known.get(code, code)) for code in value)
    if isinstance(model_field, models.DateField):
        return format_date(model_field.to_python(value), "j F Y")
    return str(dict(model_field.flatchoices).get(value, value))  # type: ignore[union-attr]


def theme_names(slugs: Sequence[str]) -> list[str]:
    """Return the names of themes; of one that is gone its slug."""
    names = dict(Theme.objects.filter(slug__in=slugs).values_list("slug", "name")) if slugs else {}
    return sorted(names.get(slug, slug) for slug in slugs)


def exception_text(exception: ScheduleException) -> str:
    """Return an exception in words: "25 december 2026: gaat niet door"."""
    day = _day(exception.date)
    if not exception.moves:
        if exception.last_date and exception.last_date != exception.date:
            line = _("%(first)s tot en met %(last)s: geen bijeenkomsten") % {
                "first": day, "last": _day(exception.last_date),
            }  # fmt: skip
        else:
            line = _("%(day)s: gaat niet door") % {"day": day}
    else:
        moment = [
            _day(exception.new_date) if exception.new_date else "",
            str(time_range(exception.new_start_time, exception.new_end_time)),
            exception.new_location,
        ]
        line = _("%(day)s: anders, namelijk %(otherwise)s") % {
            "day": day, "otherwise": ", ".join(part for part in moment if part),
        }  # fmt: skip
    return _("%(line)s (%(note)s)") % {"line": line, "note": exception.note} if exception.note else line


def _day(day: dt.date) -> str:
    return format_date(day, "j F Y")


def child_of(model: type[models.Model], data: Mapping[str, Any]) -> Any:
    """An unsaved schedule or exception from a version."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    return model(**{name: fields[name].to_python(value) for name, value in data.items() if name in fields})
