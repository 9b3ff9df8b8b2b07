"""Pages of docs/tutorial as programs: their commands are run, their changes are made, and what they say comes out."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from django.db import connection
from psycopg import sql

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: A question as cookiecutter and as click ask it, and the answer that the page gives.
QUESTION = re.compile(r"\s*((?:\[\d/\d\] .*\(.*\)|.* \[[^\]]*\]):) ?(.*)")
#: The sentence before a block that is a change says in which file.
FILE = re.compile(r"`([^`\s]+/[^`\s]+\.\w+)`:\s*\Z")
NEW, END = "new file", "at the end of"


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its content, and the words before it, back to the block before."""

    language: str
    content: str
    before: str


@dataclass(frozen=True)
class Command:
    """A command, the answers that the page types, and the lines that it says come out."""

    line: str
    answers: tuple[str, ...]
    expected: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """The one that the page tells, or 0."""
        told = re.search(r"# exit code (\d)", self.line)
        return int(told[1]) if told else 0

    def run(self, folder: Path, environment: dict[str, str]) -> None:
        """Run it in a shell, and hold that it ends and says as the page tells."""
        done = subprocess.run(
            ["/bin/bash", "-c", self.line],
            cwd=folder,
            env=environment,
            input="\n".join([*self.answers, ""]),
            capture_output=True,
            text=True,
            check=False,
        )

        output = done.stdout + done.stderr
        assert done.returncode == self.exit_code, f"{self.line}\n{output}"
        assert re.search(_pattern(self.expected), output, re.DOTALL), f"{self.line}\n{output}"


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = list(BLOCK.finditer(text))
    starts = [0, *(block.end() for block in found)]
    return [Block(block[1], block[2], text[start : block.start()]) for block, start in zip(found, starts, strict=False)]


def commands(block: Block) -> Iterator[Command]:
    """Yield the commands of a `console` block."""
    lines: list[str] = []
    for line in [*block.content.splitlines(), "$ "]:
        if line.startswith("$ ") and lines:
            questions = [(said, QUESTION.fullmatch(said)) for said in lines[1:]]
            yield Command(
                line=lines[0][2:],
                answers=tuple(found[2] for _said, found in questions if found),
                expected=tuple(found[1] if found else said for said, found in questions),
            )
            lines = []
        lines.append(line)


def change(block: Block, folder: Path, last: Path | None) -> Path:
    """Make the change that a block of `diff`, `po` or `python` is; return the file, in which the next one may go on."""
    named = FILE.search(block.before)
    path = folder / named[1] if named else last
    assert path is not None, f"no file is named before this block:\n{block.content}"
    if block.language == "python" and NEW in block.before:
        assert not path.exists()
        path.write_text(block.content, encoding="utf-8")
        return path
    text = path.read_text(encoding="utf-8")
    if block.language == "python":
        assert END in block.before.lower()
        text = f"{text.rstrip()}\n\n\n{block.content}"
    elif block.language == "po":
        for entry in block.content.strip().split("\n\n"):
            empty = re.sub(r'^msgstr ".*"$', 'msgstr ""', entry, flags=re.MULTILINE)
            text = _replaced(text, f"\n{empty}\n", f"\n{entry}\n")
    else:
        lines = block.content.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] != "+")
        text = _replaced(text, old, "".join(line[1:] for line in lines if line[0] != "-"))
    path.write_text(text, encoding="utf-8")
    return path


def _replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{text.count(old)} places look like this:\n{old}\nin:\n{text}"
    return text.replace(old, new)


def _pattern(lines: tuple[str, ...]) -> str:
    """Return what the output must look like: these lines in this order; `…` stands for anything."""
    return r"\s*".join(re.escape(line.strip()).replace("…", ".*") for line in lines)


@contextmanager
def empty_database(label: str) -> Iterator[str]:
    """Yield the address of an empty database on the tests' server, dropped afterwards."""
    parameters = connection.get_connection_params()
    where = {key: str(parameters[key]) for key in ("host", "port", "user", "password") if parameters.get(key)}
    name = f"zelfregie_test_run_{os.getpid()}_{label}"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as session:
        session.execute(drop)
        session.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        yield f"postgresql:///{name}?{urlencode(where)}"
        session.execute(drop)


def environment(database: str, programs: str, home: Path) -> dict[str, str]:
    """Return the variables of a newcomer's shell, with the database of the tests in place of one of its own."""
    return {
        **os.environ,
        "PATH": programs,
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "200",
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "zelfregie_tenants.settings.test",
    }
