"""What Django keeps of content types, apart for each schema: the id of a model may differ from one to the next.

Django keeps one store for the whole process. django-tenants empties it at every switch of schema, so each page asks
again, and a thread that is in another region at that moment can put its own ids in between. Here every schema has a
store of its own.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import MutableMapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connections

_IN_CONTEXT = "_zelfregie_content_types"


class ContentTypesPerSchema:
    """Takes the place of the dictionary in which Django's manager keeps content types by database.

    A region that a request was sent to knows the number that PostgreSQL gave its schema, which no later schema gets,
    also not one of the same name: what is read there is kept for the process. What is read elsewhere, or inside a
    transaction that may yet be undone, lives as long as the object that stands for the tenant, one request or task.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._by_schema: dict[tuple[str, int], dict[Any, ContentType]] = {}

    def __getitem__(self, using: str) -> MutableMapping[Any, ContentType]:
        """Return what is known in the schema that the connection is in."""
        return ChainMap(self._in_context(using), self._in_process(using))

    def setdefault(self, using: str, _default: dict[Any, ContentType]) -> dict[Any, ContentType]:
        """Return where to keep what was just read."""
        return self._in_context(using) if connections[using].in_atomic_block else self._in_process(using)

    def clear(self) -> None:
        """Forget all, as Django asks after migrations. A switch of schema asks as well, and needs not to."""
        opened = connections.all(initialized_only=True)
        if any(getattr(connection, "is_switching", False) for connection in opened):
            return
        self._by_schema.clear()
        for connection in opened:
            connection.tenant.__dict__.pop(_IN_CONTEXT, None)

    def _in_context(self, using: str) -> dict[Any, ContentType]:
        return connections[using].tenant.__dict__.setdefault(_IN_CONTEXT, {})

    def _in_process(self, using: str) -> dict[Any, ContentType]:
        number = getattr(connections[using].tenant, "schema_number", None)
        return self._in_context(using) if number is None else self._by_schema.setdefault((using, number), {})


def keep_apart() -> None:
    """Give Django's manager a store per schema, once per process."""
    if not isinstance(ContentType.objects._cache, ContentTypesPerSchema):
        ContentType.objects._cache = ContentTypesPerSchema()
