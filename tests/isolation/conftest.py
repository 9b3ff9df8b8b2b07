"""Two regions and the hub, filled with canaries: once for each file."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from django_tenants.utils import tenant_context
from isolation_sweep.arguments import Rows
from isolation_sweep.canaries import Canaries
from isolation_sweep.filler import fill_regions, hosts_are_tell_tale
from isolation_sweep.sweep import Sweep

LETTERS = {"noord": "n", "zuid": "z", "landelijk": "l"}


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for files of all regions, kept as long as their rows."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def sweep(shared_rows: dict[str, Any], media: Path) -> Iterator[Sweep]:
    """A sweep over noord, zuid and the hub, in that order; it found nothing yet."""
    canaries = Canaries(LETTERS)
    regions = [shared_rows[slug] for slug in LETTERS]
    rows = {}
    with override_settings(MEDIA_ROOT=str(media)):
        fillers = fill_regions(regions, canaries)
        hosts_are_tell_tale(regions, canaries)
        for slug, filler in fillers.items():
            with tenant_context(filler.region):
                rows[slug] = Rows(filler)
        yield Sweep(canaries, rows)
    # What Wagtail leaves to the garbage collector goes now, while its warnings are expected, and not at the very end.
    gc.collect()


@pytest.fixture(autouse=True)
def _files_of_the_rows(_inside_noord: None, media: Path, settings: Any) -> None:
    """Every test finds the files that the rows of its module speak of."""
    settings.MEDIA_ROOT = str(media)
    assert str(media) == django_settings.MEDIA_ROOT
