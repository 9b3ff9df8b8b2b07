"""Log lines that say in which region they arose and nothing about a person."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

from django.conf import settings
from django.db import connections
from django.db.utils import DEFAULT_DB_ALIAS

from zelfregie_tenants.log_secrets import take_out

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class RegionFilter(logging.Filter):
    """Adds `region`, the schema in which the line arose, to every record, and takes out what opens something.

    Django itself writes what it answered, a 404 or an error, when the request has left its region again; such a line
    carries the request, which knows its region.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a record."""
        if not hasattr(record, "region"):
            where = getattr(getattr(record, "request", None), "region", None) or connections[DEFAULT_DB_ALIAS]
            record.region = getattr(where, "schema_name", None) or "-"
        take_out(record)
        return True


class DiscreetFormatter(logging.Formatter):
    """Writes an error as its type and the places it passed, without its message.

    The message of an error often repeats what somebody typed: `Key (email)=(…) already exists`. With DEBUG, on a
    developer's machine, it is written in full.
    """

    def formatException(self, ei: ExcInfo) -> str:
        """Return the frames of an error and of what caused it, innermost last."""
        if settings.DEBUG:
            return super().formatException(ei)
        lines = []
        error = ei[1]
        while error is not None:
            lines.append(f"{type(error).__module__}.{type(error).__qualname__}, raised through:")
            lines += [
                f"  {frame.filename}:{frame.lineno} in {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__, limit=-25)
            ]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
            if error is not None:
                lines.append("because of")
        return "\n".join(lines)
