"""Reading an export in, killed (-9) at any moment, for real: no site, or all of it; and files belong to rows."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from own_platform import PATIENCE, moments, own_platform
from PIL import Image as Pillow

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: The measurements ask for 50.
ROUNDS = int(os.environ.get("ZELFREGIE_KILL_ROUNDS", "2"))
PICTURES = 12


@pytest.fixture
def media(tmp_path):
    """Where the platform's commands put files."""
    return tmp_path / "media"


@pytest.fixture
def platform(media):
    """A copy of the tests' database that other processes may write to."""
    with own_platform("imported", ZELFREGIE_MEDIA_ROOT=str(media)) as found:
        yield found


def export_with_pictures(platform, instance: Path, folder: Path) -> Path:
    """Launch a region and take it out again, with some pictures, as one that worked for a while has them."""
    for words in (("launch", str(instance), "--no-invite"), ("export", instance.name, str(folder))):
        code, output = platform.run("region", *words)
        assert code == 0, output
    lines = []
    for number in range(PICTURES):
        data = io.BytesIO()
        Pillow.new("RGB", (300, 200), (number * 20, 90, 120)).save(data, "PNG")
        (folder / "media" / "images").mkdir(exist_ok=True)
        (folder / "media" / "images" / f"{number}.png").write_bytes(data.getvalue())
        lines.append(
            f'{{"file": "{number}.png", "title": "Beeld {number}", "collection": "", "tags": [], '
            '"uploaded_at": "2026-01-01T10:00:00+00:00", "description": "", "focal_point": [null, null, null, null]}'
        )
    (folder / "media" / "images.json").write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    return folder


def test_an_import_killed_at_any_moment_is_completed_by_the_next_one_or_erased(
    platform, media, make_instance, tmp_path
):
    export = export_with_pictures(platform, make_instance("bron").folder, tmp_path / "bron-export")
    zuid = platform.state("zuid")

    def words(slug: str) -> tuple[str, ...]:
        return ("region", "import", str(export), "--slug", slug, "--domain", f"{slug}.test", "--no-invite")

    def read_in(slug: str, delay: float) -> float | None:
        def drafted() -> bool:
            return bool(platform.query("SELECT 1 FROM zelfregie_tenants_region WHERE slug = %s", slug))

        return platform.kill_after(drafted, *words(slug), delay=delay)

    def files(slug: str) -> list[str]:
        place = media / f"region_{slug}" / "original_images"
        return sorted(path.name for path in place.iterdir()) if place.is_dir() else []

    def rows(slug: str) -> list[str]:
        found = platform.query(f"SELECT file FROM region_{slug}.wagtailimages_image")  # noqa: S608 -- our own slugs
        return sorted(Path(name).name for (name,) in found)

    length = read_in("heel", PATIENCE)
    whole = platform.state("heel")
    assert whole == ("launched", True, 1)
    assert (len(rows("heel")), files("heel")) == (PICTURES, rows("heel"))

    for number, delay in enumerate(moments(length, ROUNDS)):
        slug = f"gedood{number}"

        read_in(slug, delay)

        killed = platform.state(slug)
        assert killed in {("draft", False, 0), whole}
        if number % 2 and killed != whole:  # who does not want it any more takes it away
            code, output = platform.run("region", "erase", slug, "--yes-erase", slug, "--without-backup", slug)
            assert (code, platform.state(slug), (media / f"region_{slug}").exists()) == (0, (None, False, 0), False), (
                output
            )
            continue
        code, output = platform.run(*words(slug))
        # Of one that was whole already nothing is read over.
        assert (code, platform.state(slug)) == (1 if killed == whole else 0, whole), output
        assert (files(slug), len(rows(slug))) == (rows(slug), PICTURES)
        pages = "SELECT count(*) FROM region_{}.wagtailcore_page WHERE live"
        assert platform.query(pages.format(slug)) == platform.query(pages.format("heel"))
        assert platform.state("zuid") == zuid
