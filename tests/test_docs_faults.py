"""Every fault and attack of docs/explanation/faults-tried.md names tests that are there."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "explanation" / "faults-tried.md"
NAMED = re.compile(r"`([\w/.]+\.py)::(\w+)`")


@cache
def _functions_of(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(part.name for part in tree.body if isinstance(part, ast.FunctionDef))


def test_every_fault_is_tried_by_a_test_that_is_there():
    rows = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ") and "::" in line]
    named = [NAMED.findall(row) for row in rows]

    missing = {
        f"{file}::{test}"
        for tests in named
        for file, test in tests
        if not (ROOT / file).is_file() or test not in _functions_of(ROOT / file)
    }
    assert missing == set()
    assert (len(rows) > 20, all(named)) == (True, True)
