"""Templates of one region: what a plugin keeps in `region_templates/` refines a page only where that plugin is on.

The `templates/` folder of a plugin counts everywhere, because plugins are installed for all regions. A region that
wants one page to be different brings a plugin of its own and puts that page in `region_templates/`, under its name.
"""

from collections.abc import Iterator
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.template import Engine, Origin, TemplateDoesNotExist
from django.template.loaders import base, cached

from zelfregie_core.discovery import installed_plugins

FOLDER = "region_templates"


class RegionLoader(base.Loader):
    """Finds the templates of the plugins that are on in the current region; none outside any region."""

    @cached_property
    def found(self) -> dict[str, dict[str, Path]]:
        """All such templates of the installed plugins: name -> plugin -> file. Looked up once per process."""
        found: dict[str, dict[str, Path]] = {}
        for plugin in installed_plugins():
            for folder in _places(plugin.app):
                for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                    found.setdefault(path.relative_to(folder).as_posix(), {})[plugin.slug] = path
        return found

    def plugins_with(self, template_name: str) -> list[str]:
        """Return the plugins that are on here and have this template; asks nothing for a name that none has."""
        if template_name not in self.found:
            return []
        # The hooks of plugins import models, and templates may be looked for before those are there.
        from zelfregie_core.plugins.calls import plugin_is_enabled  # noqa: PLC0415 -- see above

        return [slug for slug in self.found[template_name] if plugin_is_enabled(slug)]

    def get_template_sources(self, template_name: str) -> Iterator[Origin]:
        """Yield where the template may be."""
        for slug in self.plugins_with(template_name):
            yield Origin(name=str(self.found[template_name][slug]), template_name=template_name, loader=self)

    def get_contents(self, origin: Origin) -> str:
        """Return the text of a template.

        :raises TemplateDoesNotExist: it was removed while the process runs.
        """
        try:
            return Path(origin.name).read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise TemplateDoesNotExist(origin) from error

    def reset(self) -> None:
        """Look again, after a file changed during development."""
        self.__dict__.pop("found", None)


class RegionCachedLoader(cached.Loader):
    """Keeps compiled templates, apart for regions that have their own version of one."""

    def __init__(self, engine: Engine, loaders: list[Any]) -> None:
        super().__init__(engine, loaders)
        self._of_regions = [loader for loader in self.loaders if isinstance(loader, RegionLoader)]

    def cache_key(self, template_name: str, skip: list[Origin] | None = None) -> str:
        """Return the key of a template: its name, and whose version it is."""
        own = [slug for loader in self._of_regions for slug in loader.plugins_with(template_name)]
        key = super().cache_key(template_name, skip)
        # No name of a template starts with a slash, so none looks like another one's key.
        return "/".join(["", *own, "", key]) if own else key

    def reset(self) -> None:
        """Forget everything, after a file changed during development."""
        super().reset()
        for loader in self._of_regions:
            loader.reset()


def _places(app: str) -> list[Path]:
    spec = find_spec(app)
    places = spec.submodule_search_locations if spec else None
    return [Path(place) / FOLDER for place in places or () if (Path(place) / FOLDER).is_dir()]
