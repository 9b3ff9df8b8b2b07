"""What is wrong with an instance, where, and what to do about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One thing to put right: the file, the key and line in it if known, what is wrong, and the remedy."""

    file: str
    key: str
    line: int | None
    message: str
    remedy: str

    @property
    def place(self) -> str:
        """Where to look, as an editor understands it: `region.toml:12 brand.primary`."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where} {self.key}" if self.key else where

    def __str__(self) -> str:
        return f"{self.place}: {self.message} {self.remedy}".rstrip()


class ManifestError(Exception):
    """An instance folder that cannot be used. `problems` lists everything found, in reading order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Problems:
    """Collects what is wrong while reading goes on, so that one run shows everything."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def add(self, file: str, key: str, line: int | None, message: str, remedy: str) -> None:
        """Note one problem."""
        self._found.append(Problem(file, key, line, message, remedy))

    def raise_if_any(self) -> None:
        """Raise `ManifestError` with everything collected, if anything was."""
        if self._found:
            raise ManifestError(self._found)


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return a remedy that names the nearest known word, or else all of them."""
    names = sorted(known)
    near = get_close_matches(given.lower(), names, n=1, cutoff=0.6)
    if near:
        return f'Did you mean "{near[0]}"?'
    if not names:
        return "Remove it."
    return "Known here: " + ", ".join(names) + "."
