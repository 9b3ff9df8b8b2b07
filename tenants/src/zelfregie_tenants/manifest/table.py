"""Read values out of a parsed TOML table or front matter, noting every problem with its place.

A reader asks for each key it knows; `finish()` then reports the keys nobody asked for. A value that is
missing or wrong yields a harmless default, so that reading goes on and one run shows all problems.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from .problems import Problems, did_you_mean

_TYPE_NAMES: dict[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
    datetime: "a date and time",
    date: "a date",
    time: "a time",
    type(None): "nothing",
}


class Table:
    """One table of a file: `text()`, `boolean()`, … read a key, `finish()` reports the unknown ones."""

    def __init__(
        self,
        values: Mapping[str, Any],
        problems: Problems,
        *,
        file: str,
        path: str = "",
        lines: Mapping[str, int] | None = None,
    ) -> None:
        self._values = values
        self.problems = problems
        self._asked: set[str] = set()
        self._lines = lines or {}
        self.file = file
        self.path = path

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def names(self) -> list[str]:
        """Return the keys that are there, in their order."""
        return [str(key) for key in self._values]

    def key_path(self, key: str) -> str:
        """Return the dotted path of a key of this table."""
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def line(self, key: str = "") -> int | None:
        """Return the line of a key, else of its table, else None."""
        path = self.key_path(key)
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path.rpartition(".")[0]
        return None

    def problem(self, key: str, message: str, remedy: str) -> None:
        """Note a problem with a key of this table."""
        self.problems.add(self.file, self.key_path(key), self.line(key), message, remedy)

    def raw(self, key: str) -> Any:
        """Return a value as it is, without a check; None when absent. The key counts as known."""
        self._asked.add(key)
        return self._values.get(key)

    def text(
        self,
        key: str,
        *,
        default: str | None = None,
        limit: int = 200,
        remedy: str = "",
        check: Callable[[str], tuple[str, str] | None] | None = None,
    ) -> str:
        """Return a non-empty text of at most `limit` characters; `default=None` makes it required.

        `check` returns None, or what is wrong and the remedy.
        """
        value = self._typed(key, str, required=default is None, remedy=remedy)
        if value is None:
            return default or ""
        value = value.strip()
        if not value:
            if default is None:
                self.problem(key, "is empty.", remedy or "Fill it in.")
            return default or ""
        if len(value) > limit:
            self.problem(key, f"is {len(value)} characters long.", f"Use at most {limit}.")
        found = check(value) if check else None
        if found:
            self.problem(key, *found)
        return value

    def choice(self, key: str, known: Iterable[str], *, default: str | None = None, remedy: str = "") -> str:
        """Return one of the known words."""
        value = self._typed(key, str, required=default is None, remedy=remedy)
        options = list(known)
        if value is None:
            return default or options[0]
        if value not in options:
            self.problem(key, f'is "{value}", which is not known.', did_you_mean(value, options))
            return default or options[0]
        return value

    def boolean(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._typed(key, bool, required=False)
        return default if value is None else value

    def integer(self, key: str, *, default: int | None = None) -> int:
        """Return a whole number; `default=None` makes it required."""
        value = self._typed(key, int, required=default is None)
        return (default or 0) if value is None else value

    def texts(self, key: str, *, required: bool = False, remedy: str = "") -> list[str]:
        """Return a list of texts; [] when absent or wrong."""
        value = self._typed(key, list, required=required, remedy=remedy)
        if value is None:
            return []
        good: list[str] = []
        for position, item in enumerate(value, start=1):
            if isinstance(item, str):
                good.append(item.strip())
            else:
                self.problem(
                    key,
                    f"has {_name_of(item)} at position {position}: {item!r}.",
                    'Put each item between quotes, as in ["0917"].',
                )
        if required and not value:
            self.problem(key, "is empty.", remedy or "List at least one.")
        return good

    def table(self, key: str, *, required: bool = False, remedy: str = "") -> "Table":
        """Return the table under a key; an empty one when absent or wrong."""
        value = self._typed(key, dict, required=required, remedy=remedy)
        return self._child(value or {}, self.key_path(key))

    def tables(self, key: str) -> list["Table"]:
        """Return the tables of an array of tables, `[[key]]`."""
        value = self._typed(key, list, required=False)
        found = []
        for position, item in enumerate(value or []):
            if isinstance(item, dict):
                found.append(self._child(item, f"{self.key_path(key)}[{position}]"))
            else:
                self.problem(key, f"has {_name_of(item)} where a table belongs.", f"Write [[{key}]].")
        return found

    def finish(self) -> None:
        """Report every key that no reader asked for, with the nearest one that exists."""
        for key in self.names():
            if key not in self._asked:
                unused = self._asked - set(self._values)
                self.problem(key, "is not a known key.", did_you_mean(key, unused or self._asked))

    def _child(self, values: Mapping[str, Any], path: str) -> "Table":
        return Table(values, self.problems, file=self.file, path=path, lines=self._lines)

    def _typed(self, key: str, kind: type, *, required: bool, remedy: str = "") -> Any:
        """Return the value if it is of this kind; None otherwise, with a problem noted where one is due."""
        self._asked.add(key)
        if key not in self._values:
            if required:
                self.problem(key, "is missing.", remedy or "Add it.")
            return None
        value = self._values[key]
        if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
            return value
        hint = f'Write {key} = "{value}".' if kind is str and isinstance(value, int | float) else remedy
        self.problem(
            key,
            f"must be {_TYPE_NAMES[kind]}, not {_name_of(value)}.",
            hint or f"Write {_TYPE_NAMES[kind]} here.",
        )
        return None


def _name_of(value: object) -> str:
    return _TYPE_NAMES.get(type(value), type(value).__name__)
