"""Code of a plugin that enters another region, and forgets to come back, does not take the rest of the page along."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DEFAULT_DB_ALIAS, connections


def stay_in_region() -> Callable[[], str]:
    """Remember where queries run now; see `zelfregie_core.plugins.running`.

    Returns:
        what is called after: goes back there, and says so when that was needed.
    """
    # The connection of this thread itself: the proxy would look it up for each of its attributes.
    here = connections[DEFAULT_DB_ALIAS]
    tenant, schema = here.tenant, here.schema_name

    def look() -> str:
        if here.tenant is tenant and here.schema_name == schema:
            return ""
        left_for = here.schema_name
        here.set_tenant(tenant)
        return f"left the connection in the schema {left_for}; enter another region with tenant_context only"

    return look
