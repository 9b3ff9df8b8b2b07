"""Parameters of the read API: how they are read, and how OpenAPI describes them. One definition serves both."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from zelfregie_groups.domain.export.identity import read_identifier

TRUE = frozenset({"true", "1", ""})
FALSE = frozenset({"false", "0"})
LONGEST_TEXT = 200


class BadParameter(Exception):
    """A parameter that cannot be used.

    :param name: of the parameter.
    :param remedy: an English sentence that says what it must be.
    """

    def __init__(self, name: str, remedy: str) -> None:
        super().__init__(remedy)
        self.name = name
        self.remedy = remedy


@dataclass(frozen=True)
class Parameter:
    """A parameter in the query of an address.

    :param kind: ``integer``, ``boolean``, ``string``, ``uuid``, ``date-time`` or ``choice``.
    :param example: a value that gives an answer; used by the description and its test.
    """

    name: str
    kind: str
    description: str
    default: Any = None
    minimum: int = 0
    maximum: int = 0
    choices: tuple[str, ...] = ()
    example: Any = None

    def read(self, text: str) -> Any:
        """Return the value that a text means.

        :raises BadParameter: when it is none.
        """
        if self.kind == "integer":
            return self._integer(text)
        if self.kind == "boolean":
            if text.lower() in TRUE | FALSE:
                return text.lower() in TRUE
            raise BadParameter(self.name, "It must be true or false.")
        if self.kind == "choice":
            if text in self.choices:
                return text
            raise BadParameter(self.name, f"It must be one of: {', '.join(self.choices)}.")
        if self.kind == "uuid":
            if identifier := read_identifier(text):
                return identifier
            raise BadParameter(self.name, "It must be a UUID, as this API gives them.")
        if self.kind == "date-time":
            return self._moment(text)
        if len(text) > LONGEST_TEXT or "\x00" in text:
            raise BadParameter(self.name, f"It must be a text of at most {LONGEST_TEXT} characters.")
        return text.strip()

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of the value."""
        if self.kind == "integer":
            schema: dict[str, Any] = {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}
        elif self.kind == "boolean":
            schema = {"type": "boolean"}
        elif self.kind == "choice":
            schema = {"type": "string", "enum": list(self.choices)}
        elif self.kind in {"uuid", "date-time"}:
            schema = {"type": "string", "format": self.kind}
        else:
            schema = {"type": "string", "maxLength": LONGEST_TEXT}
        return schema if self.default is None else {**schema, "default": self.default}

    def _integer(self, text: str) -> int:
        # Not int() alone: it takes digits of other scripts, underscores and blanks.
        if text.isascii() and text.isdigit() and len(text) <= 9 and self.minimum <= int(text) <= self.maximum:
            return int(text)
        raise BadParameter(self.name, f"It must be a whole number from {self.minimum} to {self.maximum}.")

    def _moment(self, text: str) -> dt.datetime:
        # A "+" in an address means a blank unless it is written as %2B; many clients forget.
        text = text.strip().replace(" ", "+") if text.count(":") == 3 else text.strip()
        try:
            moment = parse_datetime(text)
            if moment is None and (day := parse_date(text)):
                moment = dt.datetime.combine(day, dt.time())
        except ValueError:
            moment = None
        # Near the ends of the calendar a time zone leads out of it.
        if moment is None or not 1900 <= moment.year <= 9000:
            raise BadParameter(self.name, "It must be a date and time such as 2026-11-22T09:30:00Z.")
        return timezone.make_aware(moment, dt.UTC) if timezone.is_naive(moment) else moment


def read_parameters(given: Mapping[str, Any], parameters: Sequence[Parameter]) -> dict[str, Any]:
    """Return the values of all parameters; those that are not given have their default.

    :param given: ``request.GET``.
    :raises BadParameter: for a value that cannot be used, a parameter that is given twice, or one that is not known:
        a filter with a spelling mistake must not silently give everything.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in given:
        if name not in known:
            names = ", ".join(known) or "none"
            raise BadParameter(name[:60], f"There is no such parameter here. Known parameters: {names}.")
        if len(given.getlist(name)) > 1:  # type: ignore[attr-defined]
            raise BadParameter(name, "It is given more than once.")
    return {
        name: parameter.read(given[name]) if name in given else parameter.default for name, parameter in known.items()
    }
