"""The package imports what a plugin may import: core, and no platform and no other plugin."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires
from pkgutil import walk_packages

from zelfregie_core.discovery import installed_plugins
from zelfregie_tenants.contract.findings import Finding
from zelfregie_tenants.contract.subject import Subject

KEY = "imports"
TITLE = "imports core only, and every module can be imported"
PLATFORM = {"zelfregie_tenants", "django_tenants"}


def check(subject: Subject) -> Iterator[Finding]:
    """Read every import of the package, import every module, and read what the distribution asks for."""
    others = {plugin.app.partition(".")[0]: plugin for plugin in installed_plugins() if plugin.slug != subject.slug}
    for place, tree in subject.python_files():
        for name, line in _imported(tree):
            root = name.partition(".")[0]
            if root in PLATFORM:
                yield Finding(
                    f"{place}:{line}",
                    f"it imports {name}, which is the platform's",
                    "Ask core instead: zelfregie_core.plugins. A plugin never sees regions or schemas.",
                )
            elif root in others:
                yield Finding(
                    f"{place}:{line}",
                    f"it imports {name}, of the plugin {others[root].slug}",
                    "Reach another plugin through a hook, such as directory_entries.",
                )
    for module in walk_packages([str(subject.folder)], prefix=f"{subject.app}."):
        try:
            import_module(module.name)
        except Exception as error:
            yield Finding(module.name, f"it cannot be imported: {type(error).__name__}: {error}", "Repair the module.")
    yield from _requirements(subject, {f"zelfregie-{plugin.slug}" for plugin in others.values()})


def _imported(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno


def _requirements(subject: Subject, others: set[str]) -> Iterator[Finding]:
    name = subject.declared.distribution.partition(" ")[0]
    try:
        asked = {
            re.split(r"[^A-Za-z0-9._-]", line)[0].lower().replace("_", "-")
            for line in requires(name) or ()
            if "extra ==" not in line
        }
    except PackageNotFoundError:
        asked = set()
    if "zelfregie-core" not in asked:
        yield Finding(
            f"pyproject.toml of {name}",
            "it does not ask for zelfregie-core",
            'Add dependencies = ["zelfregie-core>=0.1,<1"]: the version is how core knows what the plugin needs.',
        )
    for wrong in sorted(asked & {"zelfregie-tenants", *others}):
        yield Finding(
            f"pyproject.toml of {name}",
            f"it asks for {wrong}",
            "Leave it out: a plugin depends on core only. (For its tests: an extra.)",
        )
