"""The sweep, as those who see least and most: every address in two regions and the hub, forms, and other numbers."""

import json
import os
import time
from pathlib import Path

import pytest
from isolation_sweep.at_rest import stored_elsewhere
from isolation_sweep.expected import EXPECTED
from isolation_sweep.sweep import SUPERUSER, VISITOR

from zelfregie_core.domain.roles import Role

# Wagtail leaves its temporary files to the garbage collector.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]


def test_nothing_of_another_region_is_seen_at_any_address(sweep, record_property):
    started = time.perf_counter()

    for region in ("noord", "zuid"):
        sent = set()
        sweep.get_and_post(VISITOR, region)
        sweep.get_and_post(SUPERUSER, region, sent)
        sweep.get_and_post(Role.ADMINISTRATOR, region, sent)  # what they are shown otherwise than who may do everything
    sweep.get(roles=(VISITOR, SUPERUSER), regions=["landelijk"])
    sweep.get_elsewhere("noord")

    found = sweep.found
    figures = {
        "addresses": len(sweep.addresses), "combinations": found.combinations, "requests": found.requests,
        "leaks": len(found.leaks), "seconds": time.perf_counter() - started,
    }  # fmt: skip
    record_property("sweep", figures)
    if where := os.environ.get("ZELFREGIE_SWEEP_FIGURES"):
        Path(where, "widest.json").write_text(json.dumps(figures), encoding="utf-8")
    assert sorted(map(str, found.leaks)) == []
    assert sorted(found.broken) == []
    assert sweep.not_reached() == []
    assert found.combinations > 8 * len(sweep.addresses)
    # An exception that nothing needs is one too many.
    assert [one.reason for one in EXPECTED if one not in found.used] == []
    assert stored_elsewhere(sweep) == []
