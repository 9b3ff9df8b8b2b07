"""An import in three steps: start, preview, apply; and undoing it. The only way in for screens and feeds.

    run = start_run(source, "lijst.xlsx", columns, rows, user)
    preview_run(run, guess_mapping(columns, examples_of(run), source.mapping), defaults)
    decide(row, ImportRunRow.Decision.APPLY, overwrite=["name"])
    apply_run(run, user)
    undo_run(run, user)

Everything that an editor can mend raises ``ImportProblem`` with a Dutch sentence.
"""

from zelfregie_groups.domain.importing.apply import apply_run
from zelfregie_groups.domain.importing.decisions import decide, decision_of, possible_decisions
from zelfregie_groups.domain.importing.diffs import FieldDiff, diff_of, diffs_of
from zelfregie_groups.domain.importing.mapping import guess_mapping
from zelfregie_groups.domain.importing.preview import preview_run
from zelfregie_groups.domain.importing.problems import ImportProblem
from zelfregie_groups.domain.importing.purge import purge_runs
from zelfregie_groups.domain.importing.skipped import BEFORE as SKIPPED_BEFORE
from zelfregie_groups.domain.importing.start import examples_of, start_run
from zelfregie_groups.domain.importing.summary import ProblemGroup, grouped_problems
from zelfregie_groups.domain.importing.undo import can_undo, left_alone, undo_problem, undo_run

__all__ = [
    "SKIPPED_BEFORE",
    "FieldDiff",
    "ImportProblem",
    "ProblemGroup",
    "apply_run",
    "can_undo",
    "decide",
    "decision_of",
    "diff_of",
    "diffs_of",
    "examples_of",
    "grouped_problems",
    "guess_mapping",
    "left_alone",
    "possible_decisions",
    "preview_run",
    "purge_runs",
    "start_run",
    "undo_problem",
    "undo_run",
]
