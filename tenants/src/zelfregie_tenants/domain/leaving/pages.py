"""The pages of a region as plain data, with nothing lost: every page, every block, drafts and closed pages too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Field, ForeignKey
from django.utils.dateparse import parse_date, parse_datetime
from wagtail.contrib.redirects.models import Redirect
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, Site

from zelfregie_core.models import Theme
from zelfregie_tenants.domain.leaving.references import Inward, Outward, kind_of, mapped, mapped_html
from zelfregie_tenants.domain.leaving.restrictions import restrictions_of

#: What every page has, and editors can change.
SHARED = ("title", "slug", "seo_title", "search_description", "show_in_menus")
MOMENTS = ("first_published_at", "last_published_at", "go_live_at", "expire_at")


def site_pages() -> list[Page]:
    """Return the home page and all below it, parents first, in the order of the tree."""
    home = Site.objects.select_related("root_page").get(is_default_site=True).root_page
    return list(Page.objects.descendant_of(home, inclusive=True).order_by("path").specific())


def page_keys(pages: list[Page]) -> dict[int, str]:
    """Return the address of each page below the home page, such as `over-ons/team/`; the home page has an empty one."""
    start = len(pages[0].url_path)
    return {page.pk: page.url_path[start:] for page in pages}


def open_pages(pages: list[Page]) -> list[Page]:
    """Return those that everybody may read: online, and neither closed nor below one that is."""
    closed = [page.path for page in pages if not page.live or page.view_restrictions.exists()]
    return [page for page in pages if not any(page.path.startswith(path) for path in closed)]


def page_records(pages: list[Page], keys: Mapping[int, str], out: Outward, *, drafts: bool) -> Iterator[dict[str, Any]]:
    """Yield each page as plain data.

    Args:
        pages: as `site_pages` gives them, or some of those.
        keys: as `page_keys` gives them.
        out: for what the pages point at.
        drafts: also what editors changed and did not publish yet.
    """
    for page in pages:
        record = {
            "key": keys[page.pk],
            "type": page._meta.label,
            "live": page.live,
            **restrictions_of(page),
            **{name: _moment(getattr(page, name)) for name in MOMENTS},
            **_content(page, out),
        }
        if drafts and page.has_unpublished_changes and page.latest_revision is not None:
            record["draft"] = _content(page.get_latest_revision_as_object(), out)
        yield record


def redirect_record(row: Redirect, out: Outward) -> dict[str, Any]:
    """Return an old address as plain data."""
    page = out("page", row.redirect_page_id) if row.redirect_page_id else None
    return {
        "from": row.old_path,
        "to": row.redirect_link,
        "page": page["page"] if page else None,
        "permanent": row.is_permanent,
    }


def fill(page: Page, record: Mapping[str, Any], into: Inward, themes: Mapping[str, Theme]) -> None:
    """Give a page, new or not, what a record says; does not save it."""
    for name in SHARED:
        setattr(page, name, record[name])
    for name in MOMENTS:
        if name in record:
            setattr(page, name, parse_datetime(record[name]) if record[name] else None)
    fields = {field.name: field for field in own_fields(type(page))}
    for name, value in record["fields"].items():
        if name in fields:
            _set(page, fields[name], value, into, themes)
        else:
            into.lost.append(f"field {name} of {record.get('key', '')}")


def own_fields(model: type[Page]) -> list[Field]:
    """Return the fields that a page type adds to a page."""
    inherited = {field.name for field in Page._meta.get_fields()}
    return [field for field in model._meta.concrete_fields if field.name not in inherited and not field.primary_key]


def _content(page: Page, out: Outward) -> dict[str, Any]:
    fields = {field.name: _value(page, field, out) for field in own_fields(type(page))}
    return {**{name: getattr(page, name) for name in SHARED}, "fields": fields}


def _value(page: Page, field: Field, out: Outward) -> Any:
    if isinstance(field, StreamField):
        return mapped(field.stream_block, list(getattr(page, field.name).raw_data), out)
    if isinstance(field, ForeignKey):
        number = getattr(page, field.attname)
        if number is None:
            return None
        if issubclass(field.related_model, Theme):
            return {"theme": getattr(page, field.name).slug}
        kind = kind_of(field.related_model)
        return out(kind, number) if kind else out(field.related_model._meta.label, number)
    value = getattr(page, field.name)
    if isinstance(field, RichTextField):
        return mapped_html(value, out)
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else value


def _set(page: Page, field: Field, value: Any, into: Inward, themes: Mapping[str, Theme]) -> None:
    if isinstance(field, StreamField):
        setattr(page, field.name, field.stream_block.to_python(mapped(field.stream_block, value, into)))
    elif isinstance(field, ForeignKey):
        number: Any = None
        if isinstance(value, dict) and "theme" in value:
            theme = themes.get(value["theme"])
            number = theme.pk if theme else None
        elif isinstance(value, dict):
            (kind,) = value
            number = into(kind, value)
        setattr(page, field.attname, number)
    elif isinstance(field, RichTextField):
        setattr(page, field.name, mapped_html(value, into))
    else:
        kind = field.get_internal_type()
        if isinstance(value, str) and kind in {"DateField", "DateTimeField"}:
            value = parse_date(value) if kind == "DateField" else parse_datetime(value)
        setattr(page, field.name, value)


def _moment(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(dt.UTC).isoformat() if moment else None
