"""Code of a plugin that enters another region, and forgets to come back, does not take the rest of the page along."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection


def stay_in_region() -> Callable[[], str]:
    """Remember where queries run now; see `zelfregie_core.plugins.running`.

    Returns:
        what is called after: goes back there, and says so when that was needed.
    """
    tenant, schema = connection.tenant, connection.schema_name

    def look() -> str:
        if connection.tenant is tenant and connection.schema_name == schema:
            return ""
        left_for = connection.schema_name
        connection.set_tenant(tenant)
        return f"left the connection in the schema {left_for}; enter another region with tenant_context only"

    return look
