"""A group as linked data for search engines (schema.org), with nothing about the host in it. Pure.

A group that meets is an ``EventSeries`` with its next meetings as events: that is what search engines show in a list of
activities. One of which no date is known is an ``Organization``: an event without a date would be refused.
"""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from zelfregie_groups.domain.recurrence import Meeting
from zelfregie_groups.models.choices import Audience, Form, Gender
from zelfregie_groups.models.group import Group

CONTEXT = "https://schema.org"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ATTENDANCE = {
    Form.IN_PERSON: "OfflineEventAttendanceMode",
    Form.ONLINE: "OnlineEventAttendanceMode",
    Form.HYBRID: "MixedEventAttendanceMode",
}
#: Codes of ISO 8601 for "every so many".
UNITS = {"weekly": "W", "monthly": "M"}
#: What would end the script element, or begin something in it, as JSON may write it too.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def as_script(data: dict[str, Any]) -> SafeString:
    """Return linked data as the content of ``<script type="application/ld+json">``: nothing in it can end the element.

    Browsers do not execute it, so a strict content security policy allows it.
    """
    text = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(text)  # noqa: S308 -- no character is left that HTML gives a meaning


def linked_data(group: Group, url: str, organiser: str, meetings: Sequence[Meeting]) -> dict[str, Any]:
    """Return a group as a thing of schema.org.

    :param url: absolute address of the group's page.
    :param organiser: name of the region's organisation.
    :param meetings: the next ones.
    """
    common = {
        "@context": CONTEXT,
        "@type": "EventSeries" if meetings else "Organization",
        "@id": f"{url}#groep",
        "name": group.name,
        "url": url,
        "description": " ".join(group.description.split()),
        "keywords": [theme.name for theme in group.themes.all()],
    }
    if not meetings:
        return _known({**common, "location": _place(group)})
    event = _event(group, url, organiser)
    schedules = [_schedule(line) for line in group.schedules.all() if line.frequency in UNITS]
    return _known(
        {
            **common,
            **event,
            "startDate": _moment(meetings[0].start),
            "eventSchedule": schedules,
            "subEvent": [_meeting(group, url, event, meeting) for meeting in meetings],
        }
    )


def _event(group: Group, url: str, organiser: str) -> dict[str, Any]:
    """What the series and each of its meetings have in common."""
    online = {"@type": "VirtualLocation", "url": url} if group.is_online else {}
    return {
        "eventAttendanceMode": f"{CONTEXT}/{ATTENDANCE[Form(group.form)]}",
        "location": [place for place in (_place(group), online) if place],
        "organizer": _known({"@type": "Organization", "name": organiser}),
        "isAccessibleForFree": group.cost.strip().casefold() in ("", "gratis"),
        # Sign language has a code of its own in ISO 639-3, which BCP 47 takes as it is.
        "inLanguage": list(group.languages),
        "audience": _audience(group),
    }


def _meeting(group: Group, url: str, event: dict[str, Any], meeting: Meeting) -> dict[str, Any]:
    values = {
        **event,
        "@type": "Event",
        "name": group.name,
        "url": url,
        "startDate": _moment(meeting.start),
        "endDate": _moment(meeting.end) if meeting.end else "",
    }
    if meeting.is_moved and meeting.location:
        values["location"] = [{"@type": "Place", "name": meeting.location, "address": meeting.location}]
    return _known(values)


def _schedule(line: Any) -> dict[str, Any]:
    return _known(
        {
            "@type": "Schedule",
            "repeatFrequency": f"P{line.interval}{UNITS[line.frequency]}",
            "byDay": [f"{CONTEXT}/{DAYS[day - 1]}" for day in line.weekdays],
            "byMonthWeek": list(line.weeks),
            "byMonthDay": line.day_of_month,
            "startDate": line.start_date.isoformat() if line.start_date else "",
            "endDate": line.end_date.isoformat() if line.end_date else "",
            "startTime": line.start_time.isoformat("minutes") if line.start_time else "",
            "endTime": line.end_time.isoformat("minutes") if line.end_time else "",
            "scheduleTimezone": settings.TIME_ZONE,
        }
    )


def _place(group: Group) -> dict[str, Any]:
    """Where a group meets; empty when nothing is known, or it is only online."""
    if not group.meets_in_person:
        return {}
    address = _known(
        {
            "streetAddress": group.address,
            "postalCode": group.postal_code,
            "addressLocality": group.city,
        }
    )
    if not (address or group.location_name):
        return {}
    point = {"@type": "GeoCoordinates", "latitude": group.latitude, "longitude": group.longitude}
    access = (
        ("wheelchair", group.wheelchair),
        ("accessible toilet", group.accessible_toilet),
        ("induction loop", group.induction_loop),
    )
    return _known(
        {
            "@type": "Place",
            "name": group.location_name or group.city,
            "address": {"@type": "PostalAddress", "addressCountry": "NL", **address},
            "geo": point if group.has_point else {},
            "amenityFeature": [
                {"@type": "LocationFeatureSpecification", "name": name, "value": answer}
                for name, answer in access
                if answer is not None
            ],
        }
    )


def _audience(group: Group) -> dict[str, Any]:
    values = _known(
        {
            "suggestedGender": {Gender.WOMEN: "female", Gender.MEN: "male"}.get(group.gender, ""),
            "suggestedMinAge": group.age_from,
            "suggestedMaxAge": group.age_to,
            "audienceType": ", ".join(str(Audience(code).label) for code in group.audience if code in Audience.values),
        }
    )
    return {"@type": "PeopleAudience", **values} if values else {}


def _moment(moment: dt.datetime) -> str:
    return localtime(moment).isoformat(timespec="minutes")


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """The values that say something; False and 0 do."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
