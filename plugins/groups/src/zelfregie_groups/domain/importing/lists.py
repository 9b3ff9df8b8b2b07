"""What an editor does with lists: bring one in, remember what its columns mean, and let it be fetched."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zelfregie_groups.domain.importing import runs
from zelfregie_groups.domain.importing.columns import REQUIRED
from zelfregie_groups.domain.importing.feeds import waiting_runs
from zelfregie_groups.domain.importing.fetching import Fetched
from zelfregie_groups.domain.importing.formats import format_of, read_list
from zelfregie_groups.domain.importing.problems import ImportProblem
from zelfregie_groups.models import ImportRun, ImportSource

#: A longer list is compared and written by the task queue.
LONG = 2_000
#: After this long a task that was to do so has gone lost; the editor can try again.
LOST_AFTER = dt.timedelta(minutes=20)
#: Fields of which one value can hold for a whole list.
FIXED = ("themes", "city", "form", "audience", "languages")


def new_source(name: str, data: Path | bytes, file_name: str, **fields: Any) -> ImportSource:
    """Make a list, unsaved, of the kind that its first file is.

    :raises ImportProblem: when the file is no list.
    """
    return ImportSource(name=free_name(name or Path(file_name).stem), format=format_of(data, file_name), **fields)


def free_name(wanted: str) -> str:
    """Return a name for a list that no other has."""
    base = " ".join(wanted.replace("_", " ").split())[:110] or _("Lijst")
    taken = set(ImportSource.objects.values_list("name", flat=True))
    name, number = base, 2
    while name in taken:
        name, number = f"{base} {number}", number + 1
    return name


def take_in(source: ImportSource, data: Path | bytes, file_name: str, user: Any) -> ImportRun:
    """Read a version of a list and keep its rows, encrypted; the file itself is not kept. A new list is saved too.

    A version about which nobody has decided yet makes place for this one.

    :raises ImportProblem: when it cannot be read; nothing is stored then.
    """
    with transaction.atomic():
        if source.pk is None:
            source.save()
        table = read_list(data, source.format, file_name)
        waiting_runs(source).delete()
        run = runs.start_run(source, file_name, table.columns, table.rows, user)
        run.notices = table.notices
        run.save(update_fields=["notices"])
    return run


def take_in_fetched(source: ImportSource, fetched: Fetched, user: Any) -> ImportRun:
    """Do as ``take_in``, with what an address gave.

    :raises ImportProblem: when it cannot be read; nothing is stored then.
    """
    return take_in(source, fetched.data, fetched.file_name, user)


def proposed_mapping(run: ImportRun) -> dict[str, str]:
    """Return the field of each column: as remembered, else guessed."""
    return runs.guess_mapping(run.columns, runs.examples_of(run), run.source.mapping)


def is_complete(mapping: Mapping[str, str], defaults: Mapping[str, Any]) -> bool:
    """Whether every group gets what it cannot do without."""
    given = set(mapping.values()) | {field for field, value in defaults.items() if value}
    return set(REQUIRED) <= given


def is_known(run: ImportRun) -> bool:
    """Whether somebody chose the columns of an earlier version, and they are all still there."""
    chosen = {column for column, field in run.source.mapping.items() if field}
    is_known = bool(chosen) and chosen <= set(run.columns)
    return is_known and is_complete(proposed_mapping(run), run.source.defaults)


def remember(source: ImportSource, mapping: Mapping[str, str], defaults: Mapping[str, Any]) -> None:
    """Keep what the columns of a list mean, for this version and the next."""
    source.mapping, source.defaults = dict(mapping), {field: value for field, value in defaults.items() if value}
    source.save(update_fields=["mapping", "defaults"])


def preview(run: ImportRun) -> None:
    """Compare a version with the site, with the columns that are remembered.

    :raises ImportProblem: when that cannot be done.
    """
    runs.preview_run(run, proposed_mapping(run), run.source.defaults)


def is_long(run: ImportRun) -> bool:
    """Whether a version is too long to be compared while somebody waits."""
    return sum(number for number in run.counts.values() if isinstance(number, int)) > LONG


def mark_busy(run: ImportRun, what: str) -> bool:
    """Say that a task works on a version: ``preview``, ``apply`` or ``undo``. False when one does already."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        if busy_with(run):
            return False
        run.counts = {**run.counts, "busy": what, "busy_since": timezone.now().isoformat()}
        run.save(update_fields=["counts"])
    return True


def busy_with(run: ImportRun) -> str:
    """Return what a task is doing with a version; empty when there is none, or when it went lost."""
    what, since = run.counts.get("busy", ""), run.counts.get("busy_since", "")
    if not what or timezone.now() - dt.datetime.fromisoformat(since) > LOST_AFTER:
        return ""
    return str(what)


def not_busy(run: ImportRun) -> None:
    """Take the mark of ``mark_busy`` away."""
    run.refresh_from_db()
    run.counts = {name: value for name, value in run.counts.items() if name not in {"busy", "busy_since"}}
    run.save(update_fields=["counts"])


def preview_in_task(run_id: int) -> None:
    """Compare a long list; what goes wrong is said on its page. Does nothing when the version is gone."""
    _in_task(run_id, ImportRun.State.UPLOADED, preview)


def apply_in_task(run_id: int, user: Any) -> None:
    """Write a long list; what goes wrong is said on its page. Does nothing when the version is gone or written."""
    _in_task(run_id, ImportRun.State.PREVIEWED, lambda run: runs.apply_run(run, user))


def undo_in_task(run_id: int, user: Any) -> None:
    """Take a long list back; what goes wrong is said on its page. Does nothing when the version is gone or undone."""
    _in_task(run_id, ImportRun.State.APPLIED, lambda run: runs.undo_run(run, user))


def _in_task(run_id: int, state: str, work: Callable[[ImportRun], None]) -> None:
    """Work on a version that is in this state still. Its page says what went wrong, and is busy no longer.

    A fault of ours is said there too, and then goes on: the task fails, and the log has it.
    """
    run = ImportRun.objects.select_related("source").filter(pk=run_id, state=state).first()
    if run is None:
        return
    fault = _("Er ging bij ons iets mis. Er is niets veranderd. Probeer het over een tijdje nog eens.")
    try:
        work(run)
    except ImportProblem as problem:
        _say(run, str(problem))
    except Exception:
        _say(run, fault)
        raise
    else:
        _say(run, "", instead_of=fault)
    finally:
        not_busy(run)


def _say(run: ImportRun, sentence: str, instead_of: str = "") -> None:
    run.refresh_from_db()
    others = [notice for notice in run.notices if notice not in (sentence, instead_of)]
    run.notices = [sentence, *others] if sentence else others
    run.save(update_fields=["notices"])
