"""Meeting times in words. Pure functions."""

import datetime as dt

from zelfregie_core.templatetags.zelfregie import time_range


def schedule_text(*, weekday: str, start: dt.time | None, end: dt.time | None, frequency: str, note: str) -> str:
    """Return a line such as "dinsdag, 19.30 tot 21.00 uur, om de week".

    :param weekday: the day in words, or empty.
    :param frequency: how often in words, or empty. Left out where there is no day: "elke week" alone says too much.
    :param note: what else there is to say, last and in brackets when something precedes it.
    :return: an empty string when nothing is known.
    """
    known = [weekday, time_range(start, end), frequency if weekday else ""]
    line = ", ".join(part for part in known if part)
    if not note:
        return line
    return f"{line} ({note})" if line else note
