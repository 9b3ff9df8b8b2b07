"""What moderators do with a story. Each step is one function: permission is the caller's, the log entry is ours."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from zelfregie_core.domain.indicators import indicators_changed
from zelfregie_stories.domain import audit
from zelfregie_stories.domain.errors import StoryStateError
from zelfregie_stories.models import Story
from zelfregie_stories.models.story import TITLE_LENGTH
from zelfregie_stories.tasks import mail_author_task

PUBLISH_PERMISSION = "zelfregie_stories.publish_story"


def can_publish(user: Any) -> bool:
    """True iff ``user`` may publish, reject and take offline."""
    return user.has_perm(PUBLISH_PERMISSION)


def can_change_text(user: Any, story: Story) -> bool:
    """True iff ``user`` may change the text of ``story``: a published one only who may publish."""
    if story.is_published:
        return can_publish(user)
    return user.has_perm("zelfregie_stories.change_story") and story.status != Story.Status.WITHDRAWN


@transaction.atomic
def publish_story(story: Story, user: Any = None, base_url: str = "") -> Story:
    """Put a story on the site, and tell the author.

    :param base_url: address of the site for the links in the e-mail; without it no e-mail is sent.
    :raises StoryStateError: when it is on the site already, or its author withdrew it.
    """
    locked = _lock(story)
    if locked.is_published:
        raise StoryStateError(_("Dit verhaal staat al op de site."))
    if locked.status == Story.Status.WITHDRAWN:
        raise StoryStateError(_("De schrijver heeft dit verhaal teruggetrokken. Het kan niet meer op de site."))
    set_published(locked)
    locked.save()
    audit.record(locked, audit.PUBLISH, user)
    _mail_author("published", locked, base_url)
    indicators_changed()
    return locked


@transaction.atomic
def reject_story(story: Story, reason: str, user: Any = None, base_url: str = "") -> Story:
    """Decide not to publish a story, with a reason that the author gets to read.

    :raises StoryStateError: when it is not waiting, or the reason is empty.
    """
    locked = _lock(story)
    if not locked.is_waiting:
        raise StoryStateError(_("Alleen een verhaal dat wacht kun je weigeren. Haal het eerst van de site."))
    if not reason.strip():
        raise StoryStateError(_("Schrijf in een of twee zinnen waarom. De schrijver leest het."))
    locked.status = Story.Status.REJECTED
    locked.moderation_note = reason.strip()
    locked.closed_at = timezone.now()
    locked.save()
    audit.record(locked, audit.REJECT, user)
    _mail_author("rejected", locked, base_url)
    return locked


@transaction.atomic
def take_offline(story: Story, user: Any = None) -> Story:
    """Take a published story off the site; it waits for a moderator again.

    :raises StoryStateError: when it is not on the site.
    """
    locked = _lock(story)
    if not locked.is_published:
        raise StoryStateError(_("Dit verhaal staat niet op de site."))
    clear_published(locked)
    locked.status = Story.Status.SUBMITTED
    locked.save()
    audit.record(locked, audit.TAKE_OFFLINE, user)
    indicators_changed()
    return locked


@transaction.atomic
def withdraw_story(story: Story) -> Story:
    """Take a story back, because its author wants so: at once off every page. Doing it twice changes nothing."""
    locked = _lock(story)
    if locked.status == Story.Status.WITHDRAWN:
        return locked
    was_published = locked.is_published
    clear_published(locked)
    locked.status = Story.Status.WITHDRAWN
    locked.closed_at = timezone.now()
    locked.save()
    audit.record(locked, audit.WITHDRAW)
    if was_published:
        indicators_changed()
    return locked


def set_published(story: Story) -> None:
    """Give a story everything that a published one has. Does not save."""
    story.status = Story.Status.PUBLISHED
    story.published_at = story.published_at or timezone.now()
    story.closed_at = None
    story.moderation_note = ""
    story.slug = story.slug or free_slug(story)
    refresh_search_text(story)


def clear_published(story: Story) -> None:
    """Take from a story everything that only a published one has. Does not save."""
    story.slug = None
    story.published_at = None
    story.search_text = ""


def refresh_search_text(story: Story) -> None:
    """Make the readable copy of a published story equal to its text. Does not save."""
    story.search_text = "\n".join([story.title, story.author_name, story.body]) if story.is_published else ""


def free_slug(story: Story) -> str:
    """An address for the story, from its title, that no other published story has."""
    others = Story.objects.exclude(pk=story.pk).exclude(slug=None)
    return make_slug(story.title, set(others.values_list("slug", flat=True)))


def make_slug(title: str, taken: Collection[str]) -> str:
    """An address from a title that is not among those taken; "verhaal" for a title without letters."""
    base = slugify(title)[: TITLE_LENGTH - 6].strip("-") or "verhaal"
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def _lock(story: Story) -> Story:
    """The row as it is now; nobody else changes it until the transaction ends."""
    return Story.objects.select_for_update().get(pk=story.pk)


def _mail_author(kind: str, story: Story, base_url: str) -> None:
    if story.contact_email and base_url:
        transaction.on_commit(lambda: mail_author_task.enqueue(kind, story.pk, base_url))
