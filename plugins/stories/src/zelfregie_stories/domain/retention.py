"""Keeping nothing longer than needed."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from zelfregie_core.domain.plugin_settings import settings_of
from zelfregie_stories.domain import audit
from zelfregie_stories.models import ErasedStory, Story


def erase_old_stories() -> tuple[int, int]:
    """Erase rejected and withdrawn stories, and e-mail addresses of published ones, after the region's term.

    :return: the number of stories erased, and of addresses removed.
    """
    limit = timezone.now() - dt.timedelta(days=settings_of("stories").keep_days)
    closed = Story.objects.filter(status__in=[Story.Status.REJECTED, Story.Status.WITHDRAWN], closed_at__lte=limit)
    erased = 0
    for story in closed:
        erase_story(story)
        erased += 1
    # An encrypted field cannot be compared with a value; stories without an address do no harm here.
    published = Story.objects.filter(status=Story.Status.PUBLISHED, published_at__lte=limit)
    with_address = [story.pk for story in published.only("contact_email") if story.contact_email]
    removed = Story.objects.filter(pk__in=with_address).update(contact_email="")
    return erased, removed


@transaction.atomic
def erase_story(story: Story) -> None:
    """Delete a story for good. One that came from a file leaves its number, so that no import brings it back."""
    if story.source_id:
        ErasedStory.objects.get_or_create(source_id=story.source_id)
    audit.record(story, audit.ERASE)
    story.delete()
