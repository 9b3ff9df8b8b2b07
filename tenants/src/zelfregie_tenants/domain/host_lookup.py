"""Which region a host leads to, with all that nearly every request needs of it: one statement, written once.

Every request asks this, also one that a kept page answers (ADR 21). Django's own way of putting such a query together
takes several times as long as the database takes to answer it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model

from zelfregie_tenants.domain.plugins import keep_switches
from zelfregie_tenants.models import Domain, PageVersion, PluginActivation, Region

Row = TypeVar("Row", bound=Model)


def find_domain(host: str) -> Domain | None:
    """Return the domain with this name, or the one without the `www.` in front.

    Its region comes along, with which plugins it has on, the number that PostgreSQL gave its schema (which no later one
    gets, also not one of the same name) and the versions of its public pages.
    """
    names = [host, host.removeprefix("www.")]
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [names])
        rows = cursor.fetchall()
    found = {}
    for row in rows:
        width = len(Domain._meta.concrete_fields)
        domain, region = _made(Domain, row[:width]), _made(Region, row[width:-3])
        switches, number, versions = row[-3:]
        domain.tenant = region
        keep_switches(region, json.loads(switches))
        region.schema_number, region.page_versions = number, json.loads(versions)
        found[domain.domain] = domain
    return found.get(names[0]) or found.get(names[1])


def _made(model: type[Row], values: Sequence[Any]) -> Row:
    """Return a row as Django would read it: some columns, such as JSON, are turned into what the field holds."""
    names, turned = [], []
    for field, value in zip(model._meta.concrete_fields, values, strict=True):
        names.append(field.attname)
        for convert in field.get_db_converters(connection):
            value = convert(value, None, connection)
        turned.append(value)
    return model.from_db(DEFAULT_DB_ALIAS, names, turned)


@cache
def _statement() -> str:
    columns = [f'd."{field.column}"' for field in Domain._meta.concrete_fields]
    columns += [f'r."{field.column}"' for field in Region._meta.concrete_fields]
    switch = "json_build_object('plugin', a.plugin, 'enabled', a.enabled, 'settings', a.settings)"
    return (
        f"SELECT {', '.join(columns)}, "  # noqa: S608 -- names of our own models
        f"(SELECT coalesce(json_agg({switch} ORDER BY a.plugin), '[]')::text "
        f'FROM public."{PluginActivation._meta.db_table}" a WHERE a.region_id = r.id), '
        "to_regnamespace(r.schema_name)::oid::bigint, "
        "(SELECT coalesce(json_object_agg(v.schema_name, v.number), '{}')::text "
        f"FROM public.\"{PageVersion._meta.db_table}\" v WHERE v.schema_name IN (r.schema_name, 'public')) "
        f'FROM public."{Domain._meta.db_table}" d JOIN public."{Region._meta.db_table}" r ON r.id = d.tenant_id '
        "WHERE d.domain = ANY(%s)"
    )
