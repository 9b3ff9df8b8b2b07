"""A smoke test of this instance: `pytest` in this folder, where Zelfregie is installed. Needs no database."""

from pathlib import Path

from zelfregie_tenants.manifest import read_manifest

FOLDER = Path(__file__).parent.parent


def test_manifest_is_accepted():
    manifest = read_manifest(FOLDER)  # raises with every problem and its place

    assert manifest.region.slug == "zuidoost-brabant"
    assert manifest.region.primary_domain == "zuidoost-brabant.localhost"


def test_required_pages_are_there():
    pages = read_manifest(FOLDER).content

    assert {page.legal for page in pages if page.type == "legal"} == {"privacy", "accessibility", "crisis", "about"}
    assert [page.type for page in pages].count("home") == 1
