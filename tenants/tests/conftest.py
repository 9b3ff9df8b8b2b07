"""An instance folder for tests of planning and launching."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection

from zelfregie_tenants.cli import main

TOML = """\
blueprint = 1
[region]
slug = "{slug}"
name = "Zelfregie {name}"
tagline = "Vind mensen die hetzelfde meemaken."
domains = ["{slug}.test"]
[area]
municipalities = ["0917", "0928"]
postcodes = ["6400-6479"]
[brand]
primary = "#0b5d4e"
accent = "#f49f6c"
logo = "brand/logo.svg"
[organisation]
name = "Stichting {name}"
email = "info@{slug}.example"
privacy_name = "Anna Voorbeeld"
privacy_email = "privacy@{slug}.example"
sender_email = "noreply@{slug}.example"
[[editors]]
email = "anna@{slug}.example"
name = "Anna Voorbeeld"
role = "administrator"
[[editors]]
email = "bram@{slug}.example"
name = "Bram van der Proef"
role = "moderator"
[plugins.groups]
[plugins.stories]
[plugins.referrals]
enabled = false
[hosting]
demo = true
"""
PAGES = {
    "home": "title: Welkom\ntype: home\nintro: Samen verder.",
    "over-ons": "title: Over ons\ntype: content\nmenu: true\norder: 50",
    "privacy": "title: Privacy\ntype: legal\nlegal: privacy",
    "rouw": "title: Rouw bij ons\ntype: theme\ntheme: rouw",
}
BODY = """\
Een **eerste** regel met een [adres](https://example.nl).

## Tips

- Kom langs
- Neem *iemand* mee

> Ik was niet alleen.
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'


class Instance:
    """A folder on disk, with the edits that tests make to it."""

    def __init__(self, folder: Path, slug: str) -> None:
        """Write the folder."""
        self.folder = folder
        for part in ("brand", "content"):
            (folder / part).mkdir(parents=True)
        self.write("region.toml", TOML.format(slug=slug, name=slug.capitalize()))
        self.write("brand/logo.svg", LOGO)
        for name, matter in PAGES.items():
            self.page(name, matter)

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def page(self, name: str, matter: str, body: str = BODY) -> None:
        """Write a page."""
        self.write(f"content/{name}.md", f"---\n{matter}\n---\n{body}")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that must be there."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new, 1))


@pytest.fixture(scope="session")
def instance_in() -> type[Instance]:
    """What writes an instance folder, for fixtures of a whole file: `instance_in(folder, slug)`."""
    return Instance


@pytest.fixture
def make_instance(tmp_path: Path) -> Callable[..., Instance]:
    """Return a function that writes an instance folder: `make_instance(slug, folder_name)`."""

    def make(slug: str = "parkstad", folder: str = "") -> Instance:
        return Instance(tmp_path / (folder or slug), slug)

    return make


@pytest.fixture
def instance(make_instance: Callable[..., Instance]) -> Instance:
    """A good instance folder of the region `parkstad`."""
    return make_instance()


@pytest.fixture
def run(db):
    """Run the command as from a shell in `public`; returns exit code and output."""

    def run(*arguments: str):
        before = connection.tenant
        connection.set_schema_to_public()
        try:
            result = CliRunner().invoke(main, arguments)
        finally:
            connection.set_tenant(before)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run
