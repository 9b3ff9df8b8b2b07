"""What a region may set under ``[plugins.[[ cookiecutter.slug ]]]``."""

from dataclasses import dataclass

MAX_DAYS = 3650


@dataclass(frozen=True)
class PluginSettings:
    """How long the region keeps what is past.

    :param keep_days: days after its day until something is erased.
    """

    keep_days: int = 30

    def __post_init__(self) -> None:
        if not 1 <= self.keep_days <= MAX_DAYS:
            raise ValueError(f"keep_days must be from 1 to {MAX_DAYS} days")
