"""Which groups an API client asks for, and where it is in reading them."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.http import HttpRequest

from zelfregie_core.domain import directory
from zelfregie_core.places import locate
from zelfregie_core.plugins import HERE, ListingQuery
from zelfregie_groups.domain.export.context import RegionContext
from zelfregie_groups.domain.export.hsds import Hsds
from zelfregie_groups.domain.export.parameters import BadParameter
from zelfregie_groups.domain.export.published import exported_groups
from zelfregie_groups.domain.export.taxonomies import AUDIENCE, FORM, THEMES, taxonomies
from zelfregie_groups.domain.listings import group_ids
from zelfregie_groups.models import Group
from zelfregie_groups.models.group import GroupQuerySet

CURSOR_PREFIX = "after:"
#: So many groups the directory gives at once.
AT_ONCE = 500


def selected_groups(request: HttpRequest, values: Mapping[str, Any], hsds: Hsds) -> GroupQuerySet:
    """Return the published groups that a client asks for, by number. All filters apply together.

    Words and places are looked up in the directory, as the finder does, so that both find the same.

    :param values: of the parameters of the contract that this endpoint has.
    :raises BadParameter: for a postcode that we do not know.
    """
    groups = exported_groups(hsds.region).order_by("pk")
    if values.get("search") or values.get("postcode"):
        groups = groups.filter(pk__in=_found(request, values))
    organization = values.get("organization_id")
    if organization and organization != hsds.region.identity.organization:
        return groups.none()
    if term := values.get("taxonomy_term_id"):
        groups = _with_term(groups, term, hsds)
    if taxonomy := values.get("taxonomy_id"):
        groups = _with_taxonomy(groups, taxonomy, hsds.region)
    if modified_after := values.get("modified_after"):
        groups = groups.filter(changed_at__gte=modified_after)
    return groups


def group_of(identifier: str, kind: str, region: RegionContext) -> Group | None:
    """Return the published group with this identifier.

    :param identifier: in its one spelling, see ``read_identifier``.
    """
    groups = exported_groups(region)
    # One array, not a row for each.
    numbers = groups.prefetch_related(None).aggregate(found=ArrayAgg("pk", default=[]))["found"]
    number = region.identity.find(kind, numbers, identifier)
    return groups.filter(pk=number).first() if number is not None else None


def write_cursor(group: Group) -> str:
    """Return where to go on after a group. Opaque, so that clients do not make their own."""
    return base64.urlsafe_b64encode(f"{CURSOR_PREFIX}{group.pk}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> int:
    """Return the number of the group after which to go on; 0 for the first page.

    :raises BadParameter: when we never gave this cursor.
    """
    if not text:
        return 0
    try:
        words = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        words = ""
    number = words.removeprefix(CURSOR_PREFIX)
    if words.startswith(CURSOR_PREFIX) and number.isdigit() and len(number) < 19:
        return int(number)
    raise BadParameter("cursor", "It must be empty, or next_cursor of the page before.")


def _with_term(groups: GroupQuerySet, identifier: str, hsds: Hsds) -> GroupQuerySet:
    key = next((key for key, term in hsds.terms.by_key.items() if term["id"] == identifier), None)
    if key is None:
        return groups.none()
    taxonomy, code = key
    if taxonomy == THEMES:
        through = Group.themes.through.objects.filter(theme__slug=code)
        return groups.filter(pk__in=through.values("group_id"))
    if taxonomy == FORM:
        return groups.filter(form=code)
    return groups.filter(gender=code) if code in Group.Gender.values else groups.filter(audience__contains=[code])


def _with_taxonomy(groups: GroupQuerySet, identifier: str, region: RegionContext) -> GroupQuerySet:
    found = next((one.code for one in taxonomies() if region.identity.of("taxonomy", one.code) == identifier), None)
    if found == THEMES:
        return groups.filter(pk__in=Group.themes.through.objects.values("group_id"))
    if found == AUDIENCE:
        return groups.exclude(audience=[], gender=Group.Gender.ALL)
    return groups if found == FORM else groups.none()


def _found(request: HttpRequest, values: Mapping[str, Any]) -> list[int]:
    """The numbers of the groups that fit the words, around the postcode."""
    query = ListingQuery(plugin="groups", text=values.get("search") or "", region=HERE, limit=AT_ONCE, counts=False)
    if postcode := values.get("postcode"):
        place = locate(postcode)
        if place is None:
            remedy = "It is no Dutch postcode or place that we know. Write 6411, 6411 AB or Heerlen."
            raise BadParameter("postcode", remedy)
        query = replace(
            query, latitude=place.latitude, longitude=place.longitude, distance_km=values["proximity"] / 1000
        )
    found: list[int] = []
    total = AT_ONCE
    while query.offset < total:
        results = directory.search(query, request)
        found += group_ids(hit.listing.key for hit in results.hits)
        query, total = replace(query, offset=query.offset + AT_ONCE), results.total
    return found
