"""Bringing an instance to a newer blueprint: a three-way merge per file. Needs no git, no network, no database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from .baking import BLUEPRINT_FILE, bake, template_version
from .baseline import ANSWERS_FILE, Baseline, UpdateRefused, files_of, read_baseline
from .merge import merge_texts
from .staging import finish, is_cut_short, stage

#: Written by the blueprint alone, so always replaced.
OWN = {BLUEPRINT_FILE, ANSWERS_FILE}
#: A picture with markers in it is none; of these the region's version stays and the blueprint's is put beside it.
NOT_LINES = {".svg"}
BESIDE = ".blueprint"


class Change(StrEnum):
    """What an update does with one file."""

    ADD = "add"
    REPLACE = "replace"
    REMOVE = "remove"
    MERGE = "merge"
    CONFLICT = "conflict"
    #: Removed in one place and changed in the other: the region's choice stays, and is told.
    KEEP = "keep"


@dataclass(frozen=True)
class FileChange:
    """One file of an update: its new text, or None when nothing is written or it goes."""

    path: str
    change: Change
    text: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Update:
    """Everything that an update would do. `answers` are those to questions that are new."""

    before: int
    after: int
    files: tuple[FileChange, ...]
    answers: Mapping[str, str]

    @property
    def conflicts(self) -> tuple[FileChange, ...]:
        """The files in which a person must choose."""
        return tuple(found for found in self.files if found.change is Change.CONFLICT)

    @property
    def is_empty(self) -> bool:
        """Whether the instance already follows this blueprint."""
        return not self.files and self.before == self.after


def plan_update(folder: Path, template: Path | None = None) -> Update:
    """Return what bringing an instance to a blueprint would change, without changing anything.

    Args:
        folder: an instance folder.
        template: a blueprint; None takes the one of this release.

    Raises:
        UpdateRefused: the folder is no instance, newer than the blueprint, or half updated.
        BakeRefused: the blueprint cannot be baked with the instance's answers.
    """
    if is_cut_short(folder):
        message = f"{folder} holds an update that was cut short. Complete it: zelfregie instance update {folder}"
        raise UpdateRefused(message)
    return _compare(folder, read_baseline(folder), *_fresh(folder, template))[0]


def update_instance(folder: Path, template: Path | None = None) -> Update:
    """Bring an instance to a blueprint, whole or not at all.

    What only the blueprint changed is replaced, what both changed is merged, what the region deleted stays away. Where
    both changed the same lines differently the file holds both, and cannot be launched until somebody chose. A process
    that is killed leaves the instance as it was, or an update that the next one completes.

    Returns:
        what was done.

    Raises:
        As `plan_update`.
    """
    if is_cut_short(folder):
        finish(folder)
    version, fresh = _fresh(folder, template)
    update, own = _compare(folder, read_baseline(folder), version, fresh)
    texts = {found.path: found.text for found in update.files if found.text is not None}
    gone = [found.path for found in update.files if found.change is Change.REMOVE]
    if texts or gone or own:
        # What decides whether an update was done comes last.
        stage(folder, {**texts, **own}, gone)
        finish(folder)
    return update


def _fresh(folder: Path, template: Path | None) -> tuple[int, dict[str, str]]:
    """Bake the instance's answers again, with the defaults of what they do not answer."""
    old = read_baseline(folder)
    version = template_version(template)
    if version < old.version:
        message = (
            f"{folder} was baked from blueprint {old.version}, and this one is {version}. Upgrade Zelfregie first, or "
            "name a newer blueprint with --blueprint."
        )
        raise UpdateRefused(message)
    with TemporaryDirectory(prefix="zelfregie-update-") as scratch:
        return version, files_of(bake(old.answers, Path(scratch), template=template))


def _compare(folder: Path, old: Baseline, version: int, fresh: Mapping[str, str]) -> tuple[Update, dict[str, str]]:
    """Compare base, instance and blueprint, file by file; return the blueprint's own files apart."""
    changes = []
    for path in sorted({*old.files, *fresh} - OWN):
        found = _decide(folder, path, old.files.get(path), fresh.get(path), version)
        if found is not None:
            changes.append(found)
    own = {name: fresh[name] for name in (ANSWERS_FILE, BLUEPRINT_FILE) if _read(folder, name) != fresh[name]}
    answers: dict[str, str] = json.loads(fresh[ANSWERS_FILE])["answers"]
    new = {key: value for key, value in answers.items() if key not in old.answers}
    return Update(old.version, version, tuple(changes), new), own


def _decide(folder: Path, path: str, base: str | None, new: str | None, version: int) -> FileChange | None:
    """Compare one file on three sides; None when nothing is to be done or told."""
    mine = _read(folder, path)
    if new in (mine, base):
        return None
    if mine == base:
        change = Change.REMOVE if new is None else Change.ADD if mine is None else Change.REPLACE
        return FileChange(path, change, new)
    if new is None:
        return FileChange(path, Change.KEEP, note="no longer in the blueprint; changed here, so it stays")
    if mine is None:
        return FileChange(path, Change.KEEP, note="removed here, so it stays away; the blueprint changed it")
    if Path(path).suffix in NOT_LINES:
        note = f"yours stays; the blueprint's is beside it as {Path(path).name}{BESIDE}"
        return FileChange(path + BESIDE, Change.ADD, new, note)
    merged = merge_texts(base or "", mine, new, our_name="this folder", their_name=f"blueprint {version}")
    if merged.conflicts:
        places = "1 place" if merged.conflicts == 1 else f"{merged.conflicts} places"
        return FileChange(path, Change.CONFLICT, merged.text, f"{places}: choose, and remove the lines with markers")
    return FileChange(path, Change.MERGE, merged.text)


def _read(folder: Path, path: str) -> str | None:
    """Return a file of the instance as the blueprint would write it: with its line ends, without byte-order mark.

    Raises:
        UpdateRefused: it is not text.
    """
    file = folder / path
    if not file.is_file():
        return None
    try:
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        message = f"{path} is not UTF-8 text. Save it as UTF-8 and update again."
        raise UpdateRefused(message) from error
