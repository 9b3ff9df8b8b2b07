"""What a region takes along of its referrals: the practices, their figures, and the cards that are still valid."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.utils import timezone

from zelfregie_core.domain.indicators import indicators_changed
from zelfregie_core.domain.leaving import read_json_list, steady_key, write_json_list
from zelfregie_core.domain.tables import write_table
from zelfregie_core.plugins import ExportFile, ImportReport
from zelfregie_referrals.domain.imports import COLUMNS, KEY, load_practices
from zelfregie_referrals.models import MonthlyCount, Practice, ReferralCard

COUNTS = ("made", "opened", "used")


def export_files() -> Sequence[ExportFile]:
    """Return the files; see the hook `region_export`."""
    return [
        ExportFile(
            "practices.csv",
            write_practices,
            "De praktijken die verwijskaarten maken. Op een andere site krijgen ze een nieuwe persoonlijke link.",
            "The practices that can make referral cards. On another site they get a new personal link.",
            load=load_practices,
        ),
        ExportFile(
            "data/referrals.json",
            write_figures,
            "Per praktijk: doet ze mee, en hoeveel kaarten per maand. Geen gegevens van patiënten; die zijn er niet.",
            "For each practice: whether it takes part, and its cards per month. No data of patients; there are none.",
            load=load_figures,
        ),
        ExportFile(
            "personal/cards.csv",
            write_cards,
            "De kaarten die nu nog geldig zijn, met hun code. Ze werken alleen op de oude site; laat ze daar aflopen.",
            "The cards that are still valid, with their codes. They work on the old site only; let them run out there.",
            personal=True,
        ),
    ]


def write_practices(target: IO[bytes]) -> None:
    """Write the practices in the columns that a launch reads."""
    rows = ([_key(practice), *(getattr(practice, name) for name in COLUMNS)] for practice in _practices())
    write_table(target, (KEY, *COLUMNS), rows)


def write_cards(target: IO[bytes]) -> None:
    """Write the cards that a visitor can still use."""
    cards = ReferralCard.objects.filter(expires_at__gt=timezone.now()).select_related("practice").order_by("pk")
    rows = (
        [card.shown_code, card.target_title, card.practice.name, timezone.localdate(card.expires_at).isoformat()]
        for card in cards.iterator(chunk_size=500)
    )
    write_table(target, ("code", "group", "practice", "valid_until"), rows)


def write_figures(target: IO[bytes]) -> None:
    """Write what a table of practices cannot carry."""
    write_json_list(target, _records())


def load_figures(path: Path) -> ImportReport:
    """Give the practices of a region that was just launched their figures, and whether they take part."""
    practices = {practice.source_id: practice for practice in Practice.objects.exclude(source_id="")}
    updated = 0
    with transaction.atomic():
        for record in read_json_list(path):
            practice = practices.get(record[KEY])
            if practice is None:
                continue
            Practice.objects.filter(pk=practice.pk).update(active=record["active"])
            for month in record["months"]:
                numbers = {name: int(month[name]) for name in COUNTS}
                day = dt.date.fromisoformat(month["month"])
                MonthlyCount.objects.update_or_create(practice=practice, month=day, defaults=numbers)
            updated += 1
    indicators_changed()
    return ImportReport(updated=updated)


def _practices() -> Iterable[Practice]:
    return Practice.objects.order_by("pk").iterator(chunk_size=500)


def _key(practice: Practice) -> str:
    return practice.source_id or steady_key("practice", practice.created_at, practice.pk)


def _records() -> Iterator[dict[str, Any]]:
    for practice in Practice.objects.order_by("pk").prefetch_related("monthly_counts").iterator(chunk_size=500):
        counts = sorted(practice.monthly_counts.all(), key=lambda count: count.month)
        months = [
            {"month": count.month.isoformat(), **{name: getattr(count, name) for name in COUNTS}} for count in counts
        ]
        yield {KEY: _key(practice), "active": practice.active, "months": months}
