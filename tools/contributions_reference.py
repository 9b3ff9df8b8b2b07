"""Write docs/reference/contributions.md from what plugins may import. A test holds that the two are the same."""

import dataclasses
import enum
import inspect
import os
import re
import sys
from pathlib import Path
from typing import get_args

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "reference" / "contributions.md"
HEAD = """# Contributions

What [hooks](hooks.md) return and get, key by key. All names are imported from `zelfregie_core.plugins`. `Text` is a
string or a lazy translation. This page is made from their code by `python tools/contributions_reference.py`.

Rows of a plugin, and files of a folder, are read and written in the order of the list that the hook returns.
"""
PARAMETER = re.compile(r":param (\w+):((?:(?!:param ).)*)", re.DOTALL)


def reference() -> str:
    """The page: a section per class, with a table of its keys; then the choices."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.development")
    os.environ.setdefault("DATABASE_URL", "postgresql:///offline")  # never connected to
    import django  # noqa: PLC0415 -- settings first

    django.setup()
    from zelfregie_core import plugins  # noqa: PLC0415 -- needs django.setup

    found = [(name, getattr(plugins, name)) for name in sorted(plugins.__all__)]
    classes = [section(name, item) for name, item in found if dataclasses.is_dataclass(item)]
    choices = [choice(name, item) for name, item in found if inspect.isclass(item) and issubclass(item, enum.Enum)]
    return "\n".join([HEAD, *classes, *choices])


def section(name: str, item: type) -> str:
    """One class: what it is, and its keys."""
    text = inspect.getdoc(item) or ""
    told = {key: " ".join(what.split()) for key, what in PARAMETER.findall(text)}
    rows = [
        f"| `{field.name}` | `{kind(field.type)}` | {default(field)} | {told.get(field.name, '')} |"
        for field in dataclasses.fields(item)
        if not field.name.startswith("_")
    ]
    table = "\n".join(["| Key | Type | Default | |", "|---|---|---|---|", *rows])
    return plain(f"## {name}\n\n{text.split(':param ')[0].strip()}\n\n{table}\n")


def kind(found: object) -> str:
    """A type as an author would write it: without the modules in which the parts are."""
    name = found.__name__ if isinstance(found, type) and not get_args(found) else str(found)
    return re.sub(r"[a-z_]+\.", "", name).replace("str | Promise", "Text").replace("|", "or")


def default(field: dataclasses.Field) -> str:
    """What a key is when nobody gives it."""
    if field.default_factory is not dataclasses.MISSING:
        return "empty"
    if field.default is dataclasses.MISSING:
        return "must be given"
    return f"`{field.default!r}`" if isinstance(field.default, (str, int, tuple, type(None))) else "see its code"


def choice(name: str, item: type[enum.Enum]) -> str:
    """One set of choices: what it is, and its names."""
    names = ", ".join(f"`{member.name}`" for member in item)
    return f"## {name}\n\n{plain(inspect.getdoc(item) or '').strip()}\n\nOne of {names}.\n"


def plain(text: str) -> str:
    """A docstring's code marks as Markdown has them."""
    return text.replace("``", "`")


if __name__ == "__main__":
    if "--print" in sys.argv:
        sys.stdout.write(reference())
    else:
        TARGET.write_text(reference(), encoding="utf-8")
