"""HSDS 3.0 as a file: one JSON list of services, or a zip with a table per object (Tabular Data Package)."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from zelfregie_groups.domain.export.context import RegionContext
from zelfregie_groups.domain.export.hsds import Hsds, Row
from zelfregie_groups.domain.export.openapi_schemas import SCHEMAS
from zelfregie_groups.domain.export.published import exported_groups, in_chunks
from zelfregie_groups.domain.export.schedules import schedules_of
from zelfregie_groups.domain.export.taxonomies import taxonomy_rows
from zelfregie_groups.models import Group

#: HSDS name of each object: its file, the schema that has its columns, and what refers to it. In HSDS's order.
TABLES: Mapping[str, tuple[str, str]] = {
    "organization": ("organizations.csv", "OrganizationInList"),
    "service": ("services.csv", "ServiceRow"),
    "attribute": ("attributes.csv", "Attribute"),
    "service_at_location": ("service_at_location.csv", "ServiceAtLocation"),
    "location": ("locations.csv", "LocationRow"),
    "address": ("addresses.csv", "Address"),
    "schedule": ("schedules.csv", "Schedule"),
    "language": ("languages.csv", "Language"),
    "accessibility": ("accessibility.csv", "Accessibility"),
    "taxonomy_term": ("taxonomy_terms.csv", "TaxonomyTerm"),
    "cost_option": ("cost_options.csv", "CostOption"),
    "taxonomy": ("taxonomies.csv", "Taxonomy"),
}
FOREIGN_KEYS = {
    "organization_id": "organization",
    "service_id": "service",
    "location_id": "location",
    "taxonomy_id": "taxonomy",
    "taxonomy_term_id": "taxonomy_term",
}
#: Zip files know no time before it; a fixed one makes the same data the same file.
SAME_MOMENT = (1980, 1, 1, 0, 0, 0)
#: A table larger than this goes to disk.
IN_MEMORY = 256 * 1024


def services(region: RegionContext) -> Iterator[Row]:
    """Yield every published group with all that belongs to it."""
    hsds = Hsds(region)
    for chunk in in_chunks(exported_groups(region)):
        for group in chunk:
            yield hsds.service(group)


def columns(table: str) -> list[str]:
    """Return the columns of a table: the plain fields of its schema, and what it hangs below."""
    properties = SCHEMAS[TABLES[table][1]]["properties"]
    names = [name for name, schema in properties.items() if "$ref" not in schema and schema.get("type") != "array"]
    return [*names, "service_id"] if table == "schedule" else names


def rows_of(group: Group, hsds: Hsds) -> Iterator[tuple[str, Row]]:
    """Yield the rows of one group with the table that each goes into."""
    yield "service", hsds.service_row(group)
    yield "service_at_location", hsds.service_at_location_row(group)
    yield "location", hsds.location_row(group)
    service_id = hsds.region.identity.of("service", group.pk)
    lists = {
        "attribute": hsds.attribute_rows(group),
        "address": hsds.addresses(group),
        "schedule": [{**row, "service_id": service_id} for row in schedules_of(group, hsds.region)],
        "language": hsds.languages(group),
        "accessibility": hsds.accessibility(group),
        "cost_option": [hsds.cost_option(group)],
    }
    for table, rows in lists.items():
        for row in rows:
            yield table, row


def write_package(target: IO[bytes], region: RegionContext) -> None:
    """Write the zip. One pass over the groups; the tables grow side by side, on disk when they get large."""
    hsds = Hsds(region)
    with ExitStack() as stack:
        files = {table: stack.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY)) for table in TABLES}
        texts = {table: io.TextIOWrapper(file, encoding="utf-8", newline="") for table, file in files.items()}
        writers = {table: csv.DictWriter(text, columns(table)) for table, text in texts.items()}
        for writer in writers.values():
            writer.writeheader()
        writers["organization"].writerow(hsds.organization())
        writers["taxonomy"].writerows(taxonomy_rows(region))
        writers["taxonomy_term"].writerows(hsds.terms.rows())
        for chunk in in_chunks(exported_groups(region)):
            for group in chunk:
                for table, row in rows_of(group, hsds):
                    writers[table].writerow(row)
        for text in texts.values():
            text.flush()
            text.detach()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr(_entry("datapackage.json"), json.dumps(datapackage(region), ensure_ascii=False, indent=1))
            for table, file in files.items():
                file.seek(0)
                with package.open(_entry(TABLES[table][0]), "w", force_zip64=True) as entry:
                    while part := file.read(IN_MEMORY):
                        entry.write(part)
    target.seek(0, io.SEEK_END)


def datapackage(region: RegionContext) -> dict[str, Any]:
    """Return what the zip holds, as Frictionless Data describes a Tabular Data Package."""
    return {
        "name": "human_services_data",
        "title": f"{region.name}: HSDS 3.0",
        "profile": "tabular-data-package",
        "version": "3.0.0",
        "homepage": region.home,
        "resources": [_resource(table) for table in TABLES],
    }


def _resource(table: str) -> dict[str, Any]:
    path, schema = TABLES[table]
    properties, required = SCHEMAS[schema]["properties"], set(SCHEMAS[schema]["required"])
    names = columns(table)
    described: dict[str, Any] = {
        "primaryKey": "id",
        "fields": [
            _field(name, properties.get(name, {"type": "string", "format": "uuid"}), name in required) for name in names
        ],
    }
    keys = [
        {"fields": name, "reference": {"resource": other, "fields": "id"}}
        for name, other in FOREIGN_KEYS.items()
        if name in names
    ]
    if keys:
        described["foreignKeys"] = keys
    return {
        "name": table,
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "profile": "tabular-data-resource",
        "schema": described,
    }


def _field(name: str, schema: Mapping[str, Any], is_required: bool) -> dict[str, Any]:
    kind, form = schema.get("type", "string"), schema.get("format")
    if kind == "string" and form in {"date", "date-time"}:
        kind, form = {"date": "date", "date-time": "datetime"}[form], None
    field: dict[str, Any] = {"name": name, "type": kind}
    if form in {"uuid", "uri", "email"}:
        field["format"] = form
    # An empty cell counts as no value, and HSDS's address wants texts that can be empty.
    if is_required and name not in {"address_1", "city", "state_province", "postal_code"}:
        field["constraints"] = {"required": True}
    return field


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, SAME_MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
