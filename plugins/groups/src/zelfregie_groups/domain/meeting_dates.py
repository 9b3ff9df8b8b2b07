"""What is different about the coming meetings of a group, as a visitor reads it. Pure functions."""

import datetime as dt
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from zelfregie_core.templatetags.zelfregie import dutch_date, time_range

#: How far ahead a change is told; a summer stop that is further away only worries.
TELL_AHEAD = dt.timedelta(days=90)


def coming_changes(group: Any, today: dt.date | None = None) -> list[str]:
    """Return what is different in the coming time, a sentence each, soonest first: cancelled, moved, a longer stop."""
    today = today or localdate()
    return [
        _change(exception, today)
        for exception in sorted(group.exceptions.all(), key=lambda exception: exception.date)
        if _last_day(exception) >= today and exception.date <= today + TELL_AHEAD
    ]


def _last_day(exception: Any) -> dt.date:
    return max(day for day in (exception.date, exception.last_date, exception.new_date) if day)


def _change(exception: Any, today: dt.date) -> str:
    date, note = dutch_date(exception.date), exception.note.strip()
    if exception.moves:
        otherwise = (
            dutch_date(exception.new_date),
            time_range(exception.new_start_time, exception.new_end_time),
            exception.new_location,
        )
        text = _("De bijeenkomst van %(date)s is verplaatst: %(otherwise)s.") % {
            "date": date,
            "otherwise": ", ".join(part for part in otherwise if part),
        }
        return _with_reason(text, note)
    if exception.last_date is None or exception.last_date == exception.date:
        return _with_reason(_("Op %(date)s is er geen bijeenkomst.") % {"date": date}, note)
    last = dutch_date(exception.last_date)
    if exception.date <= today:
        return _with_reason(_("Er zijn nu geen bijeenkomsten, tot en met %(last)s.") % {"last": last}, note)
    text = _("Geen bijeenkomsten van %(first)s tot en met %(last)s.") % {"first": date, "last": last}
    return _with_reason(text, note)


def _with_reason(text: str, note: str) -> str:
    """The sentence with the group's own words in front: "Zomerstop. Geen bijeenkomsten van ..."."""
    if not note:
        return text
    return f"{note} {text}" if note.endswith((".", "!", "?", "…")) else f"{note}. {text}"
