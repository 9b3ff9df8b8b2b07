"""Tell-tale words: which region, model and field a text came from can be read off the text itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: Letters and digits only: it survives slugs, addresses, HTML, JSON, PDF and search, in upper and lower case.
PREFIX = "qz"
PATTERN = re.compile(rf"{PREFIX}([a-z])([0-9a-z]{{3}})zq", re.IGNORECASE)
LENGTH = 8
#: A word that stands in every text that has room: searching for it must find the region's own rows only.
COMMON_WORD = "tamtam"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, order=True)
class Sighting:
    """Something of a region that was seen."""

    region: str
    field: str

    def __str__(self) -> str:
        """Return it as a report names it."""
        return f"{self.field} of {self.region}"


@dataclass
class Canaries:
    """Hands out canaries and recognises them."""

    #: Slug of a region to its letter.
    letters: dict[str, str]
    numbers: dict[str, str] = field(default_factory=dict)
    #: The same the other way round: what was handed out, by its number.
    labels: dict[str, str] = field(default_factory=dict)
    #: Other texts that tell a region: host names, keys that have a form of their own.
    literals: dict[str, Sighting] = field(default_factory=dict)

    def make(self, region: str, label: str) -> str:
        """Return the canary of a field in a region: eight letters and digits."""
        number = self.numbers.get(label)
        if number is None:
            count = len(self.numbers)
            number = DIGITS[count // 1296] + DIGITS[count // 36 % 36] + DIGITS[count % 36]
            self.numbers[label] = number
            self.labels[number] = label
        return f"qz{self.letters[region]}{number}zq"

    def tell_tale(self, text: str, region: str, label: str) -> None:
        """Let another text count as a canary of a region as well."""
        self.literals[text.lower()] = Sighting(region, label)

    def seen(self, text: str) -> set[Sighting]:
        """Return everything of any region that a text shows."""
        lower = text.lower()
        found = {sighting for literal, sighting in self.literals.items() if literal in lower}
        if PREFIX not in lower:
            return found
        regions = {letter: slug for slug, letter in self.letters.items()}
        # Only what was handed out: in so many random tokens one now and then has the form of a canary.
        return found | {
            Sighting(regions[letter], self.labels[number])
            for letter, number in set(PATTERN.findall(lower))
            if letter in regions and number in self.labels
        }

    def foreign(self, text: str, region: str) -> set[Sighting]:
        """Return what a text shows of other regions than this one."""
        return {sighting for sighting in self.seen(text) if sighting.region != region}
