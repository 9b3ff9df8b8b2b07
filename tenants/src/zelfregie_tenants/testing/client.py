"""A browser that visits one region."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.test import Client
from django_tenants.utils import tenant_context

from zelfregie_tenants.domain.domains import primary_host
from zelfregie_tenants.models import Region


class RegionClient(Client):
    """Django's test client at a region's address; logging in happens in that region's schema."""

    def __init__(self, region: Region, **defaults: Any) -> None:
        """Visit this region."""
        super().__init__(SERVER_NAME=primary_host(region), **defaults)
        self.region = region

    def force_login(self, user: AbstractBaseUser, backend: str | None = None) -> None:
        """Log a user of the region in."""
        with tenant_context(self.region):
            super().force_login(user, backend)

    def login(self, **credentials: Any) -> bool:
        """Log in with a name and a password of the region."""
        with tenant_context(self.region):
            return super().login(**credentials)

    def request(self, **request: Any) -> Any:
        """Visit a page; the connection is where it was before."""
        before = connection.tenant
        connection.set_schema_to_public()
        try:
            return super().request(**request)
        finally:
            connection.set_tenant(before)
