"""What a hub may set in its manifest, below ``[plugins.national]``."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class NationalSettings:
    """The settings of the hub.

    :param search_in: slug of the module whose listings the search over the country finds.
    """

    search_in: str = "groups"

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", self.search_in):
            raise ValueError("search_in must be the slug of a module, such as “groups”")
