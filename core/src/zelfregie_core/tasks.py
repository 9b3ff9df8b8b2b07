"""Core's background tasks. Each runs inside the region that enqueued it."""

from django_tasks import task

from zelfregie_core.domain import indicators, page_index, second_factor_record


@task()
def refresh_indicators_task() -> None:
    """Count the region's figures anew."""
    indicators.refresh_indicators()


@task()
def index_pages_task(pks: list[int]) -> None:
    """Make pages findable that were written without Wagtail's signals."""
    page_index.index_pages(pks)


@task()
def mail_second_factor_task(kind: str, user_pk: int) -> None:
    """Tell somebody what happened to their second factor."""
    second_factor_record.mail_owner(kind, user_pk)
