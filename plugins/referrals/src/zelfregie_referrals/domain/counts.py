"""Counting cards: per practice, per month, at the moment it happens."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Sum
from django.utils import timezone

from zelfregie_referrals.models import MonthlyCount, Practice

FIELDS = ("made", "opened", "used")
#: A practice knows to whom it gave a card. Of fewer than this many, "one was used" would say who comes to a group.
MIN_SHOWN = 5


@dataclass(frozen=True)
class Figures:
    """What a practice sees of its cards: of one month, or of all time (``month`` is None).

    ``opened`` and ``used`` are None when there are too few cards to tell.
    """

    month: dt.date | None
    made: int
    opened: int | None
    used: int | None


def count(practice_id: int, field: str) -> None:
    """Add one to a practice's figure of this month. Safe when two cards are counted at once."""
    month = timezone.localdate().replace(day=1)
    row, _created = MonthlyCount.objects.get_or_create(practice_id=practice_id, month=month)
    MonthlyCount.objects.filter(pk=row.pk).update(**{field: F(field) + 1})


def months_of(practice: Practice, today: dt.date) -> list[Figures]:
    """The last twelve months of a practice that have something to show, newest first."""
    first = dt.date(today.year - 1, today.month, 1)
    rows = practice.monthly_counts.filter(month__gt=first)
    return [_figures(row.month, row.made, row.opened, row.used) for row in rows]


def total_of(practice: Practice) -> Figures:
    """All cards of a practice."""
    found = practice.monthly_counts.aggregate(**{field: Sum(field) for field in FIELDS})
    return _figures(None, *(found[field] or 0 for field in FIELDS))


def total(field: str) -> int:
    """One figure of the whole region. One query."""
    return MonthlyCount.objects.aggregate(total=Sum(field))["total"] or 0


def _figures(month: dt.date | None, made: int, opened: int, used: int) -> Figures:
    if made < MIN_SHOWN:
        return Figures(month, made, None, None)
    return Figures(month, made, opened, used)
