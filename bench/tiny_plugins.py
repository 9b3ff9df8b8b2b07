"""Plugins that do as little as a plugin can, by the dozen: each adds one of everything that is asked in requests.

Their hooks answer that there is nothing to show, so the page stays the same and what is measured is the asking.
"""

from pathlib import Path

APPS = """\
from zelfregie_core import plugin_app


class TinyConfig(plugin_app.PluginConfig):
    name = "{slug}"
"""
HOOKS = """\
from django.http import HttpResponse
from django.urls import path
from wagtail.admin.viewsets.base import ViewSet
from wagtail.blocks import CharBlock

from zelfregie_core.plugins import AdminMenuItem, Block, hookimpl


def answer(request):
    return HttpResponse("{slug}")


class TinyViewSet(ViewSet):
    name = "{slug}_things"

    def get_urlpatterns(self):
        return [path("", answer, name="index")]


@hookimpl
def register_urls():
    return [path("", answer, name="index")]


@hookimpl
def register_blocks():
    return [Block("{slug}_text", CharBlock())]


@hookimpl
def register_viewsets():
    return [TinyViewSet()]


@hookimpl
def register_menu_items():
    return [AdminMenuItem("{slug}", "{slug}", "{slug}_things:index", "cog", 900, "zelfregie_core.change_branding")]


@hookimpl
def home_sections(request):
    return []


@hookimpl
def home_actions(request):
    return []


@hookimpl
def theme_sections(request, theme):
    return []


@hookimpl
def search_results(request, query):
    return []


@hookimpl
def finder_path(request):
    return None
"""


def slugs(number: int) -> list[str]:
    """Return the names of so many plugins."""
    return [f"tiny_{each:02d}" for each in range(number)]


def write(folder: Path, number: int) -> None:
    """Put so many distributions in a folder; they are installed for who has it on the path."""
    for slug in slugs(number):
        package = folder / slug
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").touch()
        (package / "apps.py").write_text(APPS.format(slug=slug), encoding="utf-8")
        (package / "hooks.py").write_text(HOOKS.format(slug=slug), encoding="utf-8")
        about = folder / f"{slug}-1.0.dist-info"
        about.mkdir(exist_ok=True)
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {slug}\nVersion: 1.0\n", encoding="utf-8")
        (about / "entry_points.txt").write_text(f"[zelfregie.plugins]\n{slug} = {slug}.hooks\n", encoding="utf-8")
