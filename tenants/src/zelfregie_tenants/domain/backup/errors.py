"""What can go wrong with a backup, as a sentence for the operator."""

from __future__ import annotations


class BackupProblem(Exception):
    """A backup cannot be made, read or restored. The message says why and what to do; nothing was changed."""


class BackupDamaged(BackupProblem):
    """The file is not what was written: bytes of it changed or are missing."""
