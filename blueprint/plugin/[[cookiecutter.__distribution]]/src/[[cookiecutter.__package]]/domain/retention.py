"""Keeping nothing longer than needed."""

import datetime as dt

from django.utils import timezone

from [[ cookiecutter.__package ]].models import [[ cookiecutter.model ]]
from zelfregie_core.domain.plugin_settings import settings_of


def erase_past() -> int:
    """Erase what was over long ago, after the region's term; return how many."""
    limit = timezone.localdate() - dt.timedelta(days=settings_of("[[ cookiecutter.slug ]]").keep_days)
    erased, _per_model = [[ cookiecutter.model ]].objects.filter(day__lt=limit).delete()
    return erased
