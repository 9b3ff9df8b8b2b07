"""A smoke test of this instance: `pytest` in this folder, where Zelfregie is installed. Needs no database."""

import subprocess
import sys
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


def test_a_first_launch_can_be_planned():
    command = [sys.executable, "-m", "zelfregie_tenants.cli", "region", "plan", "--offline", str(FOLDER)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[0] == "zuidoost-brabant is new."
