"""Where runtime state lives."""

import os
from pathlib import Path


def var_directory() -> Path:
    """The folder for everything that is made while running: ZELFREGIE_VAR, or `var` in the current folder."""
    return Path(os.environ.get("ZELFREGIE_VAR") or "var").absolute()
