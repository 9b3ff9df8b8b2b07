"""What the tests of stories share."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Page

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.models import HomePage, Theme
from zelfregie_stories.domain.form_stamp import new_stamp
from zelfregie_stories.domain.moderation import publish_story
from zelfregie_stories.models import Story, StoryIndexPage

SUBMIT = "/-/stories/insturen/"


@pytest.fixture
def index_page(noord: Any) -> Page:
    """``/verhalen/`` in noord."""
    return make_index_page()


def make_index_page() -> Page:
    home = HomePage.objects.get()
    return home.add_child(instance=StoryIndexPage(title="Verhalen", slug="verhalen", show_in_menus=True))


@pytest.fixture
def make_story(db: None) -> Callable[..., Story]:
    """Make a story in the current region, published unless the status says otherwise."""

    def make(title: str = "Na de klap", status: str = "published", theme: str = "", **fields: Any) -> Story:
        fields = {"author_name": "Karin", "body": "Ik viel stil.\n\nEn toen kwam ik hier.", **fields}
        story = Story.objects.create(title=title, theme=Theme.objects.get(slug=theme) if theme else None, **fields)
        if status == "published":
            return publish_story(story)
        if status != "submitted":
            story.status, story.closed_at = status, timezone.now()
            story.save()
        return story

    return make


@pytest.fixture
def user_with_role(db: None, django_user_model: Any) -> Callable[[Role], Any]:
    """Make a user of the current region with one role."""
    from django.contrib.auth.models import Group

    def make(role: Role) -> Any:
        user = django_user_model.objects.create_user(username=f"{role}", email=f"{role}@noord.test", password="geheim")
        user.groups.add(Group.objects.get(name=GROUP_NAMES[role]))
        return user

    return make


@pytest.fixture
def old_stamp(time_machine_seconds: Callable[[int], None]) -> str:
    """The stamp of a form that was opened a minute ago."""
    stamp = new_stamp()
    time_machine_seconds(60)
    return stamp


@pytest.fixture
def time_machine_seconds(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Move the clock that Django reads ahead."""
    import datetime as dt

    def move(seconds: int) -> None:
        now = timezone.now() + dt.timedelta(seconds=seconds)
        monkeypatch.setattr(timezone, "now", lambda: now)

    return move


@pytest.fixture
def answers(old_stamp: str) -> dict[str, str]:
    """A form that is filled in well."""
    return {
        "title": "Na de klap",
        "author_name": "Karin",
        "theme": str(Theme.objects.get(slug="rouw").pk),
        "body": "Ik viel stil.\r\n\r\nEn toen kwam ik hier.",
        "contact_email": "karin@example.nl",
        "consent": "on",
        "website": "",
        "stamp": old_stamp,
    }
