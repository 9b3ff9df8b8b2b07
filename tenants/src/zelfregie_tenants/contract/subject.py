"""The plugin that is checked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from django.apps import AppConfig, apps
from django.db.models import Model
from wagtail.models import Page

from zelfregie_core.discovery import InstalledPlugin, installed_plugins
from zelfregie_core.plugins.manager import get_plugins

#: Where a plugin says how to fill a region with one of everything that it has.
SAMPLES = "samples"


class UnknownSubject(LookupError):
    """No installed plugin has this name. The message says which there are."""


@dataclass(frozen=True)
class Subject:
    """A loaded plugin, and what of it checks look at."""

    declared: InstalledPlugin

    @property
    def slug(self) -> str:
        """Its name."""
        return self.declared.slug

    @property
    def app(self) -> str:
        """Its package."""
        return self.declared.app

    @cached_property
    def config(self) -> AppConfig:
        """Its Django app."""
        return next(config for config in apps.get_app_configs() if config.name == self.app)

    @cached_property
    def folder(self) -> Path:
        """The folder of its package."""
        return Path(self.config.path)

    @cached_property
    def models(self) -> list[type[Model]]:
        """Its models that have a table of their own, without what Django makes for relations."""
        return [model for model in self.config.get_models() if model._meta.managed and not model._meta.proxy]

    @cached_property
    def pages(self) -> list[type[Page]]:
        """Its page types."""
        return [model for model in self.models if issubclass(model, Page)]

    @cached_property
    def samples(self) -> ModuleType | None:
        """Its module that fills a region, or None."""
        name = f"{self.app}.{SAMPLES}"
        return import_module(name) if find_spec(name) else None

    @property
    def settings(self) -> dict[str, object]:
        """Settings of an installation with which everything of the plugin can be tried, as its samples say."""
        return dict(getattr(self.samples, "SETTINGS", {}))

    @property
    def shows_directory(self) -> dict[str, str]:
        """Paths of pages that show what the directory knows of other regions, and why, as its samples say."""
        return dict(getattr(self.samples, "SHOWS_DIRECTORY", {}))

    def contributed(self, hook: str) -> list:
        """What it returns from a `register_*` hook."""
        return [entry.item for entry in get_plugins().contributed(hook) if entry.plugin == self.slug]

    def python_files(self) -> Iterator[tuple[str, ast.Module]]:
        """Yield each of its modules as path below the package and syntax tree."""
        for file in sorted(self.folder.rglob("*.py")):
            yield self.place(file), ast.parse(file.read_text(encoding="utf-8"), str(file))

    def place(self, file: Path, line: int = 0) -> str:
        """Return how a file is named in a finding."""
        name = f"{self.app}/{file.relative_to(self.folder).as_posix()}"
        return f"{name}:{line}" if line else name


def find_subject(slug: str) -> Subject:
    """Return the plugin with this name.

    Raises:
        UnknownSubject: it is not installed.
    """
    found = {plugin.slug: plugin for plugin in installed_plugins()}
    if slug not in found:
        known = ", ".join(sorted(found)) or "none"
        message = f"There is no plugin “{slug}” here. Installed: {known}. Install yours first: pip install -e ."
        raise UnknownSubject(message)
    return Subject(found[slug])
