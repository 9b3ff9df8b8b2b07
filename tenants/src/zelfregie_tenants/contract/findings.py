"""What a check answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a plugin.

    Args:
        place: where: a file with a line, an address, a model.
        problem: what is wrong there.
        remedy: what its author can do.
    """

    place: str
    problem: str
    remedy: str


class Skip(Exception):
    """A check cannot be done here, or has nothing to look at. The message says why; nobody takes it for green."""


class NothingToCheck(Skip):
    """The plugin has nothing of what a check looks at: that is in order, and said."""


@dataclass(frozen=True)
class Result:
    """How one check went.

    Args:
        key: name of the check, as `--only` takes it.
        title: what it holds.
        findings: what is wrong; empty when nothing is.
        skipped: why it was not done, or empty.
        nothing: why there was nothing to look at, or empty.
    """

    key: str
    title: str
    findings: tuple[Finding, ...] = ()
    skipped: str = ""
    nothing: str = ""

    @property
    def colour(self) -> str:
        """`red`, `green` or `skipped`."""
        if self.findings:
            return "red"
        return "skipped" if self.skipped else "green"
