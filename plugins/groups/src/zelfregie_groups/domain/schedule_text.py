"""Meeting times in words. Pure functions."""

from typing import Any

from django.utils.translation import gettext as _

from zelfregie_core.templatetags.zelfregie import time_range


def schedule_text(schedule: Any) -> str:
    """Return a line such as "dinsdag, 19.30 tot 21.00 uur, om de week".

    :param schedule: a ``Schedule``.
    :return: an empty string when nothing is known.
    """
    days = ", ".join(str(schedule.Weekday(day).label) for day in schedule.weekdays)
    known = [days, time_range(schedule.start_time, schedule.end_time), _how_often(schedule) if days else ""]
    line = ", ".join(part for part in known if part)
    if not schedule.note:
        return line
    return f"{line} ({schedule.note})" if line else str(schedule.note)


def _how_often(schedule: Any) -> str:
    if schedule.frequency == schedule.Frequency.WEEKLY:
        return _("elke week") if schedule.interval == 1 else _("om de week")
    return _("elke maand") if schedule.frequency == schedule.Frequency.MONTHLY else ""
