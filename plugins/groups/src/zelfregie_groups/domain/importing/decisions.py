"""What an editor decides about the rows of a preview."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from zelfregie_groups.domain.importing.columns import LABELS
from zelfregie_groups.domain.importing.known import Known
from zelfregie_groups.domain.importing.problems import ImportProblem
from zelfregie_groups.domain.importing.stored import StoredRecord, remember_judgement
from zelfregie_groups.models import Group, ImportRun, ImportRunRow

Verdict, Decision = ImportRunRow.Verdict, ImportRunRow.Decision
#: What happens with a row about which nobody decides.
PROPOSED = {
    Verdict.NEW: Decision.APPLY, Verdict.CHANGED: Decision.APPLY, Verdict.SAME: Decision.SKIP,
    Verdict.DUPLICATE: Decision.SKIP, Verdict.WRONG: Decision.SKIP, Verdict.GONE: Decision.SKIP,
}  # fmt: skip
#: What an editor may choose for a row with each verdict.
POSSIBLE = {
    Verdict.NEW: (Decision.APPLY, Decision.SKIP, Decision.LINK),
    Verdict.CHANGED: (Decision.APPLY, Decision.SKIP),
    Verdict.SAME: (Decision.SKIP,),
    Verdict.DUPLICATE: (Decision.APPLY, Decision.SKIP, Decision.LINK),
    Verdict.WRONG: (Decision.SKIP,),
    Verdict.GONE: (Decision.APPLY, Decision.SKIP),
}


def decision_of(row: ImportRunRow) -> str:
    """Return what happens with a row: what was decided, else what its verdict proposes."""
    return row.decision or PROPOSED.get(Verdict(row.verdict), Decision.SKIP)


def possible_decisions(row: ImportRunRow) -> tuple[str, ...]:
    """Return what an editor may choose for a row. A removed group can be brought back."""
    found = POSSIBLE[Verdict(row.verdict)]
    return (*found, Decision.APPLY) if row.verdict == Verdict.SAME and row.group_id is None else found


def decide(
    row: ImportRunRow, decision: str, overwrite: Sequence[str] = (), link_to: Group | int | None = None
) -> ImportRunRow:
    """Decide about one row of a preview. May be changed again until the list is applied.

    :param decision: one of ``possible_decisions``; empty: back to what the verdict proposes.
    :param overwrite: of the conflicts, the fields in which the list wins over what somebody typed.
    :param link_to: the group that the row is, for ``LINK``; the first candidate when it is left out.
    :raises ImportProblem: when that cannot be decided about this row.
    """
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=row.run_id)
        row = ImportRunRow.objects.get(pk=row.pk)
        if run.state != ImportRun.State.PREVIEWED:
            raise ImportProblem(_("Deze import is al verwerkt of nog niet bekeken. Er valt nu niets te kiezen."))
        if decision and decision not in possible_decisions(row):
            raise ImportProblem(_("Dit kun je voor deze regel niet kiezen."))
        if decision == Decision.LINK:
            pk = getattr(link_to, "pk", link_to) or next(iter(row.candidates), None)
            _link(run, row, pk)
        elif row.verdict in (Verdict.DUPLICATE, Verdict.NEW):
            row.group, row.changed_fields, row.conflicts, row.before = None, [], [], ""
        strange = [name for name in overwrite if name not in row.conflicts]
        if strange:
            raise ImportProblem(
                _("Het veld '%(name)s' is niet met de hand veranderd; daar valt niets te kiezen.")
                % {"name": LABELS.get(strange[0], strange[0])}
            )
        row.decision, row.overwrite = decision, list(overwrite)
        row.save(update_fields=["decision", "overwrite", "group", "changed_fields", "conflicts", "before"])
    return row


def _link(run: ImportRun, row: ImportRunRow, pk: int | None) -> None:
    """Let a row be a group that the site has: from here on it is a row that changes that group."""
    group = Group.objects.filter(pk=pk).first() if pk else None
    if group is None:
        raise ImportProblem(_("Kies de groep die het is."))
    other = ImportRunRow.objects.filter(run=run, group=group).exclude(pk=row.pk).first()
    if other is not None:
        raise ImportProblem(
            _("'%(name)s' is al de groep van regel %(number)s. Kies een andere, of sla een van de twee over.")
            % {"name": group.name, "number": other.number}
        )
    stored = StoredRecord.of(row)
    known = Known([group.pk], run.source)
    row.group = group
    remember_judgement(row, known, known.judge(group.pk, stored.values, stored.key, stored.replaces))
