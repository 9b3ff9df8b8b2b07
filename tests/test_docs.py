"""The documentation points at things that exist."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from zelfregie_tenants.cli import main

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


@pytest.mark.parametrize(
    ("tool", "page"),
    [("readiness_reference.py", "readiness-checks.md"), ("contributions_reference.py", "contributions.md")],
)
def test_reference_is_made_from_the_code(tool: str, page: str) -> None:
    # A process of its own: the checks that other tests register are not those of the product.
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / tool, "--print"], capture_output=True, text=True, check=True
    )

    assert (ROOT / "docs" / "reference" / page).read_text() == done.stdout, f"run: python tools/{tool}"


def _commands(text: str) -> list[str]:
    """Return the commands of ours in the blocks of a page; a line that ends with a backslash goes on."""
    blocks = re.findall(r"^ *```(?:console|sh)\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    found = [re.sub(r"^ *(?:\$ +)?(?:\.venv/bin/)?", "", line) for line in lines]
    return [line for line in found if line.startswith("zelfregie ")]


def _wrong_with(command: str) -> str:
    """Return what the command line has against a command; it is parsed and not run."""
    *words, last = shlex.split(command, comments=True)
    words = [word for word in [*words, last] if word not in {"…", "..."}]
    group, context = main, click.Context(main, info_name="zelfregie")
    words = words[1:]
    try:
        while isinstance(group, click.Group):
            name, group, words = group.resolve_command(context, words)
            if isinstance(group, click.Group):
                context = click.Context(group, parent=context, info_name=name)
        group.make_context(name, words, parent=context)
    except (click.exceptions.UsageError, IndexError) as error:
        return f"{command}: {error}"
    return ""


@pytest.mark.parametrize(
    "page",
    # A decision may name a command that was not to be, and the changelog one that went.
    [page for page in PAGES if page.parent.name != "adr" and page.name != "CHANGELOG.md"],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_every_command_of_a_page_is_one_that_can_be_given(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    # In running text a command may be the beginning of one: only what is there must be right.
    begun = [words for words in re.findall(r"`(zelfregie [^`|{…]+)`", text) if "..." not in words]

    wrong = [found for command in _commands(text) if (found := _wrong_with(command))]
    unknown = [command for command in begun if not _is_begun(command)]

    assert (wrong, unknown) == ([], [])


def _is_begun(command: str) -> bool:
    """Whether every word that names a command, and every option, is there."""
    group: click.Command = main
    options = {"--help"}
    for word in command.replace("[", " ").replace("]", " ").split()[1:]:
        if isinstance(group, click.Group):
            found = group.get_command(click.Context(group), word)
            if found is None:
                return False
            group = found
            options |= {name for option in group.params for name in (*option.opts, *option.secondary_opts)}
        elif word.startswith("--") and word.split("=")[0] not in options and group.name != "manage":
            return False
    return True
