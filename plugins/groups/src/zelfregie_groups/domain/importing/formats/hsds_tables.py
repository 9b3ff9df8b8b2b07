"""HSDS as tables: a zip or a folder with a CSV file for each kind of object, put together as the API nests them."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from zelfregie_core.domain.tables import UnreadableFile
from zelfregie_core.domain.tables.decoding import decode
from zelfregie_groups.domain.importing.formats.sniffing import MAX_UNPACKED, open_zip
from zelfregie_groups.domain.importing.problems import ImportProblem

#: Tables that we read; some programs name them in the singular.
_TABLES = (
    "services", "locations", "service_at_locations", "addresses", "schedules", "languages", "accessibility",
    "cost_options", "attributes", "taxonomy_terms",
)  # fmt: skip
_SINGULAR = {"addresses": "address", "accessibility": "accessibilities"}
_MOST_ROWS = 200_000

Row = dict[str, Any]


def read_zip(source: Path | bytes, notices: list[str]) -> dict[str, Any]:
    """Return the services of a zip with tables, nested as in the API.

    :raises ImportProblem: when there are no services in it or a table cannot be read.
    """
    with open_zip(source) as archive:
        names = {PurePosixPath(name).name.lower(): name for name in archive.namelist() if not name.endswith("/")}
        try:
            return _package(set(names), lambda name: archive.read(names[name]), notices)
        except (OSError, ValueError, EOFError, NotImplementedError) as error:
            raise ImportProblem(
                _("Het zip-bestand is beschadigd of niet helemaal aangekomen. Haal het opnieuw op.")
            ) from error


def read_folder(folder: Path, notices: list[str]) -> dict[str, Any]:
    """Return the services of a folder with tables, nested as in the API.

    :raises ImportProblem: as ``read_zip`` does.
    """
    names = {path.name.lower(): path for path in folder.iterdir() if path.is_file()}
    if sum(path.stat().st_size for path in names.values()) > MAX_UNPACKED:
        raise ImportProblem(_("Deze map is te groot. Zet er alleen de tabellen van HSDS in."))
    return _package(set(names), lambda name: names[name].read_bytes(), notices)


def _package(names: set[str], read: Callable[[str], bytes], notices: list[str]) -> dict[str, Any]:
    named = _names_of_datapackage(names, read)
    tables: dict[str, list[Row]] = {}
    for table in _TABLES:
        singular = _SINGULAR.get(table, table.removesuffix("s"))
        candidates = [*named.get(table, []), *named.get(singular, []), f"{table}.csv", f"{singular}.csv"]
        name = next((candidate for candidate in candidates if candidate in names), None)
        tables[table] = list(_rows(name, read(name), notices)) if name else []
        if table == "services" and name is None:
            raise ImportProblem(_("Er ontbreekt een tabel: services.csv. Zonder diensten zijn er geen groepen."))
    return _nested(tables)


def _names_of_datapackage(names: set[str], read: Callable[[str], bytes]) -> dict[str, list[str]]:
    """The files that datapackage.json names for each table; without one, the names of the files decide."""
    if "datapackage.json" not in names:
        return {}
    try:
        resources = json.loads(read("datapackage.json").decode("utf-8-sig"))["resources"]
        return {
            str(one["name"]).lower(): [PurePosixPath(str(one["path"])).name.lower()]
            for one in resources
            if isinstance(one, Mapping) and "name" in one and "path" in one
        }
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def _rows(name: str, data: bytes, notices: list[str]) -> Iterator[Row]:
    try:
        text, remarks = decode(data)
    except UnreadableFile as error:
        if not data.strip():
            return
        raise ImportProblem(_("In %(name)s: %(problem)s") % {"name": name, "problem": error}) from error
    notices += [_("In %(name)s: %(problem)s") % {"name": name, "problem": remark} for remark in remarks]
    try:
        for count, row in enumerate(csv.DictReader(StringIO(text, newline="")), 1):
            if count > _MOST_ROWS:
                raise ImportProblem(_("In %(name)s staan te veel regels.") % {"name": name})
            yield {key.strip().lower(): (value or "").strip() for key, value in row.items() if isinstance(key, str)}
    except csv.Error as error:
        raise ImportProblem(
            _("In %(name)s gaat het mis: %(problem)s. Haal het bestand opnieuw op.") % {"name": name, "problem": error}
        ) from error


def _nested(tables: dict[str, list[Row]]) -> dict[str, Any]:
    terms = {row.get("id", ""): row for row in tables["taxonomy_terms"]}
    locations = {row.get("id", ""): row for row in tables["locations"]}
    for table in ("addresses", "accessibility"):
        for row in tables[table]:
            _below(locations, row.get("location_id"), table, row)
    ties = {row.get("id", ""): row for row in tables["service_at_locations"]}
    services = {row.get("id", ""): row for row in tables["services"]}
    for row in tables["schedules"]:
        for owners, column in ((ties, "service_at_location_id"), (services, "service_id"), (locations, "location_id")):
            if row.get(column):
                _below(owners, row[column], "schedules", row)
                break
    for table in ("languages", "cost_options"):
        for row in tables[table]:
            _below(services, row.get("service_id"), table, row)
    for row in tables["attributes"]:
        term = terms.get(row.get("taxonomy_term_id", ""))
        if term is not None:
            _below(services, row.get("link_id"), "attributes", {**row, "taxonomy_term": term})
    for tie in ties.values():
        _below(services, tie.get("service_id"), "service_at_locations", tie)
        tie["location"] = locations.get(tie.get("location_id", ""), {})
    return {"services": list(services.values())}


def _below(owners: Mapping[str, Row], key: Any, name: str, row: Row) -> None:
    if key in owners:
        owners[key].setdefault(name, []).append(row)
