"""Checks of whether a site is ready for visitors: what a plugin returns, and what its check finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from zelfregie_core.plugins.contributions import Text


class Outcome(StrEnum):
    """What a check says of one thing."""

    OK = "ok"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One thing that a check found: use ``Finding.ok``, ``Finding.wrong`` or ``Finding.unknown``.

    :param message: one or two Dutch sentences: what is so, and what to do when it is wrong.
    :param link: path in the admin where it is put right, such as ``/admin/pages/3/edit/``; never an address elsewhere.
    """

    outcome: Outcome
    message: Text
    link: str = ""

    def __post_init__(self) -> None:
        if self.link and (not self.link.startswith("/") or self.link.startswith("//")):
            raise ValueError(f"the link of a finding is a path on the site, not '{self.link}'")

    @classmethod
    def ok(cls, message: Text) -> Finding:
        """All is well, and the sentence says what was seen."""
        return cls(Outcome.OK, message)

    @classmethod
    def wrong(cls, message: Text, link: str = "") -> Finding:
        """Something has to be done first."""
        return cls(Outcome.WRONG, message, link)

    @classmethod
    def unknown(cls, message: Text, link: str = "") -> Finding:
        """It cannot be known now, and the sentence says why: the network, a machine of one's own. Stops nobody."""
        return cls(Outcome.UNKNOWN, message, link)


@dataclass(frozen=True)
class ReadinessCheck:
    """Something that must, or should, be in order before visitors come, and after.

    :param key: unique among all plugins; of a plugin it starts with its slug and an underscore. People type it.
    :param title: what it is about, in a few Dutch words: "Genoeg groepen".
    :param why: why it matters for visitors or for the region, in one Dutch sentence.
    :param check: takes nothing, runs inside the region, and returns findings. The worst one counts.
    :param blocking: the site cannot be opened while it is wrong, or while the check itself fails.
    :param may_be_overridden: an operator may open the site all the same, with a reason. Never for privacy.
    :param outside: it asks something of the network. It then runs outside any transaction, after the others, and must
        give up by itself within a few seconds.
    """

    key: str
    title: Text
    why: Text
    check: Callable[[], Sequence[Finding]]
    blocking: bool = False
    may_be_overridden: bool = True
    outside: bool = False
