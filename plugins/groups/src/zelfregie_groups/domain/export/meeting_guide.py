"""Groups in the Meeting Guide format (github.com/code4recovery/spec), for apps that list meetings of self-help groups.

The format is for meetings of every week, at an exact time, to which anybody can go. What does not fit is left out:
a group every other week shown as weekly would send people to a closed door. Contact fields are never filled.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from zelfregie_groups.domain.export.context import RegionContext
from zelfregie_groups.domain.export.published import exported_groups, in_chunks
from zelfregie_groups.domain.export.schedules import TIMEZONE, clock
from zelfregie_groups.models import Group, Schedule
from zelfregie_groups.models.choices import ContactFirst

#: What is spoken, in the format's own codes. It has none for Frisian, Limburgish, Berber, Somali, Tigrinya,
#: Papiamento and Dutch Sign Language.
LANGUAGES = {
    "nl": "NL", "en": "EN", "de": "DE", "fr": "FR", "es": "S", "ar": "AR", "tr": "TUR", "pl": "POL", "uk": "UK",
    "fa": "FA",
}  # fmt: skip
LONGEST_SLUG = 64


def meetings(region: RegionContext) -> Iterator[tuple[Group, Schedule]]:
    """Yield what fits in the format: each rule of a published group that meets weekly and has room."""
    groups = exported_groups(region).with_room().exclude(form=Group.Form.ONLINE)
    today = timezone.localdate()
    for chunk in in_chunks(groups):
        for group in chunk:
            if not (group.city or group.address) or has_stop(group, today):
                continue
            for schedule in group.schedules.all():
                if is_weekly(schedule, today):
                    yield group, schedule


def is_weekly(schedule: Schedule, today: dt.date) -> bool:
    """Whether a rule is one of exact times every week, which holds now."""
    return (
        schedule.frequency == Schedule.Frequency.WEEKLY
        and schedule.interval == 1
        and bool(schedule.weekdays)
        and schedule.start_time is not None
        and (schedule.start_date is None or schedule.start_date <= today)
        and (schedule.end_date is None or schedule.end_date >= today)
    )


def has_stop(group: Group, today: dt.date) -> bool:
    """Whether a group does not meet at all for now, as in a summer stop."""
    return any(line.last_date is not None and line.date <= today <= line.last_date for line in group.exceptions.all())


def meeting_guide(region: RegionContext) -> Iterator[dict[str, Any]]:
    """Yield the entries of the feed: one per weekday."""
    taken: set[str] = set()
    for group, schedule in meetings(region):
        for day in sorted(schedule.weekdays):
            entry = _entry(group, schedule, day, region)
            entry["slug"] = _free(entry["slug"], taken)
            yield entry


def _entry(group: Group, schedule: Schedule, day: int, region: RegionContext) -> dict[str, Any]:
    known: dict[str, Any] = {
        "name": group.name,
        "slug": f"{group.slug}-{day}",
        # ISO 8601 counts from Monday, 1; the format from Sunday, 0.
        "day": day % 7,
        "time": clock(schedule.start_time),
        "end_time": clock(schedule.end_time),
        "timezone": TIMEZONE,
        "location": group.location_name,
        "formatted_address": formatted_address(group),
        "address": group.address,
        "city": group.city,
        "postal_code": group.postal_code,
        "country": "NL",
        "approximate": "no" if group.address else "yes",
        "region": region.name,
        "latitude": round(group.latitude, 5) if group.latitude is not None else None,
        "longitude": round(group.longitude, 5) if group.longitude is not None else None,
        "notes": notes(group, schedule),
        "types": types(group),
        "url": region.group_url(group.slug),
        "updated": group.changed_at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S"),
        "entity": region.name,
        "entity_website_url": region.home,
    }
    return {name: value for name, value in known.items() if value not in (None, "", [])}


def formatted_address(group: Group) -> str:
    """Return an address on one line, as it stands on an envelope."""
    town = " ".join(part for part in (group.postal_code, group.city) if part)
    return ", ".join(part for part in (group.address, town, "Nederland") if part)


def notes(group: Group, schedule: Schedule) -> str:
    """Return what one must know before going: what belongs to the time, the cost, whether to sign up. Line by line."""
    wants_sign_up = group.contact_first in {ContactFirst.PLEASE, ContactFirst.REQUIRED}
    sign_up = str(group.get_contact_first_display()).capitalize() if wants_sign_up else ""
    return "\n".join(part for part in (schedule.note, group.cost, sign_up) if part)


def types(group: Group) -> list[str]:
    """Return the format's codes that fit. "Open" and "closed" mean something else there, so they are left out."""
    codes = [LANGUAGES[code] for code in group.languages if code in LANGUAGES]
    codes += {Group.Gender.WOMEN.value: ["W"], Group.Gender.MEN.value: ["M"]}.get(group.gender, [])
    codes += ["X"] if group.wheelchair else []
    return codes + (["XB"] if group.accessible_toilet else [])


def _free(slug: str, taken: set[str]) -> str:
    """Return a key of at most 64 characters that no other entry has."""
    head, _dash, day = slug.rpartition("-")
    number = 1
    while True:
        tail = f"-{day}" if number == 1 else f"-{day}-{number}"
        free = head[: LONGEST_SLUG - len(tail)].rstrip("-") + tail
        if free not in taken:
            taken.add(free)
            return free
        number += 1
