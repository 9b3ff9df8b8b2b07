"""Core's background tasks. Each runs inside the region that enqueued it."""

from django_tasks import task

from zelfregie_core.domain import indicators


@task()
def refresh_indicators_task() -> None:
    """Count the region's figures anew."""
    indicators.refresh_indicators()
