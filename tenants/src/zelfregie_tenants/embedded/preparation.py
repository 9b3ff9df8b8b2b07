"""Filling the demonstration's database: the platform's tables, the template, and one region per example.

Runs as a process of its own (`python -m zelfregie_tenants.embedded.preparation EXAMPLES SUMMARY`) and prints its
progress. Every step may be repeated: a run that was killed is completed by the next one.
"""

import logging
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from zelfregie_tenants.embedded.demo_files import Login, Site, Summary
from zelfregie_tenants.embedded.progress import say, step

if TYPE_CHECKING:
    from zelfregie_tenants.models import Region

#: Whom to show at the end: the first of each role. Passwords of a demonstration that listens on this machine only.
PASSWORDS = {
    "administrator": "demo-beheerder",
    "moderator": "demo-moderator",
    "editor": "demo-redacteur",
    "coordinator": "demo-coordinator",
}
SHOWN = ("editor", "moderator", "administrator")


def prepare(examples: Path, summary: Path) -> None:
    """Bring the database in line with the code and the examples, and write down what there is to see."""
    with step("Loading the code"):
        from zelfregie_tenants.cli.support import set_up_django  # noqa: PLC0415 -- after the line that says so

        set_up_django()
    logging.disable(logging.INFO)  # what Wagtail tells about each page would run through our lines
    from zelfregie_tenants.domain.schemas import prepare_platform, quiet  # noqa: PLC0415 -- needs Django
    from zelfregie_tenants.domain.template import ensure_template, template_path  # noqa: PLC0415 -- the same
    from zelfregie_tenants.domain.upgrade import plan_fleet, upgrade_fleet  # noqa: PLC0415 -- the same

    with step("Tables of the platform"):
        prepare_platform()
    if not template_path().exists():
        with step("Template of a region (once per release)"):
            ensure_template(quiet)
    if plan_fleet().behind:
        with step("Regions of an earlier release"):
            upgrade_fleet(jobs=1)
    folders = sorted(path.parent for path in examples.glob("*/region.toml"))
    regions = [_launch(folder) for folder in folders]
    _write_summary(summary, [tomllib.loads((folder / "region.toml").read_text()) for folder in folders], regions)


def _launch(folder: Path) -> "Region":
    from zelfregie_tenants.domain.domains import sync_site  # noqa: PLC0415 -- needs Django
    from zelfregie_tenants.domain.launch import launch_region  # noqa: PLC0415 -- the same

    with step(f"Region {folder.name}"):
        result = launch_region(folder, demo_passwords=PASSWORDS)
        sync_site(result.region)  # the port may be another one than last time
    if result.row_problems:
        say(f"    Rows that could not be used: {result.row_problems}; see `zelfregie region launch {folder.name}`.")
    return result.region


def _write_summary(path: Path, manifests: list[dict], regions: list["Region"]) -> None:
    from django.urls import reverse  # noqa: PLC0415 -- needs Django

    login_page = reverse("wagtailadmin_login")
    sites = []
    logins = []
    for manifest, region in zip(manifests, regions, strict=True):
        national = region.kind == region.Kind.NATIONAL
        domain = manifest["region"]["domains"][0]
        sites.append(Site(region.name, domain, national))
        for role in ("coordinator",) if national else SHOWN:
            editor = next((editor for editor in manifest["editors"] if editor["role"] == role), None)
            if editor is not None:
                logins.append(Login(role, region.name, domain, editor["email"], PASSWORDS[role], login_page))
    Summary(sites, logins).write(path)


def main() -> int:
    """Prepare; a failure that a person can act on is one sentence."""
    from zelfregie_tenants.cli.errors import as_sentence  # noqa: PLC0415 -- only this process needs it

    try:
        prepare(Path(sys.argv[1]), Path(sys.argv[2]))
    except Exception as error:
        sentence = as_sentence(error)
        if sentence is None:
            raise
        say(f"\n{sentence}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
