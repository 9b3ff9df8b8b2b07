"""What a region takes along when it leaves, as its plugins say."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import NAMESPACE_OID, uuid5

from django.core.serializers.json import DjangoJSONEncoder

from zelfregie_core.plugin_errors import PluginError
from zelfregie_core.plugins.contributions import ExportFile
from zelfregie_core.plugins.manager import get_plugins

HOOK = "region_export"
PERSONAL = "personal/"
_NAME = re.compile(r"(?:[a-z0-9][a-z0-9_-]*/)*[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9]+)+")


@dataclass(frozen=True)
class PluginExport:
    """One file of one plugin."""

    plugin: str
    file: ExportFile


def export_files() -> list[PluginExport]:
    """Return the files of all installed plugins for the current region, sorted by plugin, in the plugin's own order.

    :raises PluginError: a plugin returns something else, or a name that is no path, not its own or in the wrong place.
    """
    plugins = get_plugins()
    found: list[PluginExport] = []
    owners: dict[str, str] = {}
    for slug in plugins.slugs():
        implementation = plugins.implementation(HOOK, slug)
        if implementation is None:
            continue
        answer = implementation.function()
        if isinstance(answer, str | bytes) or not isinstance(answer, Sequence):
            raise PluginError(slug, f"{HOOK} returned a {type(answer).__name__}; return a list of ExportFile.")
        for item in answer:
            _check(slug, item, owners)
            owners[item.name] = slug
            found.append(PluginExport(slug, item))
    return found


def _check(slug: str, item: object, owners: dict[str, str]) -> None:
    if not isinstance(item, ExportFile):
        raise PluginError(slug, f"{HOOK} returned a {type(item).__name__} in its list; return ExportFile.")
    if not _NAME.fullmatch(item.name):
        raise PluginError(slug, f"{HOOK}: '{item.name}' is no path; use lower-case names such as 'data/{slug}.json'.")
    if item.name in owners:
        raise PluginError(slug, f"{HOOK}: '{item.name}' is already written by plugin '{owners[item.name]}'.")
    if item.personal is not item.name.startswith(PERSONAL):
        where = "below" if item.personal else "outside"
        raise PluginError(slug, f"{HOOK}: '{item.name}' belongs {where} {PERSONAL}; say so with `personal`.")
    if not callable(item.write) or not (item.load is None or callable(item.load)):
        raise PluginError(slug, f"{HOOK}: '{item.name}' needs functions for write and load.")


def steady_key(kind: str, made_at: datetime, number: int) -> str:
    """Return an identifier for a thing that has none of its own: the same in every export, of no other thing.

    Without it a second file about the same thing could not be told from another thing of the same name.
    """
    return str(uuid5(NAMESPACE_OID, f"zelfregie:{kind}:{made_at.isoformat()}:{number}"))


def write_json_list(target: IO[bytes], items: Iterable[Any]) -> None:
    """Write a JSON list, one item per line, without holding more than one in memory."""
    target.write(b"[")
    for number, item in enumerate(items):
        text = json.dumps(item, cls=DjangoJSONEncoder, ensure_ascii=False)
        target.write((",\n" if number else "\n").encode() + text.encode())
    target.write(b"\n]\n")


def read_json_list(path: Path) -> list[dict[str, Any]]:
    """Return the items of such a list.

    :raises ValueError: it is no JSON list of objects; the message names the file.
    """
    try:
        items = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name} is not JSON: {error}") from error
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError(f"{path.name} is not a list of objects.")
    return items
