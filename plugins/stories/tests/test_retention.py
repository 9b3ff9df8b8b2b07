"""Keeping nothing longer than needed."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from zelfregie_core.domain.plugin_settings import settings_problems
from zelfregie_core.tasks import keep_terms_task
from zelfregie_stories.models import ErasedStory, Story


def age(story: Story, days: int) -> None:
    moment = timezone.now() - dt.timedelta(days=days)
    fields = {"published_at": moment} if story.is_published else {"closed_at": moment}
    Story.objects.filter(pk=story.pk).update(**fields)


@pytest.mark.parametrize("status", ["rejected", "withdrawn"])
def test_closed_stories_are_erased_after_the_term(make_story: Any, status: str) -> None:
    age(make_story("Oud", status), 31)
    age(make_story("Jong", status), 29)

    keep_terms_task.enqueue()

    assert [story.title for story in Story.objects.all()] == ["Jong"]
    entry = ModelLogEntry.objects.get(action="zelfregie_stories.erase")
    assert "Oud" not in entry.label


def test_published_stories_stay_without_the_address(make_story: Any) -> None:
    old, young = (make_story(title, contact_email="karin@example.nl") for title in ("Oud", "Jong"))
    age(old, 31)

    keep_terms_task.enqueue()

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.status, old.contact_email) == ("published", "")
    assert (young.status, young.contact_email) == ("published", "karin@example.nl")


def test_waiting_stories_are_never_erased(make_story: Any) -> None:
    story = make_story("Wacht", "submitted")
    Story.objects.update(submitted_at=timezone.now() - dt.timedelta(days=400))

    keep_terms_task.enqueue()

    assert Story.objects.get() == story


def test_term_is_the_regions_own(noord: Any, make_story: Any) -> None:
    from zelfregie_tenants.domain.plugins import set_plugin_enabled

    set_plugin_enabled(noord, "stories", enabled=True, settings={"keep_days": 5})
    age(make_story("Oud", "rejected"), 6)

    keep_terms_task.enqueue()

    assert Story.objects.count() == 0


def test_erased_story_from_a_file_leaves_its_number(make_story: Any) -> None:
    age(make_story("Oud", "withdrawn", source_id="v-1"), 31)

    keep_terms_task.enqueue()

    assert [row.source_id for row in ErasedStory.objects.all()] == ["v-1"]


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        ({"keep_days": 30}, {}),
        ({"keep_days": 0}, {"": "keep_days must be from 1 to 365 days"}),
        ({"keep_days": "30"}, {"keep_days": "must be a whole number, not '30'."}),
        ({"days": 3}, {"days": "is not a setting of plugin 'stories'. Known settings: keep_days."}),
    ],
)
def test_settings_are_checked(values: dict[str, Any], problems: dict[str, str]) -> None:
    assert settings_problems("stories", values) == problems
