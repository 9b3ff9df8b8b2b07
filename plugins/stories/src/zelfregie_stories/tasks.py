"""Background tasks. Each runs inside the region that enqueued it; the queue tries again when one fails."""

from django_tasks import task


@task()
def mail_author_task(kind: str, story_id: int, base_url: str) -> None:
    """E-mail the author, unless the story is gone by now."""
    from zelfregie_stories.domain.notifications import mail_author  # noqa: PLC0415 -- domain enqueues this task
    from zelfregie_stories.models import Story  # noqa: PLC0415 -- as above

    if story := Story.objects.filter(pk=story_id).first():
        mail_author(kind, story, base_url)


@task()
def mail_moderators_task(story_id: int, base_url: str) -> None:
    """E-mail the moderators, unless the story is gone by now."""
    from zelfregie_stories.domain.notifications import mail_moderators  # noqa: PLC0415 -- domain enqueues this task
    from zelfregie_stories.models import Story  # noqa: PLC0415 -- as above

    if story := Story.objects.filter(pk=story_id).first():
        mail_moderators(story, base_url)
