"""A coordinator of the hub, and a draft of which only the launch is left."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django_tenants.utils import tenant_context
from region_answers import stored

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_tenants.models import RegionDraft


@pytest.fixture
def make_user():
    """Return a function that makes a user in a region, with a role or as superuser."""

    def make(region, name, role=None):
        with tenant_context(region):
            user = get_user_model().objects.create(username=name, email=f"{name}@hub.example", is_superuser=not role)
            if role:
                user.groups.add(Group.objects.get(name=GROUP_NAMES[role]))
            return user

    return make


@pytest.fixture
def coordinator(hub, region_client, make_user):
    """The browser of a coordinator of the hub."""
    browser = region_client(hub)
    browser.force_login(make_user(hub, "imane", Role.COORDINATOR))
    return browser


@pytest.fixture
def draft(hub):
    """A draft whose steps all have answers."""
    return RegionDraft.objects.create(slug="kop-van-noord", data=stored(), step="controle", created_by="imane")
