"""Core's background tasks. Each runs inside the region that enqueued it."""

from django_tasks import task

from zelfregie_core.domain import indicators, page_index


@task()
def refresh_indicators_task() -> None:
    """Count the region's figures anew."""
    indicators.refresh_indicators()


@task()
def index_pages_task(pks: list[int]) -> None:
    """Make pages findable that were written without Wagtail's signals."""
    page_index.index_pages(pks)
