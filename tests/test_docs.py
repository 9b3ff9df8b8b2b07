"""The documentation points at things that exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    path
    for path in [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *ROOT.glob("*/README.md"),
        *ROOT.glob("plugins/*/README.md"),
    ]
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = [target.split("#")[0] for target in LINK.findall(page.read_text()) if "://" not in target]

    broken = [target for target in targets if target and not (page.parent / target).exists()]

    assert broken == []


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    reasons = (ROOT / "docs" / "explanation" / "dependencies.md").read_text()
    named = set(re.findall(r"[a-z0-9][a-z0-9.-]+", reasons.lower()))
    asked = set()
    for path in [ROOT / "core", ROOT / "tenants", *(ROOT / "plugins").iterdir()]:
        if (path / "pyproject.toml").exists():
            data = tomllib.loads((path / "pyproject.toml").read_text())["project"]
            extras = [item for items in data.get("optional-dependencies", {}).values() for item in items]
            asked |= {re.split(r"[\[<>=~; ]", item)[0].lower() for item in [*data["dependencies"], *extras]}

    missing = {name for name in asked if not name.startswith("zelfregie") and name not in named}

    assert missing == set()


def test_every_decision_has_the_three_parts() -> None:
    incomplete = [
        path.name
        for path in sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
        if re.findall(r"^## (\w+)", path.read_text(), re.MULTILINE) != ["Context", "Decision", "Consequences"]
    ]

    assert incomplete == []


def test_command_line_reference_is_the_commands_own_help() -> None:
    # A process of its own: click remembers how a command was asked for help first.
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "cli_reference.py", "--print"], capture_output=True, text=True, check=True
    )

    assert (ROOT / "docs" / "reference" / "command-line.md").read_text() == done.stdout, (
        "run: python tools/cli_reference.py"
    )


def test_readiness_reference_is_the_registered_checks() -> None:
    # A process of its own: the checks that other tests register are not those of the product.
    command = [sys.executable, ROOT / "tools" / "readiness_reference.py", "--print"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert (ROOT / "docs" / "reference" / "readiness-checks.md").read_text() == done.stdout, (
        "run: python tools/readiness_reference.py"
    )
