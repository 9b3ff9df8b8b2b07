"""Lists that the site fetches itself, again and again; and how they are doing.

What is safe is written at once: new groups, and changes in fields that nobody changed by hand. Everything else waits
for an editor, and a list that suddenly is another one waits as a whole. A list that fails changes nothing.
"""

import datetime as dt
import enum
import hashlib
import zlib

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zelfregie_groups.domain.importing import runs
from zelfregie_groups.domain.importing.fetching import Fetched, fetch
from zelfregie_groups.domain.importing.formats import read_list
from zelfregie_groups.domain.importing.problems import ImportProblem
from zelfregie_groups.models import Group, ImportRun, ImportRunRow, ImportSource

WARN_AFTER = dt.timedelta(hours=72)
#: A list that fails is tried more often than one that is well.
RETRY = dt.timedelta(hours=4)
#: Below this many groups a list may change as much as it likes: two of three is no sign of anything.
FEW = 5
Verdict, Decision, State = ImportRunRow.Verdict, ImportRunRow.Decision, ImportRun.State


class Outcome(enum.Enum):
    """What came of fetching a list."""

    BUSY = "busy"
    FAILED = "failed"
    SAME = "same"
    APPLIED = "applied"
    WAITING = "waiting"


def next_attempt(source: ImportSource) -> dt.datetime | None:
    """Return when a list is fetched next; None when it is not fetched at all.

    Up to a tenth of the interval earlier, by its own measure, so that not all lists are fetched at once.
    """
    if not source.url or not source.is_active:
        return None
    if source.checked_at is None:
        return source.created_at
    interval = dt.timedelta(hours=source.every_hours)
    interval *= 1 - zlib.crc32(f"{source.pk}:{source.url}".encode()) % 1000 / 10_000
    return source.checked_at + (min(interval, RETRY) if source.failing_since else interval)


def due_sources(now: dt.datetime | None = None) -> list[ImportSource]:
    """Return the lists that should be fetched now."""
    now = now or timezone.now()
    sources = ImportSource.objects.filter(is_active=True).exclude(url="")
    settled = sources.filter(Exists(ImportRun.objects.filter(source=OuterRef("pk"), state=State.APPLIED)))
    return [source for source in settled if (at := next_attempt(source)) and at <= now]


def is_settled(source: ImportSource) -> bool:
    """Whether an editor has applied a version of a list. Until then nothing of it is written by itself."""
    return ImportRun.objects.filter(source=source, state=State.APPLIED).exists()


def refresh(source: ImportSource, now: dt.datetime | None = None) -> Outcome:
    """Fetch a list, and write what is safe. Two at once do it once.

    :return: what came of it; the list itself says the rest.
    """
    now = now or timezone.now()
    claim = ImportSource.objects.filter(pk=source.pk, checked_at=source.checked_at)
    if not claim.update(checked_at=now):
        return Outcome.BUSY
    source.checked_at = now
    try:
        fetched = fetch(source.url, source.etag, source.last_modified)
        outcome = _take_in(source, fetched)
    except ImportProblem as problem:
        _failed(source, str(problem), now)
        return Outcome.FAILED
    except Exception:
        # A mistake of ours: the queue logs it and counts it as failed, and the editor sees that nothing came in.
        _failed(source, _("Er ging bij ons iets mis. We zijn gewaarschuwd; probeer het later nog eens."), now)
        raise
    _succeeded(source, fetched, now)
    return outcome


def _take_in(source: ImportSource, fetched: Fetched | None) -> Outcome:
    if fetched is None or hashlib.sha256(fetched.data).hexdigest() == source.digest:
        return Outcome.SAME
    with transaction.atomic():
        # Nobody decides about an older version any more.
        waiting_runs(source).filter(started_by=None).delete()
        run = _preview(source, fetched)
        reason = suspicion(run)
        if reason:
            run.notices = [reason, *(notice for notice in run.notices if isinstance(notice, str))]
            run.save(update_fields=["notices"])
            return Outcome.WAITING
        _hold_back_conflicts(run)
        waits = _waits(run)
        writes = Q(verdict=Verdict.NEW) | Q(verdict=Verdict.CHANGED, decision="")
        changes = run.rows.filter(writes).exists()
        runs.apply_run(run, None)
        if not changes:
            run.delete()
        if waits:
            # What waits is asked of the list as it is now, after what was safe.
            _preview(source, fetched)
            return Outcome.WAITING
    return Outcome.APPLIED if changes else Outcome.SAME


def _preview(source: ImportSource, fetched: Fetched) -> ImportRun:
    table = read_list(fetched.data, source.format, fetched.file_name)
    run = runs.start_run(source, fetched.file_name, table.columns, table.rows, None)
    run.notices = table.notices
    mapping = runs.guess_mapping(table.columns, runs.examples_of(run), source.mapping)
    runs.preview_run(run, mapping, source.defaults)
    return run


def _hold_back_conflicts(run: ImportRun) -> None:
    """Keep rows out of a run that an editor must look at. Duplicates and groups that are gone are out already."""
    run.rows.filter(verdict=Verdict.CHANGED).exclude(conflicts=[]).update(decision=Decision.SKIP)


def _waits(run: ImportRun) -> bool:
    """Whether anything in a run is for an editor to decide."""
    asks = Q(verdict__in=[Verdict.WRONG, Verdict.GONE]) | (Q(verdict=Verdict.CHANGED) & ~Q(conflicts=[]))
    # A possible duplicate that an editor skipped before is not asked again.
    asks |= Q(verdict=Verdict.DUPLICATE, decision="")
    return run.rows.filter(asks).exists()


def suspicion(run: ImportRun) -> str:
    """Return why a list is too different from last time to be written by itself; empty when it is not."""
    known = set(Group.objects.filter(imported_from=run.source, published=True).values_list("pk", flat=True))
    rows = run.rows.exclude(verdict=Verdict.GONE)
    gone = len(known - set(rows.exclude(group=None).values_list("group_id", flat=True)))
    if len(known) < FEW or gone * 2 <= len(known):
        return ""
    words = {"gone": gone, "known": len(known)}
    sentence = (
        _("De lijst is opeens veel korter: %(gone)s van de %(known)s groepen staan er niet meer in.")
        if rows.count() * 2 < len(known)
        else _("De lijst heeft opeens andere nummers: %(gone)s van de %(known)s groepen herkennen we niet meer.")
    )
    return " ".join([sentence % words, _("Er is niets veranderd. Kijk of dit klopt.")])


def waiting_runs(source: ImportSource) -> QuerySet[ImportRun]:
    """Return the imports of a list about which nobody has decided yet."""
    return ImportRun.objects.filter(source=source, state__in=[State.UPLOADED, State.PREVIEWED])


def _succeeded(source: ImportSource, fetched: Fetched | None, now: dt.datetime) -> None:
    source.succeeded_at, source.failing_since, source.warned_at, source.last_error = now, None, None, ""
    if fetched is not None:
        source.etag, source.last_modified = fetched.etag, fetched.last_modified
        source.digest = hashlib.sha256(fetched.data).hexdigest()
    source.save(
        update_fields=["succeeded_at", "failing_since", "warned_at", "last_error", "etag", "last_modified", "digest"]
    )


def _failed(source: ImportSource, message: str, now: dt.datetime) -> None:
    """Keep what went wrong. Groups stay as they are, however long it lasts."""
    source.failing_since = source.failing_since or now
    source.last_error = message
    source.save(update_fields=["failing_since", "last_error"])


def must_warn(source: ImportSource, now: dt.datetime | None = None) -> bool:
    """Whether the administrators should hear that a list has failed for long. Once, until it works again."""
    if source.failing_since is None or source.warned_at is not None:
        return False
    return (now or timezone.now()) - source.failing_since >= WARN_AFTER


def outcome_text(outcome: Outcome, source: ImportSource) -> str:
    """Return what is said to the editor who let a list be fetched."""
    if outcome is Outcome.WAITING:
        count = waiting_count(source)
        return ngettext(
            "De lijst is opgehaald. %(count)s regel wacht op jou.",
            "De lijst is opgehaald. %(count)s regels wachten op jou.",
            count,
        ) % {"count": count}
    return {
        Outcome.BUSY: _("De lijst wordt al opgehaald. Kijk over een minuut nog eens."),
        Outcome.FAILED: _("De lijst is niet opgehaald; alle groepen blijven zoals ze zijn. %(error)s")
        % {"error": source.last_error},
        Outcome.SAME: _("De lijst is opgehaald. Er is niets veranderd."),
        Outcome.APPLIED: _("De lijst is opgehaald en verwerkt."),
    }[outcome]


def waiting_count(source: ImportSource) -> int:
    """Return how many rows of a list wait for an editor."""
    rows = ImportRunRow.objects.filter(run__in=waiting_runs(source), run__state=State.PREVIEWED)
    return rows.exclude(verdict__in=[Verdict.SAME, ""]).filter(decision="").count()
