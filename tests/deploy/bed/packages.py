"""Packages that hosts have fetched before: the next host finds them in its own folder, and fetches nothing."""

import os
from pathlib import Path

from bed.places import CACHE

POOL = CACHE / "apt"
WHEELS = CACHE / "pip"


def lay_out(folder: Path) -> None:
    """Fill a host's folder of Debian packages. Each host has one of its own, because apt locks it."""
    POOL.mkdir(parents=True, exist_ok=True)
    WHEELS.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    _link(POOL, folder)


def gather(folder: Path) -> None:
    """Keep what a host has fetched."""
    if folder.is_dir() and POOL.is_dir():
        _link(folder, POOL)


def _link(source: Path, target: Path) -> None:
    """Give every package of one folder a name in another, on the same file system."""
    for path in source.glob("*.deb"):
        copy = target / path.name
        if not copy.exists():
            os.link(path, copy)
