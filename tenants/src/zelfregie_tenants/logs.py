"""Log lines that say in which region they arose and nothing about a person."""

from __future__ import annotations

import datetime as dt
import json
import logging
import traceback
from contextvars import ContextVar
from types import TracebackType

from django.conf import settings
from django.db import connections
from django.db.utils import DEFAULT_DB_ALIAS

from zelfregie_tenants.log_secrets import take_out

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

#: The logger that writes a line for every request: its figures become fields.
REQUESTS = "zelfregie.requests"
#: Of the request or task that is being worked on; a line of JSON has it.
request_id: ContextVar[str] = ContextVar("request_id", default="")


class RegionFilter(logging.Filter):
    """Adds `region`, the schema in which the line arose, and the number of the request or task to every record.

    Django itself writes what it answered, a 404 or an error, when the request has left its region again; such a line
    carries the request, which knows its region.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a record."""
        if not hasattr(record, "region"):
            where = getattr(getattr(record, "request", None), "region", None) or connections[DEFAULT_DB_ALIAS]
            record.region = getattr(where, "schema_name", None) or "-"
        record.request_id = request_id.get()
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


class JsonFormatter(DiscreetFormatter):
    """Writes each line as one JSON object, as discreet as the others: no argument, no value, no message of an error.

    Only what is named here gets in; what code hangs on a record besides stays out.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return one line, also for a message or an error of several."""
        line: dict[str, object] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "region": getattr(record, "region", "-"),
            "message": record.getMessage(),
        }
        if number := getattr(record, "request_id", ""):
            line["request_id"] = number
        if isinstance(record.args, dict) and record.name == REQUESTS:
            line |= record.args
        if record.exc_info and record.exc_info[1] is not None:
            kind = type(record.exc_info[1])
            line["error"] = f"{kind.__module__}.{kind.__qualname__}"
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
