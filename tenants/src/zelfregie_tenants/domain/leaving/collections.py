"""Collections of images and documents: who may see what is in them goes along, and what was closed never opens."""

from __future__ import annotations

from collections.abc import Collection as Some
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wagtail.models import Collection

from zelfregie_core.domain.leaving import read_json_list
from zelfregie_tenants.domain.leaving.described import Described
from zelfregie_tenants.domain.leaving.restrictions import CLOSED, LOGIN, close, described, restrictions_of

LIST = "media/collections.json"


@dataclass
class Collections:
    """The collections of the current region, by number.

    :param paths: the path of names below the root, which has an empty one; no two are the same.
    :param closed: those whose documents not everybody may see: closed themselves, or below one that is.
    :param records: of each what an export says of it, those above others first.
    """

    paths: dict[int, str] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    records: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def load(cls) -> Collections:
        """Read them."""
        found = cls()
        names: dict[str, str] = {}
        shut: set[str] = set()
        for row in Collection.objects.order_by("path"):
            above = names.get(row.path[: -row.steplen])
            path = "" if above is None else "/".join(filter(None, (above, row.name.replace("/", "-"))))
            names[row.path] = found.paths[row.pk] = path = _unlike(path, set(found.paths.values()))
            record = {"path": path, **restrictions_of(row)}
            if record["closed_to"] or row.path[: -row.steplen] in shut:
                shut.add(row.path)
                found.closed.add(row.pk)
            found.records.append(record)
        return found

    def kept(self, numbers: Some[int] | None) -> Iterator[dict[str, Any]]:
        """Yield the record of each.

        Args:
            numbers: only of these collections and those above them; None: of all.
        """
        wanted = None if numbers is None else {self.paths[number] for number in numbers}
        for record in self.records:
            path = record["path"]
            if not path and not record["closed_to"]:
                continue  # the root as every region has it
            if wanted is None or any(f"{other}/".startswith(f"{path}/" if path else "") for other in wanted):
                yield record

    def described(self) -> Iterator[Described]:
        """Yield each that is closed by itself, with who may see what is in it."""
        for record in self.records:
            yield from described(f"{record['path'] or '/'}", record)


def read_collections(export: Path) -> Iterator[str]:
    """Make the collections of an export in the current region, closed as they were.

    Yields:
        what could not be made so, in a sentence each. It stays closed.

    Raises:
        ValueError: the list cannot be read.
    """
    known = {path: number for number, path in Collections.load().paths.items()}
    for record in _listed(export):
        here = Collection.objects.get(pk=collection_at(record["path"], known))
        yield from close(here, f"The collection “{record['path']}”", record)


def check_collections(export: Path) -> None:
    """Read the list, so that a broken one costs no launch.

    Raises:
        ValueError: it cannot be read.
    """
    _listed(export)


def close_unknown() -> Iterator[str]:
    """Close every collection: an export of an earlier release did not say which of them were.

    Yields:
        a sentence for each.
    """
    for number, path in Collections.load().paths.items():
        if path:
            Collection.objects.get(pk=number).view_restrictions.get_or_create(restriction_type=LOGIN)
            yield (
                f"The export is of a release that did not say who may see the collection “{path}”: one must be signed "
                "in now. Was it for everybody, then open it in the admin, below Settings, Collections."
            )


def collection_at(path: str, known: dict[str, int]) -> int:
    """Return the number of the collection at a path of names; made when it is not there yet."""
    if path not in known:
        above, _slash, name = path.rpartition("/")
        parent = Collection.objects.get(pk=collection_at(above, known))
        known[path] = parent.add_child(name=name).pk
    return known[path]


def _listed(export: Path) -> list[dict[str, Any]]:
    items = read_json_list(export / LIST) if (export / LIST).is_file() else []
    for record in items:
        if not (_are_texts([record.get("path")]) and all(_are_texts(record.get(key)) for key in CLOSED)):
            message = f"{LIST} does not say of every collection its path, and for whom it is."
            raise ValueError(message)
    return items


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _unlike(path: str, taken: Some[str]) -> str:
    """Return a path that no other collection has: two of one name must not become one, open and closed together."""
    found, number = path, 1
    while found in taken:
        number += 1
        found = f"{path} ({number})"
    return found
