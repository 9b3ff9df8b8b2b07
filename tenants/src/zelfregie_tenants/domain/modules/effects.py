"""What a switch does to the content of one region, counted: seven queries at most, whatever there is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from django.db.models import BooleanField, Case, CharField, Count, Model, Q, Value, When
from django.db.models.functions import Cast
from django_tenants.utils import tenant_context
from wagtail.models import Page, ReferenceIndex

from zelfregie_core.fields import PluginStreamField
from zelfregie_core.plugins.contributions import Text
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.models import Listing, Region


@dataclass(frozen=True)
class PageCount:
    """Pages of one type: how many there are, and how many of them visitors can see."""

    label: Text
    total: int
    live: int


@dataclass(frozen=True)
class RowCount:
    """Rows of one model."""

    label: Text
    total: int


@dataclass(frozen=True)
class Effects:
    """What of a plugin a region has: all of it is out of sight when the plugin is off, and nothing of it is deleted.

    Attributes:
        pages: by page type, only those of which there are any; their addresses answer 404 when the plugin is off.
        in_menu: of these pages, how many stand in the menu of the site.
        links: other pages, and other content, that link to these pages.
        blocks: blocks of the plugin in pages, which show nothing when it is off.
        block_pages: the pages with such a block.
        rows: by model, only those of which there are any.
        listings: what the region has in the directory across regions.
        tasks: names of the tasks that stop.
        addresses: whether the plugin has addresses of its own, below `/-/<slug>/`.
    """

    pages: tuple[PageCount, ...]
    in_menu: int
    links: int
    blocks: int
    block_pages: int
    rows: tuple[RowCount, ...]
    listings: int
    tasks: tuple[str, ...]
    addresses: bool

    @property
    def page_total(self) -> int:
        """All pages of the plugin."""
        return sum(found.total for found in self.pages)

    @property
    def row_total(self) -> int:
        """All rows of the plugin."""
        return sum(found.total for found in self.rows)

    @property
    def is_empty(self) -> bool:
        """Whether the region has nothing of the plugin that visitors or editors would miss."""
        return not (self.page_total or self.blocks or self.row_total or self.listings)


def count_effects(region: Region, plugin: str) -> Effects:
    """Count what a region has of an installed plugin. Changes nothing.

    Args:
        region: with its schema.
        plugin: slug of an installed plugin.
    """
    models = plugin_models(plugin)
    page_types = [model for model in models if issubclass(model, Page)]
    listings = Listing.objects.filter(region_id=region.pk, plugin=plugin).count()
    with tenant_context(region):
        pages, in_menu = _pages(page_types)
        blocks, block_pages = _blocks(plugin)
        return Effects(
            pages=pages,
            in_menu=in_menu,
            links=_links(page_types) if pages else 0,
            blocks=blocks,
            block_pages=block_pages,
            rows=_rows([model for model in models if not issubclass(model, Page)]),
            listings=listings,
            tasks=tuple(entry.item.task.name for entry in _contributed("register_scheduled_tasks", plugin)),
            addresses=bool(_contributed("register_urls", plugin)),
        )


def plugin_models(plugin: str) -> list[type[Model]]:
    """Return the models of a plugin that have a table, in the order of their names; none when it has no app."""
    app = get_plugins().app_of(plugin)
    config = next((config for config in apps.get_app_configs() if config.name == app), None)
    found = [model for model in config.get_models() if not model._meta.proxy and model._meta.managed] if config else []
    return sorted(found, key=lambda model: model._meta.label)


def _contributed(hook: str, plugin: str) -> list:
    return [entry for entry in get_plugins().contributed(hook) if entry.plugin == plugin]


def _pages(types: Iterable[type[Model]]) -> tuple[tuple[PageCount, ...], int]:
    by_name = {(model._meta.app_label, model._meta.model_name): model for model in types}
    if not by_name:
        return (), 0
    counted = (
        Page.objects.filter(_of(by_name))
        .values("content_type__app_label", "content_type__model")
        .annotate(
            total=Count("pk"), seen=Count("pk", filter=Q(live=True)), shown=Count("pk", filter=Q(show_in_menus=True))
        )
        .order_by("content_type__app_label", "content_type__model")
    )
    found = [(by_name[row["content_type__app_label"], row["content_type__model"]], row) for row in counted]
    pages = tuple(PageCount(model._meta.verbose_name, row["total"], row["seen"]) for model, row in found)
    return pages, sum(row["shown"] for _model, row in found)


def _links(types: Iterable[type[Model]]) -> int:
    """Count other content with a link to one of these pages, from Wagtail's index of references."""
    names = {(model._meta.app_label, model._meta.model_name): model for model in types}
    own = Page.objects.filter(_of(names)).annotate(text=Cast("pk", CharField())).values("text")
    base = Page._meta
    return (
        ReferenceIndex.objects.filter(
            to_content_type__app_label=base.app_label, to_content_type__model=base.model_name, to_object_id__in=own
        )
        .annotate(is_own=Case(When(_of(names), then=Value(True)), default=Value(False), output_field=BooleanField()))
        .filter(is_own=False)
        .values("base_content_type_id", "object_id")
        .distinct()
        .count()
    )


def _of(names: Iterable[tuple[str, str | None]]) -> Q:
    """Return the condition that a row's content type is one of these."""
    found = Q(pk__in=[])
    for app_label, model in names:
        found |= Q(content_type__app_label=app_label, content_type__model=model)
    return found


def _blocks(plugin: str) -> tuple[int, int]:
    """Count the blocks of a plugin in the pages as they are now, and the pages that have any: one statement."""
    names = [entry.item.name for entry in _contributed("register_blocks", plugin)]
    if not names:
        return 0, 0
    quote = connection.ops.quote_name
    arms = [
        f"SELECT count(*) AS blocks, count(DISTINCT t.{quote(model._meta.pk.column)}) AS pages "  # noqa: S608 -- names of our own models
        f"FROM {quote(model._meta.db_table)} AS t CROSS JOIN LATERAL jsonb_array_elements("
        f"CASE jsonb_typeof(t.{quote(field.column)}) WHEN 'array' THEN t.{quote(field.column)} END) AS b "
        "WHERE b ->> 'type' = ANY(%s)"
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, PluginStreamField)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(sum(blocks), 0), coalesce(sum(pages), 0) FROM ({' UNION ALL '.join(arms)}) AS a",  # noqa: S608 -- the same
            [names] * len(arms),
        )
        blocks, pages = cursor.fetchone()
    return int(blocks), int(pages)


def _rows(models: list[type[Model]]) -> tuple[RowCount, ...]:
    """Count the rows of every model, in one statement."""
    if not models:
        return ()
    arms = [
        f"SELECT {number} AS model, count(*) AS total FROM {connection.ops.quote_name(model._meta.db_table)}"  # noqa: S608 -- names of our own models
        for number, model in enumerate(models)
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION ALL '.join(arms)} ORDER BY model")
        rows = cursor.fetchall()
    return tuple(RowCount(models[number]._meta.verbose_name_plural, total) for number, total in rows if total)
