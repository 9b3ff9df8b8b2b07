"""The personal link of an author: to the thank-you page and to withdrawing the story."""

import uuid

from django.core import signing
from django.urls import reverse

from zelfregie_stories.models import Story

_SALT = "zelfregie_stories.author"


def author_token(story: Story) -> str:
    """What the author's links carry: the story's random number, signed. It has no end date.

    The number exists in one region only, so the link is worth nothing in another.
    """
    return signing.Signer(salt=_SALT).sign(story.public_id.hex)


def find_by_token(token: str) -> Story | None:
    """The story that a token belongs to, or None for a token that was changed or of a story that is gone."""
    try:
        public_id = uuid.UUID(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return Story.objects.filter(public_id=public_id).first()


def withdraw_path(story: Story) -> str:
    """The path of the page on which the author withdraws the story."""
    return reverse("stories:withdraw", args=[author_token(story)])


def thanks_path(story: Story) -> str:
    """The path of the page that the author sees after sending."""
    return reverse("stories:thanks", args=[author_token(story)])
