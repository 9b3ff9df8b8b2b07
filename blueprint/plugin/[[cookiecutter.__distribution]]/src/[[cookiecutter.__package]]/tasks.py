"""Background tasks. Each runs inside one region."""

from django_tasks import task


@task()
def erase_past_task() -> None:
    """Erase what was over long ago."""
    from [[ cookiecutter.__package ]].domain.retention import erase_past  # noqa: PLC0415 -- needs models

    erase_past()
