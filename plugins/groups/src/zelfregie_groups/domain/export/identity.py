"""Identifiers of what we export: the same each time, different in every region, and no secret in them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
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
        # As `uuid5` does it, without an object for each of the twenty identifiers of a group.
        whole = self._begun.copy()
        whole.update(f"{kind}:{number}".encode())
        found = bytearray(whole.digest()[:16])
        found[6] = found[6] & 0x0F | 0x50  # version 5
        found[8] = found[8] & 0x3F | 0x80  # the variant of RFC 9562
        text = found.hex()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    @cached_property
    def _begun(self) -> Any:
        return hashlib.sha1(self.namespace.bytes, usedforsecurity=False)

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
