"""Write docs/reference/command-line.md from the command's own help. A test holds that the two are the same."""

import os
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "reference" / "command-line.md"
#: Commands that lead to another program's own help.
OTHERS = {"manage"}
HEAD = """# Command line

Everything an operator does is a command of `zelfregie`. This page is made from its own help by
`python tools/cli_reference.py`.

Exit codes: 0 done; 1 something must be put right first, and a sentence says what; 2 wrong use.

Settings come from `DJANGO_SETTINGS_MODULE`: `zelfregie_tenants.settings.development` unless it says otherwise (an
embedded PostgreSQL in `var/`, or `DATABASE_URL`), `zelfregie_tenants.settings.production` on a server.
"""


def reference() -> str:
    """The page: a section with the help of each command, groups before their commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.development")
    from zelfregie_tenants.cli import main  # noqa: PLC0415 -- settings first

    return "\n".join([HEAD, *sections(main, [])])


def sections(command: click.Command, path: list[str]) -> list[str]:
    """The section of a command and of those below it."""
    name = " ".join(["zelfregie", *path])
    if path and path[-1] in OTHERS:
        return [f"## {name}\n\nRuns one of Django's own commands, such as `{name} check --database default`.\n"]
    context = click.Context(
        command, info_name=name, terminal_width=100, max_content_width=100, help_option_names=["-h", "--help"]
    )
    found = [f"## {name}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"]
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            inner = command.get_command(context, child)
            if inner is not None:
                found += sections(inner, [*path, child])
    return found


if __name__ == "__main__":
    if "--print" in sys.argv:
        sys.stdout.write(reference())
    else:
        TARGET.write_text(reference(), encoding="utf-8")
