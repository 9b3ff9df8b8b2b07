"""An instance with changes of its own, and two versions of the blueprint: what tests of following it begin with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from zelfregie_tenants.blueprint import bake, template_folder

ANSWERS = {
    "region_name": "Parkstad",
    "slug": "parkstad",
    "domain": "parkstad.test",
    "municipalities": "Heerlen",
    "email": "info@parkstad.example",
    "__demo": "true",
}
INSTANCE = "{{cookiecutter.slug}}"


def edit(path: Path, old: str, new: str) -> None:
    """Replace what must be there."""
    text = path.read_bytes().decode()
    assert old in text, (path, old)
    path.write_bytes(text.replace(old, new, 1).encode())


@pytest.fixture(scope="module")
def versions(tmp_path_factory) -> tuple[Path, Path]:
    """A freshly baked instance of the first version, and the template of a second one."""
    place = tmp_path_factory.mktemp("blueprint")
    first = shutil.copytree(template_folder(), place / "first", ignore=shutil.ignore_patterns("__pycache__"))
    second = shutil.copytree(first, place / "second")
    edit(second / "cookiecutter.json", '"_blueprint": 1', '"_blueprint": 2')
    edit(second / "cookiecutter.json", '"__demo": "false"', '"__opening": "maandag",\n  "__demo": "false"')
    inside = second / INSTANCE
    (inside / "content" / "contact.md").write_text(
        "---\ntitle: Contact\ntype: content\n---\nWe zijn er op {{ cookiecutter.__opening }}.\n", encoding="utf-8"
    )
    (inside / "content" / "over-deze-site.md").unlink()
    (inside / "tests" / "test_instance.py").unlink()
    edit(inside / "region.toml", "# CBS-codes", "# codes van het CBS")
    edit(inside / "region.toml", "# leesbaar op wit, en wit erop", "# leesbaar op wit")
    edit(inside / "content" / "privacy.md", "intro: ", 'intro: "Kort:" # was: ')
    edit(inside / "content" / "over-ons.md", "title: ", 'title: "Wie zijn wij?" # was: ')
    edit(inside / "content" / "wat-is-zelfhulp.md", "intro: ", 'intro: "Nieuw." # was: ')
    edit(inside / "content" / "veelgestelde-vragen.md", "title: ", 'title: "Vragen" # was: ')
    edit(inside / "brand" / "logo.svg", "<svg ", '<svg data-version="2" ')
    return bake(ANSWERS, place / "baked", template=first), second


@pytest.fixture
def folder(versions, tmp_path) -> Path:
    """The instance, with changes that a region makes."""
    folder = shutil.copytree(versions[0], tmp_path / "eigen-naam")
    edit(folder / "region.toml", "[organisation]\n", '[organisation]\nphone = "045 123 45 67"\n')
    (folder / "content" / "wat-is-zelfhulp.md").unlink()
    text = (folder / "content" / "over-ons.md").read_text(encoding="utf-8")
    matter = text.split("---\n")[1]
    title = next(line for line in matter.splitlines() if line.startswith("title: "))
    text = text.replace(title, 'title: "Wij"').rstrip("\n") + "\n\nKom gerust langs.\n"
    (folder / "content" / "over-ons.md").write_bytes(text.replace("\n", "\r\n").encode())
    privacy = folder / "content" / "privacy.md"
    privacy.write_text(privacy.read_text(encoding="utf-8") + "\nOnze eigen alinea.\n", encoding="utf-8")
    (folder / "brand" / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    edit(folder / "content" / "over-deze-site.md", "title: ", "menu: false\ntitle: ")
    (folder / "eigen.txt").write_text("van ons", encoding="utf-8")
    return folder


def texts(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
