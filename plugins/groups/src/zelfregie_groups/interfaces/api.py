"""The read API: the endpoints of HSDS 3.0 (domain/export/contract.py says which and with which parameters)."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponseBase

from zelfregie_groups.domain.export.context import RegionContext, region_context
from zelfregie_groups.domain.export.contract import ENDPOINTS
from zelfregie_groups.domain.export.hsds import PROFILE, VERSION, Hsds, Row
from zelfregie_groups.domain.export.identity import read_identifier
from zelfregie_groups.domain.export.openapi import openapi_document
from zelfregie_groups.domain.export.parameters import read_parameters
from zelfregie_groups.domain.export.published import exported_groups, in_chunks
from zelfregie_groups.domain.export.selection import group_of, read_cursor, selected_groups, write_cursor
from zelfregie_groups.domain.export.spool import json_lines, json_text, spool
from zelfregie_groups.domain.export.taxonomies import taxonomy_rows
from zelfregie_groups.domain.text import fold_words
from zelfregie_groups.interfaces.open_data import NotFound, open_data, send
from zelfregie_groups.models import Group
from zelfregie_groups.models.group import GroupQuerySet

JSON = "application/json"
LINES = "application/x-ndjson"

ToRow = Callable[[Group], Row]


@open_data()
def about(request: HttpRequest) -> HttpResponseBase:
    """What this API is."""
    _values(request, "getAPIMetaInformation")
    region = region_context(request)
    address = f"{region.base}{region.api_path}openapi.json"
    return _send_json(request, {"version": VERSION, "profile": PROFILE, "openapi_url": address})


@open_data()
def openapi(request: HttpRequest) -> HttpResponseBase:
    """The description of the API."""
    _values(request, "getOpenAPIDocument")
    return _send_json(request, openapi_document(region_context(request)))


@open_data()
def services(request: HttpRequest) -> HttpResponseBase:
    """The groups, a page at a time."""
    values = _values(request, "getPaginatedListOfServices")
    hsds = Hsds(region_context(request))
    groups = selected_groups(request, values, hsds)
    if values["minimal"]:
        return _send_minimal(request, groups, values, hsds.region)
    return _send_groups(request, groups, values, hsds.service if values["full"] else hsds.service_in_list)


@open_data()
def service(request: HttpRequest, identifier: str) -> HttpResponseBase:
    """One group."""
    _values(request, "getFullyNestedServiceById")
    region = region_context(request)
    return _send_group(request, _group(identifier, "service", region), Hsds(region).service)


@open_data()
def service_at_locations(request: HttpRequest) -> HttpResponseBase:
    """Where the groups meet, a page at a time."""
    values = _values(request, "getPaginatedListOfServiceAtLocation")
    hsds = Hsds(region_context(request))
    to_row = hsds.service_at_location if values["full"] else hsds.service_at_location_in_list
    return _send_groups(request, selected_groups(request, values, hsds), values, to_row)


@open_data()
def service_at_location(request: HttpRequest, identifier: str) -> HttpResponseBase:
    """One group at its place."""
    _values(request, "getServiceAtLocationWithNestedDataById")
    region = region_context(request)
    return _send_group(request, _group(identifier, "service_at_location", region), Hsds(region).service_at_location)


@open_data()
def taxonomies(request: HttpRequest) -> HttpResponseBase:
    """The taxonomies."""
    values = _values(request, "getPaginatedListOfTaxonomies")
    return _send_rows(request, _matching(taxonomy_rows(region_context(request)), values["search"]), values)


@open_data()
def taxonomy(request: HttpRequest, identifier: str) -> HttpResponseBase:
    """One taxonomy."""
    _values(request, "getTaxonomyById")
    return _send_json(request, _row(taxonomy_rows(region_context(request)), identifier))


@open_data()
def taxonomy_terms(request: HttpRequest) -> HttpResponseBase:
    """The terms."""
    values = _values(request, "getPaginatedListOfTaxonomyTerms")
    rows = _matching(_terms(request), values["search"])
    if values["taxonomy_id"]:
        rows = [row for row in rows if row["taxonomy_id"] == values["taxonomy_id"]]
    # Our terms have no levels: all are at the top, and none is below another.
    return _send_rows(request, [] if values["parent_id"] else rows, values)


@open_data()
def taxonomy_term(request: HttpRequest, identifier: str) -> HttpResponseBase:
    """One term."""
    _values(request, "getTaxonomyTermById")
    return _send_json(request, _row(_terms(request), identifier))


@open_data()
def organizations(request: HttpRequest) -> HttpResponseBase:
    """The one organization."""
    values = _values(request, "getPaginatedListOfOrganizations")
    hsds = Hsds(region_context(request))
    rows = _matching([hsds.organization()], values["search"])
    if (values["full"] or values["full_service"]) and values["format"] == "json":
        rows = rows if values["page"] == 1 else []
        page = _page(len(rows), 1, values["page"], values["per_page"])
        return send(request, spool(_with_organization(page, hsds, values, is_found=bool(rows))), JSON)
    if values["full"] or values["full_service"]:
        pieces = [*_organization(hsds, in_full=values["full_service"]), b"\n"] if rows else []
        return send(request, spool(pieces), LINES)
    return _send_rows(request, rows, values)


@open_data()
def organization(request: HttpRequest, identifier: str) -> HttpResponseBase:
    """The organization with its groups."""
    values = _values(request, "getOrganizationById")
    hsds = Hsds(region_context(request))
    if read_identifier(identifier) != hsds.region.identity.organization:
        raise NotFound("There is no organization with this id.")
    return send(request, spool(_organization(hsds, in_full=values["full_service"])), JSON)


def _values(request: HttpRequest, operation: str) -> dict[str, Any]:
    return read_parameters(request.GET, ENDPOINTS[operation].parameters)


def _group(identifier: str, kind: str, region: RegionContext) -> Group:
    known = read_identifier(identifier)
    group = group_of(known, kind, region) if known else None
    if group is None:
        raise NotFound(f"There is no {kind} with this id; or no longer: the group is not published.")
    return group


def _terms(request: HttpRequest) -> list[Row]:
    terms = Hsds(region_context(request)).terms
    return [terms.full(key) for key in terms.by_key]


def _row(rows: Iterable[Row], identifier: str) -> Row:
    known = read_identifier(identifier)
    for row in rows:
        if row["id"] == known:
            return row
    raise NotFound("There is nothing with this id here.")


def _matching(rows: list[Row], text: str | None) -> list[Row]:
    """Those in whose name or description every word begins a word. For lists that fit on a screen."""
    words = fold_words(text or "").split()
    return [
        row
        for row in rows
        if all(f" {word}" in f" {fold_words(row['name'] + ' ' + row['description'])}" for word in words)
    ]


def _send_json(request: HttpRequest, value: Any, modified: Any = None) -> HttpResponseBase:
    return send(request, spool([json_text(value)]), JSON, modified=modified)


def _send_group(request: HttpRequest, group: Group, to_row: ToRow) -> HttpResponseBase:
    return _send_json(request, to_row(group), group.changed_at)


def _send_rows(request: HttpRequest, rows: Sequence[Row], values: dict[str, Any]) -> HttpResponseBase:
    """Rows that are all in memory already."""
    if values["format"] == "ndjson":
        return send(request, spool(json_lines(rows)), LINES)
    first = (values["page"] - 1) * values["per_page"]
    part = rows[first : first + values["per_page"]]
    page = _page(len(rows), len(part), values["page"], values["per_page"])
    return _send_json(request, {**page, "contents": part})


def _send_groups(
    request: HttpRequest, groups: GroupQuerySet, values: dict[str, Any], to_row: ToRow
) -> HttpResponseBase:
    """Groups from the database: everything line by line, a page by its number, or a page from a cursor."""
    if values["format"] == "ndjson":
        rows = (to_row(group) for chunk in in_chunks(groups) for group in chunk)
        return send(request, spool(json_lines(rows)), LINES)
    figures = groups.order_by().aggregate(total=Count("pk"), modified=Max("changed_at"))
    size, number = values["per_page"], values["page"]
    if values["cursor"] is not None:
        after = read_cursor(values["cursor"])
        found = list(groups.filter(pk__gt=after)[: size + 1])
        is_last = len(found) <= size
        page = _page(figures["total"], len(found[:size]), None, size, is_first=after == 0, is_last=is_last)
    else:
        found = list(groups[(number - 1) * size : number * size + 1])
        is_last = len(found) <= size
        page = _page(figures["total"], len(found[:size]), number, size, is_last=is_last)
    if not is_last:
        page["next_cursor"] = write_cursor(found[size - 1])
    contents = [to_row(group) for group in found[:size]]
    return _send_json(request, {**page, "contents": contents}, figures["modified"])


def _send_minimal(
    request: HttpRequest, groups: GroupQuerySet, values: dict[str, Any], region: RegionContext
) -> HttpResponseBase:
    """Only what tells which groups there are and when they changed, in one page whatever their number."""
    rows = [
        {"id": region.identity.of("service", pk), "modified_date": changed_at.isoformat(timespec="milliseconds")}
        for pk, changed_at in groups.values_list("pk", "changed_at")
    ]
    if values["format"] == "ndjson":
        return send(request, spool(json_lines(rows)), LINES)
    page = _page(len(rows), len(rows), 1, max(len(rows), 1))
    return _send_json(request, {**page, "contents": rows})


def _page(
    total: int, size: int, number: int | None, per_page: int, *, is_first: bool = True, is_last: bool | None = None
) -> dict[str, Any]:
    """The Page of HSDS around a list.

    :param size: how many items are on it.
    :param number: of the page, or None when a cursor was given.
    """
    pages = math.ceil(total / per_page)
    page = {
        "total_items": total,
        "total_pages": pages,
        "size": size,
        "first_page": is_first if number is None else number == 1,
        "last_page": number is not None and number >= pages if is_last is None else is_last,
        "empty": size == 0,
    }
    return page if number is None else {**page, "page_number": number}


def _organization(hsds: Hsds, *, in_full: bool) -> Iterator[bytes]:
    """The organization with its services, piece by piece: there can be thousands."""
    yield json_text(hsds.organization())[:-1] + b',"services":['
    before = b""
    groups = exported_groups(hsds.region)
    groups = groups if in_full else groups.prefetch_related(None)
    for chunk in in_chunks(groups):
        for group in chunk:
            brief = {"id": hsds.region.identity.of("service", group.pk), "name": group.name}
            yield before + json_text(hsds.service(group) if in_full else brief)
            before = b","
    yield b"]}"


def _with_organization(page: Row, hsds: Hsds, values: dict[str, Any], *, is_found: bool) -> Iterator[bytes]:
    yield json_text(page)[:-1] + b',"contents":['
    if is_found:
        yield from _organization(hsds, in_full=values["full_service"])
    yield b"]}"
