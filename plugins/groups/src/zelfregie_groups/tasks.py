"""The background tasks of the groups plugin. Each runs inside the region that enqueued it."""

from django_tasks import task

from zelfregie_groups.domain.changes import refresh_groups


@task()
def refresh_groups_task() -> None:
    """Bring the next meetings and the directory up to date: every day some dates have passed."""
    refresh_groups()
