"""`zelfregie tasks`: what a timer calls, and what an operator looks at."""

from __future__ import annotations

import click

from zelfregie_tenants.cli.support import set_up_django


@click.group()
def tasks() -> None:
    """Recurring tasks, and the state of the queue."""


@tasks.command("enqueue-due")
def enqueue_due() -> None:
    """Enqueue the recurring tasks that are due in each region; a timer calls this every few minutes."""
    set_up_django()
    from zelfregie_tenants.tasks.schedule import enqueue_due_tasks  # noqa: PLC0415 -- needs set_up_django

    for slug, path in enqueue_due_tasks():
        click.echo(f"{slug}: {path}")


@tasks.command("status")
def status() -> None:
    """Count the tasks by region and state."""
    set_up_django()
    from django.db.models import Count  # noqa: PLC0415 -- needs set_up_django

    from zelfregie_tenants.models import TaskEnvelope  # noqa: PLC0415 -- needs set_up_django

    rows = TaskEnvelope.objects.values_list("schema_name", "task__status").annotate(Count("pk"))
    for schema, state, count in sorted(rows):
        click.echo(f"{schema}  {state.lower():10}  {count}")
    if not rows:
        click.echo("The queue is empty.")
