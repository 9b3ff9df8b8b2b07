"""Identifiers of what we export: the same each time, different in every region, and no secret in them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from uuid import NAMESPACE_URL, UUID, uuid5


@dataclass(frozen=True)
class Identity:
    """Makes UUIDs (RFC 9562, version 5) from a region's host, a kind and a number.

    :param host: the region's main domain. A region that moves to another domain gets other identifiers.
    """

    host: str
    namespace: UUID = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "namespace", uuid5(NAMESPACE_URL, f"https://{self.host}/"))

    def of(self, kind: str, number: int | str) -> str:
        """Return the identifier of one thing, such as ``of("service", 12)``."""
        return str(uuid5(self.namespace, f"{kind}:{number}"))

    def find(self, kind: str, numbers: Iterable[int], identifier: str) -> int | None:
        """Return which of these numbers has this identifier; None when none has. A microsecond for each number.

        An identifier cannot be turned back into a number. Its first 48 bits are the hash itself: only what agrees in
        those is made in full.
        """
        first = UUID(identifier).bytes[:6]
        begun = hashlib.sha1(self.namespace.bytes + f"{kind}:".encode(), usedforsecurity=False)
        for number in numbers:
            whole = begun.copy()
            whole.update(str(number).encode())
            if whole.digest()[:6] == first and self.of(kind, number) == identifier:
                return number
        return None

    @cached_property
    def organization(self) -> str:
        return self.of("organization", 1)


def read_identifier(text: str) -> str | None:
    """Return an identifier in its one spelling, or None when it is no UUID."""
    try:
        return str(UUID(text)) if len(text) in {32, 36} else None
    except ValueError:
        return None
