"""The pages a region starts with: from the folder, one per theme, and those that plugins bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from zelfregie_core.domain.themes import standard_themes
from zelfregie_core.models import ContentPage, HomePage, LegalPage, Theme, ThemeIndexPage, ThemePage
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.page_blocks import normal_blocks, raw_blocks, tips_block
from zelfregie_tenants.domain.page_tree import add_pages, remove_welcome_page, republish
from zelfregie_tenants.domain.plan_decisions import DecisionRefused
from zelfregie_tenants.domain.plan_items import Action, Current, Orders, Wanted, digest_of
from zelfregie_tenants.manifest import ContentFile, Manifest
from zelfregie_tenants.models import AppliedItem, Region

HOME = "home"
THEMES = "themes"
HOME_SLUG = "voorpagina"
THEMES_SLUG = "themas"
#: Key of the parent -> how far below the home page.
LEVEL = {"": 0, HOME: 1, THEMES: 2}
MODELS: dict[str, type[Page]] = {"content": ContentPage, "legal": LegalPage, "home": HomePage, "theme": ThemePage}


@dataclass(frozen=True)
class PageSpec:
    """A page as it should be. `values` are fields of its model; `parent` is the key of another spec, or ""."""

    key: str
    model: type[Page]
    slug: str
    title: str
    in_menu: bool
    order: int
    parent: str
    values: Mapping[str, Any] = field(default_factory=dict)
    theme: str = ""

    @property
    def digest(self) -> str:
        """The fingerprint of what visitors would see of it."""
        return _digest(self.model, self.slug, self.title, self.in_menu, dict(self.values), live=True, changing=False)

    @property
    def fields(self) -> dict[str, Any]:
        """What visitors would see of it, field by field."""
        return _fields(self.model, self.slug, self.title, self.in_menu, self.values)


class PagesPart:
    """All pages that a launch makes."""

    kind = "page"
    authoritative = False
    removes = False

    def __init__(self) -> None:
        """Start without pages; `wanted` and `current` find them."""
        self._specs: list[PageSpec] = []
        self._pages: dict[str, Page] = {}

    def wanted(self, manifest: Manifest) -> list[Wanted]:
        """Return one item per page, parents first."""
        self._specs = page_specs(manifest)
        return [Wanted(spec.key, spec.digest, spec.title, spec, spec.fields) for spec in self._specs]

    def current(self, region: Region, applied: Mapping[str, AppliedItem]) -> Mapping[str, Current]:
        """Return the site's pages by the key under which a folder would ask for them."""
        references = {item.reference: key for key, item in applied.items() if item.reference}
        self._pages = {}
        standing: dict[tuple[str, str], Page] = {}
        for page in Page.objects.filter(depth__gt=1).specific():
            key = references.get(str(page.translation_key)) or _natural_key(page)
            self._pages.setdefault(key, page)
            standing[_place(page)] = page
        self._find_by_address(standing)
        found = {
            key: Current(page_digest(page), page.title, fields=page_fields(page), guard=_guard(page))
            for key, page in self._pages.items()
        }
        for spec in self._specs:
            mine = self._pages.get(spec.key)
            other = standing.get((self._pages[spec.parent].path, spec.slug)) if spec.parent in self._pages else None
            if other is None or (mine is not None and other.pk == mine.pk):
                continue
            guard = f"another page has the address “{spec.slug}”"
            if mine is None:
                # No page of this key: nothing that a decision could write to.
                found[spec.key] = Current("", other.title, fields={"type": "another page"}, guard=guard)
            elif not found[spec.key].guard:
                found[spec.key] = replace(found[spec.key], guard=guard)
        return found

    def _find_by_address(self, standing: Mapping[tuple[str, str], Page]) -> None:
        """Take a page that stands where the folder wants another one for that one: two cannot have one address."""
        asked = {spec.key for spec in self._specs}
        keys = {page.pk: key for key, page in self._pages.items() if key not in asked}
        for spec in self._specs:
            if spec.key not in self._pages and spec.parent in self._pages:
                page = standing.get((self._pages[spec.parent].path, spec.slug))
                if page is not None and page.pk in keys:
                    self._pages[spec.key] = self._pages.pop(keys.pop(page.pk))

    def write(self, region: Region, manifest: Manifest, orders: Orders) -> Mapping[str, str]:
        """Make what is missing, level by level, and publish anew what only the folder changed."""
        new = [item.payload for action, item in orders if action is Action.CREATE]
        themes = {theme.slug: theme for theme in Theme.objects.all()}
        for parent_key in dict.fromkeys(spec.parent for spec in new):
            specs = [spec for spec in new if spec.parent == parent_key]
            pages = [_fill(spec.model(), spec, themes) for spec in specs]
            add_pages(self._parent(parent_key), pages)
            self._pages |= {spec.key: page for spec, page in zip(specs, pages, strict=True)}
            if parent_key == "":
                _make_home(pages[0], manifest)
        for action, item in orders:
            if action is Action.UPDATE:
                page = _fill(self._pages[item.key], item.payload, themes, item.only)
                try:
                    republish(page)
                except ValidationError as error:
                    message = f"page {item.key} cannot be published as the folder has it: {' '.join(error.messages)}"
                    raise DecisionRefused(message) from error
        return {item.key: str(self._pages[item.key].translation_key) for _action, item in orders}

    def _parent(self, key: str) -> Page:
        # The page of all themes may have been removed by hand.
        return self._pages.get(key, self._pages.get(HOME)) if key else Page.get_first_root_node()


def page_specs(manifest: Manifest) -> list[PageSpec]:
    """Return the pages that a region with this folder starts with: parents first, then by order."""
    specs = [*(_content_spec(page) for page in manifest.content), *_plugin_specs(manifest)]
    if manifest.region.kind == "region":
        specs += _theme_specs({spec.theme for spec in specs if spec.theme})
    return sorted(specs, key=lambda spec: (LEVEL[spec.parent], spec.order, spec.key))


def page_digest(page: Page) -> str:
    """Return the fingerprint of what visitors see of a page, and of whether someone is changing it."""
    values = {name: _plain(page, name) for name in _content_fields(type(page))}
    return _digest(
        type(page),
        page.slug,
        page.title,
        page.show_in_menus,
        values,
        live=page.live,
        changing=page.has_unpublished_changes,
    )


def page_fields(page: Page) -> dict[str, Any]:
    """Return what visitors see of a page, field by field."""
    values = {name: _plain(page, name) for name in _content_fields(type(page))}
    return _fields(type(page), page.slug, page.title, page.show_in_menus, values)


def _place(page: Page) -> tuple[str, str]:
    """Return what no two pages may share: the parent's place in the tree, and the last part of the address."""
    return page.path[: -page.steplen], page.slug


def _guard(page: Page) -> str:
    """Return why a launch may not publish this page: that would undo what an editor meant."""
    if not page.live:
        return "taken off line by hand"
    return "an editor is changing it" if page.has_unpublished_changes else ""


def _content_spec(page: ContentFile) -> PageSpec:
    values: dict[str, Any] = {"intro": page.intro, "body": raw_blocks(page.blocks)}
    if page.type == "home":
        return PageSpec(HOME, HomePage, HOME_SLUG, page.title, False, 0, "", values)
    if page.type == "theme":
        return PageSpec(
            f"theme:{page.theme}", ThemePage, page.slug, page.title, page.menu, page.order, THEMES, values, page.theme
        )
    key = f"page:{page.slug}"
    if page.type == "legal":
        key, values["kind"] = f"legal:{page.legal}", page.legal
    return PageSpec(key, MODELS[page.type], page.slug, page.title, page.menu, page.order, HOME, values)


def _theme_specs(own: set[str]) -> list[PageSpec]:
    """Return the page of all themes, and one page per theme that the folder does not describe itself."""
    intro = _("Kies waar je tegenaan loopt. Je vindt er groepen, verhalen en tips.")
    specs = [PageSpec(THEMES, ThemeIndexPage, THEMES_SLUG, _("Thema's"), True, 20, HOME, {"intro": intro, "body": []})]
    for theme in standard_themes().values():
        if theme.slug not in own:
            values = {"intro": theme.intro, "body": tips_block(theme.tips)}
            specs.append(
                PageSpec(
                    f"theme:{theme.slug}", ThemePage, theme.slug, theme.name, False, 100, THEMES, values, theme.slug
                )
            )
    return specs


def _plugin_specs(manifest: Manifest) -> list[PageSpec]:
    specs = []
    for entry in get_plugins().contributed("register_starter_content"):
        page = entry.item
        if entry.plugin in manifest.enabled_plugins and manifest.region.kind in page.kinds:
            values = {name: str(value) for name, value in page.fields.items()}
            specs.append(
                PageSpec(
                    f"page:{page.slug}",
                    apps.get_model(page.model),
                    page.slug,
                    str(page.title),
                    page.in_menu,
                    page.order,
                    HOME,
                    values,
                )
            )
    return specs


def _natural_key(page: Page) -> str:
    """Return the key under which a folder asks for this page when no launch wrote it."""
    if isinstance(page, HomePage):
        return HOME
    if isinstance(page, ThemeIndexPage):
        return THEMES
    if isinstance(page, ThemePage):
        return f"theme:{page.theme.slug}"
    if isinstance(page, LegalPage):
        return f"legal:{page.kind}"
    return f"page:{page.slug}"


def _fill(page: Page, spec: PageSpec, themes: Mapping[str, Theme], only: frozenset[str] | None = None) -> Page:
    """Give a page what the folder says: everything, or these fields."""
    own = {"slug": spec.slug, "title": spec.title, "show_in_menus": spec.in_menu, **spec.values}
    for name in own if only is None else sorted(only):
        # What the folder took away is empty from now on.
        value = own[name] if name in own else page._meta.get_field(name).get_default()
        setattr(page, name, _stream(page, name, value) if isinstance(value, list) else value)
    if spec.theme:
        page.theme = themes[spec.theme]
    return page


def _stream(page: Page, name: str, raw: list[dict[str, Any]]) -> Any:
    return page._meta.get_field(name).stream_block.to_python(raw)


def _make_home(home: Page, manifest: Manifest) -> None:
    """Show this page at the site's address, and take away the page that Wagtail puts there."""
    site = Site.objects.select_related("root_page").get(is_default_site=True)
    welcome = site.root_page
    site.root_page, site.site_name = home, manifest.region.name
    site.save()
    if welcome.pk != home.pk and welcome.specific_class is Page and not welcome.get_children().exists():
        remove_welcome_page(welcome)


def _content_fields(model: type[Page]) -> list[str]:
    """Return the fields that a page type adds to a page and that a launch may fill."""
    own = [each for each in model._meta.get_fields() if getattr(each, "concrete", False) and not each.auto_created]
    inherited = {each.name for each in Page._meta.get_fields()}
    return [each.name for each in own if each.name not in inherited and not each.is_relation and not each.primary_key]


def _plain(page: Model, name: str) -> Any:
    value = getattr(page, name)
    return list(value.raw_data) if hasattr(value, "raw_data") else str(value)


def _fields(model: type[Page], slug: str, title: str, in_menu: bool, values: Mapping[str, Any]) -> dict[str, Any]:
    content = {name: normal_blocks(value) for name, value in values.items() if value not in ("", [])}
    return {"type": model._meta.label, "slug": slug, "title": title, "show_in_menus": in_menu, **content}


def _digest(
    model: type[Page], slug: str, title: str, in_menu: bool, values: dict[str, Any], *, live: bool, changing: bool
) -> str:
    # A field that is empty is as good as one that was not given.
    content = {name: normal_blocks(value) for name, value in values.items() if value not in ("", [])}
    return digest_of([model._meta.label, slug, title, in_menu, content, live, changing])
