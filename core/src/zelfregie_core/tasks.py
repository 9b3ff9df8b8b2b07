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


@task()
def keep_terms_task() -> None:
    """Remove what was kept long enough, and encrypt with the first key what is not yet."""
    # The declarations come from the hooks, which import this module.
    from zelfregie_core.domain.privacy.retention import keep_terms  # noqa: PLC0415 -- as above
    from zelfregie_core.domain.privacy.rotation import rotate  # noqa: PLC0415 -- as above

    keep_terms()
    for _number in rotate():
        pass
