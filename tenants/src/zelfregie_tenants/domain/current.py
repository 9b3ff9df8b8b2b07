"""Which region the connection is in."""

from __future__ import annotations

from django.db import connection
from django_tenants.utils import get_public_schema_name

from zelfregie_tenants.models import Region


def current_schema() -> str:
    """Return the name of the schema in which queries run now."""
    return connection.schema_name


def current_region() -> Region | None:
    """Return the region in which queries run now, or None in `public`.

    The answer belongs to the surrounding context (a request, a task, a command): it is kept on the object that the
    connection holds for that context and disappears with it.
    """
    tenant = connection.tenant
    if isinstance(tenant, Region):
        return tenant
    if connection.schema_name == get_public_schema_name():
        return None
    if not hasattr(tenant, "zelfregie_region"):
        tenant.zelfregie_region = Region.objects.filter(schema_name=connection.schema_name).first()
    return tenant.zelfregie_region
