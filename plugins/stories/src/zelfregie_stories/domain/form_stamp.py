"""The hidden stamp of the form: when it was opened, and a number so that sending twice makes one story."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.core import signing
from django.utils import timezone

_SALT = "zelfregie_stories.form"
#: Nobody writes a story in less.
MIN_SECONDS = 4


@dataclass(frozen=True)
class Stamp:
    """When a form was opened, and the number that its story will get."""

    opened_at: dt.datetime
    public_id: uuid.UUID

    @property
    def is_too_fast(self) -> bool:
        return timezone.now() - self.opened_at < dt.timedelta(seconds=MIN_SECONDS)


def new_stamp() -> str:
    """A stamp for a form that is opened now."""
    return signing.dumps({"t": int(timezone.now().timestamp()), "id": uuid.uuid4().hex}, salt=_SALT)


def read_stamp(value: str) -> Stamp | None:
    """The stamp that a form brought back, or None when it is missing or was changed.

    A stamp has no end date: somebody may take a day to write.
    """
    try:
        data = signing.loads(value, salt=_SALT)
        return Stamp(dt.datetime.fromtimestamp(data["t"], dt.UTC), uuid.UUID(data["id"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
