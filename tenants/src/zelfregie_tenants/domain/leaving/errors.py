"""What can stand in the way of a region that leaves."""


class LeavingRefused(Exception):
    """It cannot be exported, read in or erased now. The message says why and what to do; nothing was changed."""
