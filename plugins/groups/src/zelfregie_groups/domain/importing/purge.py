"""Forgetting what lists said: they hold names and addresses of hosts."""

from django.db import transaction
from django.utils import timezone

from zelfregie_groups.domain.importing.undo import KEPT
from zelfregie_groups.models import ImportRun, ImportRunRow


def purge_runs() -> int:
    """Remove the rows of the region's imports that are older than 30 days; such an import cannot be undone any more.

    What was done, by whom and how many groups is kept. An import that was never applied goes altogether.

    :return: the number of imports of which something was removed.
    """
    with transaction.atomic():
        old = ImportRun.objects.filter(created_at__lt=timezone.now() - KEPT)
        finished = (ImportRun.State.APPLIED, ImportRun.State.UNDONE)
        full = list(old.filter(state__in=finished, rows__isnull=False).distinct().values_list("pk", flat=True))
        ImportRunRow.objects.filter(run_id__in=full).delete()
        abandoned = old.exclude(state__in=finished)
        number = len(full) + abandoned.count()
        abandoned.delete()
    return number
