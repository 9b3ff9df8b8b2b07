"""A whole, good instance folder, and what reads and edits it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from zelfregie_tenants.manifest import Manifest, ManifestError, read_manifest

PLUGINS = {"groups", "stories", "referrals"}
THEMES = {"burn-out", "rouw", "mantelzorg"}

TOML = """\
blueprint = 1

[region]
slug = "heuvelland"
name = "Zelfregie Heuvelland"
tagline = "Vind mensen die hetzelfde meemaken."
domains = ["heuvelland.localhost", "heuvelland.example.nl"]

[area]
municipalities = ["0917", "0928"]
postcodes = ["6400-6479", "6360"]

[brand]
primary = "#7a1f5c"
accent = "#f2b544"
logo = "brand/logo.svg"

[organisation]
name = "Stichting Heuvelland"
email = "info@example.nl"
privacy_name = "Anna Voorbeeld"
privacy_email = "privacy@example.nl"
sender_email = "noreply@example.nl"

[[editors]]
email = "Anna@Example.nl"
name = "Anna Voorbeeld"
role = "administrator"

[[editors]]
email = "bram@example.nl"
name = "Bram Voorbeeld"
role = "moderator"

[plugins.groups]
radius = 10
[plugins.stories]
enabled = false
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'
HOME = """\
---
title: Zelfregie Heuvelland
type: home
intro: "Samen sta je sterker: kom langs."
---
Welkom.

## Tips

- Kom *eens* kijken
- Neem iemand mee

### Meer

Bel ons.
"""


def _page(title: str, **values: object) -> str:
    lines = [f"title: {title}", *(f"{key}: {value}" for key, value in values.items())]
    return "---\n" + "\n".join(lines) + "\n---\nTekst.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole, good instance."""
    (tmp_path / "brand").mkdir()
    (tmp_path / "content").mkdir()
    (tmp_path / "region.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "brand/logo.svg").write_text(LOGO, encoding="utf-8")
    (tmp_path / "content/home.md").write_text(HOME, encoding="utf-8")
    (tmp_path / "content/rouw.md").write_text(_page("Rouw", type="theme", theme="rouw"), encoding="utf-8")
    (tmp_path / "content/privacy.md").write_text(
        _page("Privacy", type="legal", legal="privacy", order=5), encoding="utf-8"
    )
    (tmp_path / "groups.csv").write_text("source_id,name\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def read(folder: Path) -> Callable[[], Manifest]:
    """Return what reads the instance."""
    return lambda: read_manifest(folder, plugins=PLUGINS, themes=THEMES)


@pytest.fixture
def edit(folder: Path) -> Callable[..., None]:
    """Return what replaces a piece of a file of the instance: ``edit(old, new)`` in ``region.toml``."""

    def replace(old: str, new: str, file: str = "region.toml") -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


@pytest.fixture
def problems() -> Callable[[Path], list[tuple[str, str, str]]]:
    """Return what tells what is wrong with an instance, as (place, message, remedy)."""

    def found(folder: Path) -> list[tuple[str, str, str]]:
        with pytest.raises(ManifestError) as caught:
            read_manifest(folder, plugins=PLUGINS, themes=THEMES)
        return [(problem.place, problem.message, problem.remedy) for problem in caught.value.problems]

    return found
