"""Taking in a story of a visitor."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from zelfregie_stories.domain.consent import CONSENT_VERSION
from zelfregie_stories.domain.crisis import has_crisis_words
from zelfregie_stories.models import Story
from zelfregie_stories.tasks import mail_author_task, mail_moderators_task


@dataclass(frozen=True)
class Submission:
    """What a visitor sends in.

    :param public_id: the number from the form; the same form sent twice carries the same one.
    :param consent_text: exactly what stood beside the checkbox.
    """

    public_id: uuid.UUID
    title: str
    author_name: str
    body: str
    consent_text: str
    theme: Any = None
    contact_email: str = ""


def submit_story(submission: Submission, base_url: str) -> Story:
    """Keep a story for the moderators, and send the e-mails after the transaction.

    Sending the same form twice (a double click, the back button) makes one story; when its text has changed in
    between it makes two.

    :param base_url: address of the region's site, for the links in e-mails; without a slash at the end.
    :return: the story, with the status submitted.
    """
    existing = Story.objects.filter(public_id=submission.public_id).first()
    if existing is not None and (existing.title, existing.body) == (submission.title, submission.body):
        return existing
    public_id = submission.public_id if existing is None else uuid.uuid4()
    try:
        with transaction.atomic():
            story = Story.objects.create(
                public_id=public_id,
                title=submission.title,
                author_name=submission.author_name,
                theme=submission.theme,
                body=submission.body,
                contact_email=submission.contact_email,
                needs_care=has_crisis_words(submission.title, submission.body),
                consent_text=submission.consent_text,
                consent_version=CONSENT_VERSION,
                consent_at=timezone.now(),
            )
            if story.contact_email:
                transaction.on_commit(lambda: mail_author_task.enqueue("received", story.pk, base_url))
            transaction.on_commit(lambda: mail_moderators_task.enqueue(story.pk, base_url))
    except IntegrityError:
        # The same form arrived twice at the same moment; the other one is kept.
        return Story.objects.get(public_id=public_id)
    return story
