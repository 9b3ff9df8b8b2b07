"""What a region takes along of its groups: tables that a launch reads, HSDS for everybody else, and their addresses."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from wagtail.models import Site

from zelfregie_core.domain.leaving import read_json_list, steady_key, write_json_list
from zelfregie_core.domain.published import published
from zelfregie_core.domain.tables import write_table
from zelfregie_core.models import Branding, SiteSettings
from zelfregie_core.plugins import ExportFile, ImportReport
from zelfregie_groups.domain.changes import groups_changed
from zelfregie_groups.domain.export import hsds_tables, table
from zelfregie_groups.domain.export.context import RegionContext
from zelfregie_groups.domain.export.identity import Identity
from zelfregie_groups.domain.export.published import NEVER_EXPORTED, in_chunks
from zelfregie_groups.domain.export.spool import json_array
from zelfregie_groups.domain.importing.from_file import import_groups
from zelfregie_groups.models import Group
from zelfregie_groups.models.finder_page import GroupFinderPage
from zelfregie_groups.models.former_slug import FormerSlug
from zelfregie_groups.models.group import GroupQuerySet

KEY = "source_id"
OPEN_COLUMNS = (KEY, *table.PUBLIC_COLUMNS)


def export_files() -> Sequence[ExportFile]:
    """Return the files; see the hook `region_export`."""
    return [
        ExportFile(
            "groups.csv",
            write_published,
            "De groepen die op de site staan, zonder gegevens van begeleiders.",
            "The groups on the site, without data of hosts.",
            load=import_groups,
        ),
        ExportFile(
            "personal/groups.csv",
            write_all,
            "Alle groepen, ook die niet op de site staan, met de namen en e-mailadressen van begeleiders.",
            "All groups, those that are not on the site too, with names and e-mail addresses of hosts.",
            personal=True,
            load=import_groups,
        ),
        ExportFile(
            "data/groups.json",
            write_addresses,
            "Van elke groep: staat ze op de site, haar webadres en haar oude webadressen.",
            "For each group: whether it is on the site, its web address and its former ones.",
            load=load_addresses,
        ),
        ExportFile(
            "hsds/hsds.json",
            lambda target: target.writelines(json_array(hsds_tables.services(site_context()))),
            "De groepen op de site volgens HSDS 3.0, de open standaard voor gegevens over hulp.",
            "The groups on the site as HSDS 3.0, the open standard for data about human services.",
        ),
        ExportFile(
            "hsds/hsds.zip",
            lambda target: hsds_tables.write_package(target, site_context()),
            "Hetzelfde als tabellen (Tabular Data Package).",
            "The same as tables (Tabular Data Package).",
        ),
    ]


def site_context() -> RegionContext:
    """Return what exports say of the current region, where there is no request."""
    site = Site.objects.select_related("root_page").get(is_default_site=True)
    brand, details = Branding.load(), SiteSettings.load()
    page = published(GroupFinderPage).first()
    return RegionContext(
        identity=Identity(site.hostname),
        name=details.organisation_name or brand.site_name,
        description=brand.tagline or brand.site_name,
        email=details.email,
        base=site.root_url,
        finder_path=page.relative_url(site) if page else None,
    )


def write_published(target: IO[bytes]) -> None:
    """Write what visitors can see, in the importer's columns."""
    # Their numbers are no secret of the region here: they tell a later file which group is which.
    hidden = [name for name in NEVER_EXPORTED if name != KEY]
    _write(target, Group.objects.published().defer(*hidden), OPEN_COLUMNS)


def write_all(target: IO[bytes]) -> None:
    """Write all groups with everything."""
    _write(target, table.all_groups(), table.EDITOR_COLUMNS)


def write_addresses(target: IO[bytes]) -> None:
    """Write what a table of groups cannot carry."""
    write_json_list(target, _records())


def load_addresses(path: Path) -> ImportReport:
    """Give the groups of a region that was just launched their own addresses, and take off the site what was not on it.

    A group that is not here (it stood only in what was left out of the export) is passed by.
    """
    records = {record[KEY]: record for record in read_json_list(path)}
    with transaction.atomic():
        groups = {group.source_id: group for group in Group.objects.filter(imported_from=None, source_id__in=records)}
        changed = [
            group
            for key, group in groups.items()
            if (group.slug, group.published) != (records[key]["slug"], records[key]["published"])
        ]
        # Two groups may have to change places.
        for group in changed:
            Group.objects.filter(pk=group.pk).update(slug=f"onderweg-{group.pk}")
        for group in changed:
            record = records[group.source_id]
            taken = Group.objects.filter(slug=record["slug"]).exists()
            slug = group.slug if taken else record["slug"]
            Group.objects.filter(pk=group.pk).update(slug=slug, published=record["published"])
        FormerSlug.objects.bulk_create(
            [FormerSlug(slug=slug, group=group) for key, group in groups.items() for slug in records[key]["former"]],
            ignore_conflicts=True,
        )
        groups_changed(group.pk for group in changed)
    return ImportReport(updated=len(changed), unchanged=len(groups) - len(changed))


def key_of(group: Group) -> str:
    """Return the number by which a file knows this group.

    Not the number in a list that is read again and again: two of such lists may use the same one.
    """
    own = group.source_id if group.imported_from_id is None else ""
    return own or steady_key("group", group.created_at, group.pk)


def _write(target: IO[bytes], groups: GroupQuerySet, columns: Sequence[str]) -> None:
    def lines() -> Iterator[list[str]]:
        for chunk in in_chunks(groups.prefetch_related("themes", "schedules", "exceptions")):
            for group in chunk:
                cells = {**table.cells_of(group, columns), KEY: key_of(group)}
                yield [cells[name] for name in columns]

    write_table(target, columns, lines(), for_excel=True)


def _records() -> Iterator[dict[str, Any]]:
    for chunk in in_chunks(Group.objects.defer(*NEVER_EXPORTED).prefetch_related("former_slugs")):
        for group in chunk:
            former = sorted(former.slug for former in group.former_slugs.all())
            yield {KEY: key_of(group), "slug": group.slug, "published": group.published, "former": former}
