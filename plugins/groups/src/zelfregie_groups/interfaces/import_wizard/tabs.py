"""The rows of a preview by what is to be done about them."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from zelfregie_groups.domain.importing import runs
from zelfregie_groups.models import ImportRun, ImportRunRow

Verdict, Decision = ImportRunRow.Verdict, ImportRunRow.Decision
_NO_CONFLICTS = Q(conflicts=[])
_SKIPPED_BEFORE = Q(messages__contains=[{"column": runs.SKIPPED_BEFORE}])
#: Linked rows change a group; they stay where the editor found them.
_WHICH = {
    "new": Q(verdict=Verdict.NEW),
    "changed": Q(verdict=Verdict.CHANGED) & _NO_CONFLICTS,
    "choose": Q(verdict=Verdict.CHANGED) & ~_NO_CONFLICTS,
    "duplicate": Q(verdict=Verdict.DUPLICATE) & ~_SKIPPED_BEFORE,
    "wrong": Q(verdict=Verdict.WRONG),
    "gone": Q(verdict=Verdict.GONE),
    "skipped": Q(verdict=Verdict.DUPLICATE) & _SKIPPED_BEFORE,
    "same": Q(verdict=Verdict.SAME),
}
#: What asks something of the editor comes first.
ORDER = ("duplicate", "choose", "wrong", "gone", "new", "changed", "skipped", "same")


@dataclass(frozen=True)
class Tab:
    """One kind of rows."""

    key: str
    label: str
    help: str
    count: int
    asks: bool


def tabs_of(run: ImportRun) -> list[Tab]:
    """Return the kinds of rows that a preview has, in one query."""
    found = run.rows.aggregate(**{key: Count("pk", filter=which) for key, which in _WHICH.items()})
    texts = _texts()
    return [Tab(key, *texts[key], found[key], key in {"duplicate", "choose"}) for key in ORDER if found[key]]


def _texts() -> dict[str, tuple[str, str]]:
    return {
        "duplicate": (
            _("Misschien dubbel"),
            _(
                "Deze groepen lijken op een groep die al op de site staat. Kies per groep. Kies je niets, dan slaan we "
                "haar over."
            ),
        ),
        "choose": (
            _("Kies zelf"),
            _(
                "Iemand heeft deze groepen op de site met de hand veranderd, en de lijst zegt iets anders. Wat je niet "
                "aanvinkt, blijft zoals het op de site staat."
            ),
        ),
        "wrong": (
            _("Klopt niet"),
            _(
                "Deze regels kunnen we niet gebruiken. Verbeter ze in je eigen lijst en upload die opnieuw. De andere "
                "regels kun je gewoon verwerken."
            ),
        ),
        "gone": (
            _("Niet meer in de lijst"),
            _(
                "Deze groepen kwamen uit deze lijst, maar staan er niet meer in. Ze blijven op de site, tenzij je ze "
                "eraf haalt."
            ),
        ),
        "new": (_("Nieuw"), _("Deze groepen komen op de site.")),
        "changed": (_("Veranderd"), _("Bij deze groepen verandert wat hieronder staat.")),
        "skipped": (
            _("Eerder overgeslagen"),
            _(
                "Deze regels lijken op een groep die al op de site staat, en je sloeg ze bij een eerdere versie van de "
                "lijst over. Dat doen we weer, tenzij je iets anders kiest."
            ),
        ),
        "same": (_("Hetzelfde"), _("Aan deze groepen verandert niets.")),
    }


def rows_of(run: ImportRun, key: str) -> QuerySet[ImportRunRow]:
    """Return the rows of one kind, in the order of the list."""
    return run.rows.filter(_WHICH[key]).order_by("number", "pk")


@dataclass(frozen=True)
class Plan:
    """What applying a preview will do, in numbers of groups."""

    created: int
    updated: int
    unpublished: int
    skipped: int
    same: int

    @property
    def total(self) -> int:
        return self.created + self.updated + self.unpublished


def plan_of(run: ImportRun) -> Plan:
    """Return what applying will do, in one query."""
    apply, undecided = Q(decision=Decision.APPLY), Q(decision="")
    created = (
        Q(verdict=Verdict.NEW) & (apply | undecided)
        | Q(verdict=Verdict.DUPLICATE) & apply
        | Q(verdict=Verdict.SAME, group=None) & apply
    )
    changes_nothing = Q(changed_fields=[], overwrite=[])
    updated = (Q(verdict=Verdict.CHANGED) & (apply | undecided) | Q(decision=Decision.LINK)) & ~changes_nothing
    unpublished = Q(verdict=Verdict.GONE) & apply
    same = Q(verdict=Verdict.SAME) & ~apply
    counts = run.rows.aggregate(
        created=Count("pk", filter=created),
        updated=Count("pk", filter=updated),
        unpublished=Count("pk", filter=unpublished),
        same=Count("pk", filter=same),
        every=Count("pk"),
    )
    every = counts.pop("every")
    return Plan(**counts, skipped=every - sum(counts.values()))
