"""The background tasks of the groups plugin. Each runs inside the region that enqueued it."""

from django.contrib.auth import get_user_model
from django_tasks import task

from zelfregie_groups.domain.changes import refresh_groups
from zelfregie_groups.domain.importing.feed_warning import warn_about
from zelfregie_groups.domain.importing.feeds import due_sources, must_warn, refresh
from zelfregie_groups.domain.importing.lists import apply_in_task, preview_in_task, undo_in_task
from zelfregie_groups.models import ImportSource


@task()
def refresh_groups_task() -> None:
    """Bring the next meetings and the directory up to date: every day some dates have passed."""
    refresh_groups()


@task()
def refresh_feeds_task() -> None:
    """Let each list that is due be fetched, in a task of its own: one that is slow or broken delays no other."""
    for source in due_sources():
        refresh_feed_task.enqueue(source.pk)


@task()
def refresh_feed_task(source_id: int) -> None:
    """Fetch one list, unless it is gone by now, paused, or fetched since."""
    source = next((one for one in due_sources() if one.pk == source_id), None)
    if source is None:
        return
    refresh(source)
    if must_warn(source):
        warn_about_feed_task.enqueue(source_id)


@task()
def warn_about_feed_task(source_id: int) -> None:
    """E-mail the administrators, unless the list is gone or works again."""
    if source := ImportSource.objects.filter(pk=source_id).first():
        warn_about(source)


@task()
def preview_import_task(run_id: int) -> None:
    """Compare a long list with the site."""
    preview_in_task(run_id)


@task()
def apply_import_task(run_id: int, user_id: int) -> None:
    """Write a long list to the site."""
    apply_in_task(run_id, get_user_model().objects.filter(pk=user_id).first())


@task()
def undo_import_task(run_id: int, user_id: int) -> None:
    """Take a long list back."""
    undo_in_task(run_id, get_user_model().objects.filter(pk=user_id).first())
