"""Downloads: what is published for everybody, and all groups for editors."""

from collections.abc import Sequence
from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access

from zelfregie_core.domain.tables import write_table
from zelfregie_groups.domain.export import hsds_tables, table
from zelfregie_groups.domain.export.context import region_context
from zelfregie_groups.domain.export.meeting_guide import meeting_guide as meeting_guide_entries
from zelfregie_groups.domain.export.parameters import read_parameters
from zelfregie_groups.domain.export.published import exported_groups
from zelfregie_groups.domain.export.spool import json_array, spool, spool_file
from zelfregie_groups.interfaces.open_data import FILES, open_data, send
from zelfregie_groups.models.group import GroupQuerySet

CSV = "text/csv; charset=utf-8"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON = "application/json"
ZIP = "application/zip"
TYPES = {"csv": CSV, "xlsx": EXCEL}
#: Who may see hosts' addresses: who may change the groups they belong to.
PERMISSION = "zelfregie_groups.change_group"


@open_data(FILES)
def groups_table(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The published groups as CSV or Excel, without anything of hosts."""
    read_parameters(request.GET, ())
    groups = exported_groups(region_context(request))
    return _send_table(request, groups, table.PUBLIC_COLUMNS, extension)


@open_data(FILES)
def hsds_json(request: HttpRequest) -> HttpResponseBase:
    """The published groups as one JSON list of HSDS services."""
    read_parameters(request.GET, ())
    spooled = spool(json_array(hsds_tables.services(region_context(request))))
    return send(request, spooled, JSON, file_name="hsds.json")


@open_data(FILES)
def hsds_zip(request: HttpRequest) -> HttpResponseBase:
    """The published groups as the tables of HSDS, in a zip."""
    read_parameters(request.GET, ())
    spooled = spool_file(partial(hsds_tables.write_package, region=region_context(request)))
    return send(request, spooled, ZIP, file_name="hsds.zip")


@open_data()
def meeting_guide(request: HttpRequest) -> HttpResponseBase:
    """The groups that meet every week, for apps that list meetings."""
    read_parameters(request.GET, ())
    return send(request, spool(json_array(meeting_guide_entries(region_context(request)))), JSON)


@require_safe
def open_data_page(request: HttpRequest) -> HttpResponse:
    """What can be downloaded and read here, for people."""
    return render(request, "zelfregie_groups/open_data.html", {"region": region_context(request)})


@require_admin_access
@require_safe
def all_groups_table(request: HttpRequest, extension: str) -> HttpResponseBase:
    """All groups as CSV or Excel, hosts' addresses too; only for who may change groups."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    response = _send_table(request, table.all_groups(), table.EDITOR_COLUMNS, extension)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _send_table(
    request: HttpRequest, groups: GroupQuerySet, columns: Sequence[str], extension: str
) -> HttpResponseBase:
    if extension == "xlsx":
        from zelfregie_groups.domain.export.excel import write_excel as write  # noqa: PLC0415 -- slow import
    else:
        write = partial(write_table, for_excel=True)
    spooled = spool_file(lambda target: write(target, columns, table.rows(groups, columns)))
    name = f"groepen-{timezone.localdate():%Y-%m-%d}.{extension}"
    # An Excel file tells when it was made: the same groups give another file each time.
    return send(request, spooled, TYPES[extension], file_name=name, has_etag=extension == "csv")
