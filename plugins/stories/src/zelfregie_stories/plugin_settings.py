"""The settings that a region may give below ``[plugins.stories]``."""

from dataclasses import dataclass

MAX_KEEP_DAYS = 365


@dataclass(frozen=True)
class StoriesSettings:
    """How long the region keeps what it no longer needs.

    :param keep_days: days after which a rejected or withdrawn story is erased, and after which the e-mail address of
        the author of a published story is removed.
    """

    keep_days: int = 30

    def __post_init__(self) -> None:
        if not 1 <= self.keep_days <= MAX_KEEP_DAYS:
            raise ValueError(f"keep_days must be from 1 to {MAX_KEEP_DAYS} days")
