"""The pages of an export, put into a region that was just launched from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from zelfregie_core.models import Theme
from zelfregie_tenants.domain.leaving.pages import MOMENTS, fill, page_keys, page_records, site_pages
from zelfregie_tenants.domain.leaving.references import Inward, Outward
from zelfregie_tenants.domain.leaving.restrictions import restrict

Record = Mapping[str, Any]


def read_pages(
    records: Sequence[Record], redirects: Sequence[Record], numbers: Mapping[str, Mapping[str, int]]
) -> list[str]:
    """Make the pages of the current region what the records say: the same pages, in the same order, and no others.

    Args:
        records: parents first, as `page_records` wrote them.
        redirects: old addresses.
        numbers: of images and documents here, by their names in the export.

    Returns:
        what could not be taken over, in a sentence each.
    """
    reader = _Reader()
    reader.read(records, redirects, numbers)
    return reader.notes


class _Reader:
    """Reads pages; keeps what could not be taken over."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.themes = {theme.slug: theme for theme in Theme.objects.all()}

    def read(
        self, records: Sequence[Record], redirects: Sequence[Record], numbers: Mapping[str, Mapping[str, int]]
    ) -> None:
        """First the pages, empty where they are new; then what is in them, which may point at any of them."""
        here = _by_key()
        _remove_others(here, {record["key"] for record in records})
        here = _by_key()
        made = [record for record in records if self._make(record, here)]
        into = Inward({**numbers, "page": {key: page.pk for key, page in here.items()}})
        for record in made:
            self._write(here[record["key"]], record, into)
        _reorder(here, [record["key"] for record in made])
        for given in redirects:
            page = here.get(given["page"]) if given["page"] is not None else None
            values = {"redirect_link": given["to"], "redirect_page": page, "is_permanent": given["permanent"]}
            Redirect.objects.update_or_create(old_path=given["from"], site=None, defaults=values)
        self.notes += [f"Not found here, and left out: {what}." for what in sorted(set(into.lost))]

    def _make(self, record: Record, here: dict[str, Page]) -> bool:
        """Make the page of a record when it is not there yet; empty, so that others can point at it."""
        key = record["key"]
        try:
            model = apps.get_model(record["type"])
        except LookupError:
            self.notes.append(f"/{key} is a page of a module that is not installed here ({record['type']}).")
            return False
        page = here.get(key)
        if page is not None and type(page) is model:
            return True
        if page is not None:
            page.delete()
        above = here.get(key.rstrip("/").rpartition("/")[0] + "/" if "/" in key.rstrip("/") else "")
        if above is None:
            self.notes.append(f"/{key} stands below a page that is not here.")
            return False
        above.refresh_from_db()
        empty = {**record, "fields": {name: value for name, value in record["fields"].items() if not _points(value)}}
        new = model()
        fill(new, {**empty, "slug": key.rstrip("/").rpartition("/")[2]}, Inward({}), self.themes)
        here[key] = above.add_child(instance=new)
        return True

    def _write(self, page: Page, record: Record, into: Inward) -> None:
        page = page.specific_class.objects.get(pk=page.pk)
        keys = {number: key for key, number in into.numbers["page"].items()}
        names = {kind: {number: name for name, number in found.items()} for kind, found in into.numbers.items()}
        out = Outward({**names, "page": keys})
        (current,) = page_records([page], keys, out, drafts=True)
        differs = {name for name, value in record.items() if name != "draft" and current.get(name) != value}
        if differs and differs <= {*MOMENTS, "closed_to", "closed_to_groups"}:
            # Saving a page takes twenty queries, and a region has some sixty that the launch made as they should be.
            fill(page, record, into, self.themes)
            Page.objects.filter(pk=page.pk).update(**{name: getattr(page, name) for name in MOMENTS})
        elif differs:
            fill(page, record, into, self.themes)
            page.live, page.draft_title = record["live"], page.title
            page.has_unpublished_changes = False
            page.save()
        self.notes += restrict(page, record)
        if "draft" in record:
            fill(page, {**record["draft"], "key": record["key"]}, into, self.themes)
            page.save_revision(changed=True)


def _points(value: Any) -> bool:
    """Whether a field may point at a page, an image or a document, that may not be there yet."""
    return isinstance(value, list) or (isinstance(value, dict) and "theme" not in value) or "<a " in str(value)


def _by_key() -> dict[str, Page]:
    pages = site_pages()
    keys = page_keys(pages)
    return {keys[page.pk]: page for page in pages}


def _remove_others(here: Mapping[str, Page], wanted: set[str]) -> None:
    """Take away the pages that the launch makes for every new region and that this one did not have (any more)."""
    for key, page in sorted(here.items(), reverse=True):
        if key not in wanted and not any(other.startswith(key) for other in wanted):
            page.refresh_from_db()
            page.delete()


def _reorder(here: Mapping[str, Page], keys: Sequence[str]) -> None:
    """Put the pages below each page in the order in which they stood."""
    below: dict[str, list[int]] = {}
    for key in keys:
        if key:
            above = key.rstrip("/").rpartition("/")[0]
            below.setdefault(f"{above}/" if above else "", []).append(here[key].pk)
    for key, wanted in below.items():
        parent = Page.objects.get(pk=here[key].pk)
        if list(parent.get_children().order_by("path").values_list("pk", flat=True)) == wanted:
            continue
        for number in wanted:
            Page.objects.get(pk=number).move(Page.objects.get(pk=parent.pk), pos="last-child")
