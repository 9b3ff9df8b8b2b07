"""One of everything, for `zelfregie plugin check [[ cookiecutter.slug ]]`: each text has the mark of its region.

Called again with another mark it adds more. The pages of `register_starter_content` are made by the check itself.
"""

import datetime as dt

from django.utils import timezone

from [[ cookiecutter.__package ]].models import [[ cookiecutter.model ]]
from zelfregie_core.models import Theme


def make_samples(mark: str) -> list[str]:
    """Fill the current region; return addresses that cannot be told from the rows: this plugin has none."""
    [[ cookiecutter.model ]].objects.create(
        title=f"Open middag {mark}",
        day=timezone.localdate() + dt.timedelta(days=7),
        place=f"Buurthuis {mark}",
        theme=Theme.objects.first(),
        summary=f"Koffie en kennismaken, {mark}.",
    )
    return []
