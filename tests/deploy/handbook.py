"""The handbook of operators, as far as it can be done: its commands, read from its pages, in their order."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from bed.places import ROOT

PAGES = ["run-a-platform.md", "restore-a-platform.md", "handle-an-incident.md", "plan-capacity.md"]
_PLAYBOOK = "../.venv-deploy/bin/ansible-playbook -i inventories/mine/hosts.yml playbooks/"


@dataclass(frozen=True)
class Command:
    """A command of a page: a playbook with its variables, or something to type on the server."""

    text: str
    playbook: str = ""
    variables: tuple[tuple[str, str], ...] = ()


def commands(page: str) -> Iterator[Command]:
    """The commands of a page of docs/how-to; raises ValueError for one that nobody could run."""
    text = (ROOT / "docs" / "how-to" / page).read_text()
    for language, block in re.findall(r"^ *```(\w+)\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL):
        if language not in ("sh", "console"):
            continue
        for line in block.replace("\\\n", " ").splitlines():
            yield _read(line.strip().removeprefix("$ "), page)


def _read(line: str, page: str) -> Command:
    if line.startswith(_PLAYBOOK):
        name, *words = shlex.split(line.removeprefix(_PLAYBOOK))
        given = [word for word in words if word != "-e"]
        if len(given) * 2 != len(words):
            raise ValueError(f"{page}: only -e name=value is understood in: {line}")
        return Command(line, name.removesuffix(".yml"), tuple(_pair(word) for word in given))
    if line.startswith("ssh root@server "):
        return Command(line.removeprefix("ssh root@server "))
    if line.startswith(("sudo ", "curl ")):
        return Command(line)
    raise ValueError(f"{page}: where is this to be typed? {line}")


def _pair(word: str) -> tuple[str, str]:
    name, _, value = word.partition("=")
    return name, value
