"""What an import may change in something that people also change by hand: everything but what they changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Merge:
    """The outcome of comparing a row of a file with what the site has.

    :param changes: values that the site gets.
    :param kept: fields that somebody changed by hand and the file changed too; they stay as they are.
    :param remembered: what the next import compares with.
    """

    changes: dict[str, Any]
    kept: tuple[str, ...]
    remembered: dict[str, Any]


def merge(
    given: Mapping[str, Any],
    current: Mapping[str, Any],
    imported: Mapping[str, Any],
    untouched: Mapping[str, Any] | None = None,
) -> Merge:
    """Compare three sides, field by field: the file now, the site now, and the file at the last import.

    :param given: the values of the file; a field that is not in it stays as it is.
    :param current: the values of the site, in the same form; at least the fields of ``given``.
    :param imported: what ``remembered`` was after the last import; empty when there was none.
    :param untouched: what a field holds that nobody filled in, when that is not an empty text. An import may fill such
        a field although it never filled it before.
    """
    changes: dict[str, Any] = {}
    kept = []
    remembered = dict(imported)
    for name, value in given.items():
        if value == current[name]:
            remembered[name] = value
        elif name in imported and value == imported[name]:
            continue  # the file did not change; somebody on the site did
        elif current[name] == (imported[name] if name in imported else (untouched or {}).get(name, "")):
            changes[name] = remembered[name] = value
        else:
            kept.append(name)
    return Merge(changes, tuple(kept), remembered)
