"""The sweep, as the roles in between: every address in two regions, and in one the forms that only they are shown."""

import json
import os
import time
from pathlib import Path

import pytest

from zelfregie_core.domain.roles import Role

# Wagtail leaves its temporary files to the garbage collector.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]


def test_nothing_of_another_region_is_seen_by_who_works_on_a_site(sweep, record_property):
    started = time.perf_counter()

    sent = set()
    for role in (Role.EDITOR, Role.MODERATOR, Role.COORDINATOR):
        # Each form once, as the first role that is shown it; then what the others are shown besides.
        sweep.get_and_post(role, "noord", sent)
        sweep.get(roles=[role], regions=["zuid"])

    found = sweep.found
    figures = {
        "addresses": len(sweep.addresses), "combinations": found.combinations, "requests": found.requests,
        "leaks": len(found.leaks), "seconds": time.perf_counter() - started,
    }  # fmt: skip
    record_property("sweep", figures)
    if where := os.environ.get("ZELFREGIE_SWEEP_FIGURES"):
        Path(where, "between.json").write_text(json.dumps(figures), encoding="utf-8")
    assert sorted(map(str, found.leaks)) == []
    assert sorted(found.broken) == []
    assert found.combinations == 6 * len(sweep.addresses) + found.posts
    assert found.posts == len(sent) > 100
