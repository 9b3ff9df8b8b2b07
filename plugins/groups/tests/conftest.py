"""Groups and a finder for the tests."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group as UserGroup
from django.contrib.auth.models import User
from django.test import Client
from import_lists import new_source

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.models import HomePage, Theme
from zelfregie_groups.domain.changes import collected_changes
from zelfregie_groups.models import Group, GroupFinderPage, ImportSource, Schedule


def new_group(name: str = "Rouwcafé", *, themes: tuple[str, ...] = ("rouw",), **fields: Any) -> Group:
    """Make a group in the current region. ``weekday=2`` gives it a meeting time."""
    weekday = fields.pop("weekday", None)
    with collected_changes():
        group = Group.objects.create(name=name, **fields)
        group.themes.set(Theme.objects.filter(slug__in=themes))
        if weekday:
            Schedule.objects.create(group=group, weekdays=[weekday], start_time="19:30", end_time="21:00")
    return group


def new_finder() -> GroupFinderPage:
    """Make the finder below the home page of the current region."""
    page = GroupFinderPage(title="Groepen", slug="groepen", show_in_menus=True)
    return HomePage.objects.get().add_child(instance=page)


@pytest.fixture
def finder(noord: Any) -> GroupFinderPage:
    return new_finder()


@pytest.fixture
def create_group(db: None) -> Callable[..., Group]:
    return new_group


@pytest.fixture(scope="session")
def create_shared_group() -> Callable[..., Group]:
    """As `create_group`, for rows of a whole file (`shared_rows`)."""
    return new_group


@pytest.fixture(scope="session")
def create_finder() -> Callable[[], GroupFinderPage]:
    """For a region that the test enters itself."""
    return new_finder


@pytest.fixture
def login(client: Client) -> Callable[[Role], Client]:
    """Logs somebody with a role in: `login(Role.EDITOR)`; each role is one person."""

    def login_as(role: Role) -> Client:
        user, _made = User.objects.get_or_create(username=f"{role}@voorbeeld.nl", defaults={"email": f"{role}@x.nl"})
        user.groups.set([UserGroup.objects.get(name=GROUP_NAMES[role])])
        client.force_login(user)
        return client

    return login_as


@pytest.fixture
def source(db: None) -> ImportSource:
    """A list that groups are imported from."""
    return new_source()


@pytest.fixture
def editor(db: None) -> User:
    """Somebody who imports lists."""
    return User.objects.create_user("eva", "eva@voorbeeld.nl", "x")
