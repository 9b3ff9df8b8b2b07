"""Backing up and restoring, killed (-9) at any moment, for real: another process, a database of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from own_platform import PATIENCE, moments, own_platform

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: The measurements ask for 50.
ROUNDS = int(os.environ.get("ZELFREGIE_KILL_ROUNDS", "2"))
FILES = 60


class Place:
    """The region noord of a platform of its own: its tables and its files both say in which state they are."""

    def __init__(self, platform, folder: Path) -> None:
        self.platform, self.folder = platform, folder
        self.backups, self.media = folder / "backups", folder / "media"
        self.put("zuid", "z")

    def put(self, slug: str, letter: str) -> None:
        """Bring a region into a state by hand."""
        self.platform.query(f"UPDATE region_{slug}.wagtailcore_site SET site_name = %s RETURNING 1", letter)  # noqa: S608 -- our own slugs
        home = self.media / f"region_{slug}"
        home.mkdir(parents=True, exist_ok=True)
        for number in range(FILES):
            (home / f"{number}.bin").write_text(letter * 100_000)

    def state(self, slug: str) -> tuple[set[str], set[str], int]:
        """Return which states tables and files say they are in, and how many files there are."""
        rows = self.platform.query(f"SELECT site_name FROM region_{slug}.wagtailcore_site")  # noqa: S608 -- the same
        files = list((self.media / f"region_{slug}").iterdir())
        return {letter for (letter,) in rows}, {file.read_text()[:1] for file in files}, len(files)

    def left_overs(self) -> list[str]:
        """Return everything that is not a region, a file of one, or a whole backup."""
        schemas = self.platform.query(
            "SELECT nspname FROM pg_namespace WHERE nspname ~ '^(restoring|replaced)_' ORDER BY 1"
        )
        folders = [folder.name for folder in self.media.iterdir() if not folder.name.startswith("region_")]
        return [name for (name,) in schemas] + folders + [part.name for part in self.backups.glob(".*")]

    def backup(self, letter: str) -> str:
        """Bring noord into a state, save it, and return where."""
        self.put("noord", letter)
        target = str(self.folder / f"{letter}.zip")
        code, output = self.platform.run("region", "backup", "noord", "--to", target)
        assert code == 0, output
        return target


@pytest.fixture
def place(tmp_path):
    """Noord and zuid on a platform of its own."""
    folders = {"ZELFREGIE_BACKUP_DIR": str(tmp_path / "backups"), "ZELFREGIE_MEDIA_ROOT": str(tmp_path / "media")}
    (tmp_path / "backups").mkdir()
    with own_platform("backups", **folders) as platform:
        yield Place(platform, tmp_path)


def test_killed_at_any_moment_there_is_the_old_region_or_the_new_one(place):
    saved = {letter: place.backup(letter) for letter in "ab"}
    now = "b"

    def restore(letter: str, delay: float) -> float | None:
        before = len(list(place.backups.iterdir()))
        words = ("region", "restore", saved[letter], "--replace", "noord")
        return place.platform.kill_after(lambda: len(list(place.backups.iterdir())) > before, *words, delay=delay)

    length = restore("a", PATIENCE)
    now = "a"
    assert (place.state("noord"), place.left_overs()) == (({"a"}, {"a"}, FILES), [])

    for delay in moments(length, ROUNDS):
        other = "b" if now == "a" else "a"

        restore(other, delay)

        # Visitors are served at each moment: the region is whole and online.
        assert place.platform.state("noord") == ("launched", True, 1)
        code, output = place.platform.run("region", "tidy")
        assert (code, place.left_overs()) == (0, []), output
        tables, files, count = place.state("noord")
        assert (tables, count) == (files, FILES)
        assert tables in ({now}, {other})
        now = next(iter(tables))
        assert place.state("zuid") == ({"z"}, {"z"}, FILES)

    def half() -> bool:
        return bool(list(place.backups.glob(".noord_*.part")))

    # A restore begins with a backup of what is there: this one takes less than all of that.
    for delay in moments(length / 4, max(ROUNDS // 2, 1)):
        before = set(place.backups.glob("[!.]*"))

        place.platform.kill_after(half, "region", "backup", "noord", delay=delay)

        for file in set(place.backups.glob("[!.]*")) - before:
            code, output = place.platform.run("backup", "check", str(file))
            assert code == 0, output
        assert len(place.left_overs()) <= 1
    code, output = place.platform.run("region", "tidy")
    assert (code, place.left_overs()) == (0, []), output
    assert (place.state("noord"), place.state("zuid")) == (({now}, {now}, FILES), ({"z"}, {"z"}, FILES))
