"""Releases that differ from the one that serves, for upgrades to be tried."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path


def changed_release(release: Path, target: Path, wheel: str, file: str, change: Callable[[str], str]) -> Path:
    """A copy of a release in which one file of one wheel reads otherwise, or is new; return its folder.

    `change` gets what stood in it, and nothing for a new one.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(release, target)
    (path,) = target.glob(f"{wheel}-*.whl")
    with zipfile.ZipFile(path) as old:
        contents = {info: old.read(info) for info in old.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info, content in contents.items():
            new.writestr(info, change(content.decode()) if info.filename == file else content)
        if file not in new.namelist():
            new.writestr(file, change(""))
    return target
