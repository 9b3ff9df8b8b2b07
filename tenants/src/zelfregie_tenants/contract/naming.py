"""One name everywhere, so that whoever sees a table, a template or an address knows whose it is."""

from __future__ import annotations

from collections.abc import Iterator

from zelfregie_tenants.cli.root import COMMANDS
from zelfregie_tenants.contract.findings import Finding
from zelfregie_tenants.contract.subject import Subject

KEY = "naming"
TITLE = "one name for distribution, package, tables, templates and files"


def check(subject: Subject) -> Iterator[Finding]:
    """Compare every name with the slug."""
    slug, app = subject.slug, f"zelfregie_{subject.slug}"
    distribution = subject.declared.distribution.partition(" ")[0]
    remedy = (
        "The rule: folder NAME, distribution zelfregie-NAME, package and app label zelfregie_NAME, entry point NAME."
    )
    said = {
        "distribution": (distribution, f"zelfregie-{slug.replace('_', '-')}"),
        "package": (subject.app, app),
        "app label": (subject.config.label, app),
        "hook module": (subject.declared.hook_module, f"{app}.hooks"),
    }
    for what, (found, expected) in said.items():
        if found.replace("-", "_") != expected.replace("-", "_"):
            yield Finding(f"entry point {slug}", f"the {what} is called {found}, not {expected}", remedy)
    if slug in COMMANDS:
        yield Finding(
            f"entry point {slug}",
            f"`zelfregie {slug}` is a command of the platform, so the plugin's own commands cannot be reached",
            "Choose another name.",
        )
    for model in subject.models:
        if not model._meta.db_table.startswith(f"{subject.config.label}_"):
            yield Finding(
                f"{subject.app}.{model.__name__}",
                f"its table is called {model._meta.db_table}",
                f"Leave out db_table, so that it begins with {subject.config.label}_.",
            )
    yield from _folders(subject, app)


def _folders(subject: Subject, app: str) -> Iterator[Finding]:
    for kind, why in (
        (
            "templates",
            "all regions would get it in place of the other; what one region changes goes in region_templates/",
        ),
        ("static", "it could take the place of a file of another package"),
    ):
        folder = subject.folder / kind
        for found in sorted(folder.iterdir()) if folder.is_dir() else ():
            if found.name != app:
                yield Finding(
                    subject.place(found), f"it stands outside {kind}/{app}/: {why}", f"Move it to {kind}/{app}/."
                )
    tags = subject.folder / "templatetags"
    for file in sorted(tags.glob("*.py")) if tags.is_dir() else ():
        if file.stem != "__init__" and not file.stem.startswith((subject.slug, app)):
            yield Finding(
                subject.place(file),
                "the name of a template library is shared by all packages",
                f"Call it {subject.slug}_{file.stem}.py.",
            )
