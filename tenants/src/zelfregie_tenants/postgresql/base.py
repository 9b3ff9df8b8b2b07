"""The connection of the platform. Django imports `DatabaseWrapper` from here by the name of the folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantDatabaseWrapper


class DatabaseWrapper(TenantDatabaseWrapper):
    """A connection that remembers for each `on_commit` callback in which region it was asked for.

    A callback runs when the outermost transaction ends, and by then the connection is often in another schema:
    launching a region fills it inside one transaction of `public`. Without this its tasks would be enqueued for
    `public`.
    """

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
