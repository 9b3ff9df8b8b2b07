"""Rows for every model of a region: the same keys in each region, and a canary in every text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.test import TestCase
from django_tenants.utils import tenant_context
from treebeard.mp_tree import MP_Node
from wagtail.contrib.settings.models import BaseGenericSetting
from wagtail.models import Page, Site

from isolation_sweep.canaries import Canaries
from isolation_sweep.field_values import UNTOUCHED, Values, holds_text
from isolation_sweep.special_rows import BEFORE, EMPTY, EXTRA_FIELDS, MADE_OTHERWISE, NO_SECOND_ROW, ROWS, finish
from zelfregie_core.models import ContentPage, HomePage
from zelfregie_tenants.models import Region, RegionDraft

#: The first number in each region's tables, so that whatever is made in the same order has the same key.
FIRST = 7001
#: The number of rows that exist in one region only.
ELSEWHERE = 8001


class Unfillable(Exception):
    """A model that the filler cannot make a row of."""

    def __init__(self, model: type[models.Model], reason: object) -> None:
        """Say which model, and how to mend it."""
        super().__init__(
            f"The filler cannot make a row of {model._meta.label}: {reason!r}. Say how in "
            "tests/support/isolation_sweep/special_rows.py (EXTRA_FIELDS or ROWS) or field_values.py (SHAPED)."
        )


def tenant_models() -> list[type[models.Model]]:
    """Return every model that has a table in a region's schema, also those between two others."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_config.name in settings.TENANT_APPS and model._meta.managed and not model._meta.proxy
    ]


class Filler:
    """Fills the current region."""

    def __init__(self, region: Region, canaries: Canaries, mark: str = "") -> None:
        """Write canaries of this region; a mark tells apart what a second round writes."""
        self.region, self.canaries, self.mark = region, canaries, mark
        self.values = Values(lambda label: canaries.make(region.slug, label + mark), 2 if mark else 1)
        self.rows: dict[type[models.Model], models.Model] = {}
        self.busy: set[type[models.Model]] = set()

    def fill(self) -> None:
        """Make a row of every model.

        Raises:
            Unfillable: a model whose row the database refuses, named.
        """
        wanted = [model for model in tenant_models() if not (self.mark and model._meta.label in NO_SECOND_ROW)]
        first = {label: place for place, label in enumerate(BEFORE)}
        for model in sorted(wanted, key=lambda model: first.get(model._meta.label, len(first))):
            if model._meta.label not in MADE_OTHERWISE:
                self.row(model)
        finish(self)

    def row(self, model: type[models.Model]) -> models.Model:
        """Return the row of a model, made now if it was not yet."""
        if model in self.rows:
            return self.rows[model]
        self.busy.add(model)
        try:
            make: Callable[[Filler, type[models.Model]], models.Model] = ROWS.get(model._meta.label) or self._maker(
                model
            )
            self.rows[model] = make(self, model)
        except Unfillable:
            raise
        except Exception as error:
            raise Unfillable(model, error) from error
        self.busy.discard(model)
        return self.rows[model]

    def _maker(self, model: type[models.Model]) -> Callable[..., models.Model]:
        if model is Page or model is HomePage:
            return lambda filler, model: filler.home()
        if issubclass(model, Page):
            return Filler.page
        if issubclass(model, MP_Node):
            return lambda filler, model: model.get_first_root_node().add_child(**filler.fields(model))
        if issubclass(model, BaseGenericSetting):
            return Filler.setting
        return lambda filler, model: model.objects.create(**filler.fields(model))

    def fields(self, model: type[models.Model]) -> dict[str, Any]:
        """Return values for the fields of a new row."""
        given = EXTRA_FIELDS.get(model._meta.label, lambda filler: {})(self)
        values: dict[str, Any] = {}
        for field in model._meta.concrete_fields:
            if field.name in given or (field.primary_key and isinstance(field, models.AutoField)):
                continue
            value = self._related(field) if field.is_relation else self.values.of(field, model)
            if value is not UNTOUCHED:
                values[field.name] = value
        if issubclass(model, MP_Node):
            values = {name: value for name, value in values.items() if name not in {"path", "depth", "numchild"}}
        return values | given

    def _related(self, field: models.Field) -> Any:
        target = field.related_model
        if getattr(field.remote_field, "parent_link", False):
            return UNTOUCHED
        if target is ContentType:
            return ContentType.objects.get_for_model(Page if field.name.startswith("base_") else ContentPage)
        if field.null and (target in self.busy or issubclass(field.model, Page)):
            return UNTOUCHED
        if target._meta.label in MADE_OTHERWISE:
            return UNTOUCHED if field.null else target._default_manager.order_by("pk").first()
        return self.row(target)

    def home(self) -> Page:
        """Write canaries on the front page, which is there already."""
        home = HomePage.objects.get()
        for field in HomePage._meta.concrete_fields:
            if holds_text(field) and field.name != "slug":
                setattr(home, field.name, self.values.of(field, HomePage))
        home.save_revision().publish()
        return home

    def page(self, model: type[Page]) -> Page:
        """Publish a page below the front page."""
        fields = {name: value for name, value in self.fields(model).items() if name not in PAGE_KEEPS}
        page = HomePage.objects.get().add_child(instance=model(live=False, **fields))
        page.save_revision().publish()
        return model.objects.get(pk=page.pk)

    def setting(self, model: type[BaseGenericSetting]) -> models.Model:
        """Fill in the settings of the region, of which there is one row."""
        row = model.load()
        for name, value in self.fields(model).items():
            if isinstance(model._meta.get_field(name), models.FileField):
                getattr(row, name).save(value.name, value, save=False)
            else:
                setattr(row, name, value)
        row.save()
        return row

    def missing(self) -> Iterator[str]:
        """Yield the models without a row, and the text fields that hold no canary although they should."""
        for model in tenant_models():
            rows = list(model._default_manager.all())
            if not rows and model._meta.label not in EMPTY:
                yield f"{model._meta.label} has no row"
            for field in model._meta.local_concrete_fields:
                label = f"{model._meta.label}.{field.name}"
                if not holds_text(field) or model._meta.label in MADE_OTHERWISE:
                    continue
                texts = " ".join(str(field.value_from_object(row)) for row in rows)
                if not any(is_field(seen.field, model, field.name) for seen in self.canaries.seen(texts)):
                    yield f"{label} holds no canary"


def is_field(label: str, model: type[models.Model], name: str) -> bool:
    """Tell whether a label names this field of the model, or of a model that inherits its table."""
    owner, _dot, field = label.rpartition(".")
    return field == name and issubclass(apps.get_model(owner), model)


#: Fields of a page that Wagtail keeps itself.
PAGE_KEEPS = frozenset(
    {
        "url_path", "translation_key", "locale", "latest_revision", "live", "live_revision", "locked", "locked_at",
        "locked_by", "go_live_at", "expire_at", "expired", "alias_of", "first_published_at", "last_published_at",
        "latest_revision_created_at", "has_unpublished_changes", "content_type", "page_ptr",
    }
)  # fmt: skip


def count_from(number: int) -> None:
    """Let the next row of every model of the current region get this number."""
    with connection.cursor() as cursor:
        for model in tenant_models():
            if isinstance(model._meta.pk, models.AutoField):
                names = [model._meta.db_table, model._meta.pk.column]
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [*names, number - 1])


def fill_regions(regions: list[Region], canaries: Canaries) -> dict[str, Filler]:
    """Fill the regions alike; afterwards give the second one rows whose numbers the others do not have.

    Returns:
        slug of a region to what filled it.
    """
    fillers: dict[str, Filler] = {}
    for region, first, mark in [*((region, FIRST, "") for region in regions), (regions[1], ELSEWHERE, " (elsewhere)")]:
        with tenant_context(region), TestCase.captureOnCommitCallbacks(execute=True):
            count_from(first)
            filler = Filler(region, canaries, mark)
            filler.fill()
            if not mark:
                lacks = list(filler.missing())
                assert not lacks, f"{region.slug}: {lacks}"
                fillers[region.slug] = filler
    by = canaries.make("landelijk", "zelfregie_tenants.RegionDraft.created_by")
    RegionDraft.objects.create(pk=FIRST, slug="proefregio", created_by=by, changed_by=by)
    return fillers


def hosts_are_tell_tale(regions: list[Region], canaries: Canaries) -> None:
    """Let the host name of a region count as something of that region."""
    for region in regions:
        with tenant_context(region):
            assert Site.objects.filter(is_default_site=True).exists()
        canaries.tell_tale(f"//{region.slug}.test", region.slug, "host")
