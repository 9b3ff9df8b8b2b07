"""The connection of the platform. Django imports `DatabaseWrapper` from here by the name of the folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantDatabaseWrapper


class DatabaseWrapper(TenantDatabaseWrapper):
    """A connection that knows when it switches, and in which region each `on_commit` callback was asked for.

    A callback runs when the outermost transaction ends, and by then the connection is often in another schema:
    launching a region fills it inside one transaction of `public`. Without this its tasks would be enqueued for
    `public`.
    """

    #: True while the connection goes to another schema: content types are kept per schema, and need not be forgotten.
    is_switching = False

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Go to the schema of a tenant."""
        self.is_switching = True
        try:
            super().set_tenant(tenant, include_public)
        finally:
            self.is_switching = False

    def on_commit(self, func: Callable[[], Any], robust: bool = False) -> None:
        """Run `func` after the commit, in the region that is current now."""
        if not callable(func):
            super().on_commit(func, robust)  # raises Django's own error
            return
        region = self.tenant

        @wraps(func)
        def in_region() -> None:
            before = self.tenant
            self.set_tenant(region)
            try:
                func()
            finally:
                self.set_tenant(before)

        super().on_commit(in_region, robust)
